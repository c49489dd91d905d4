"""Who may play the copy at Mux that a lesson plays: what it means, and the way to the other."""

import time
from collections.abc import Mapping
from functools import partial
from secrets import token_hex

import streamlit as st

from core import bulk_starting
from core.access import Action
from core.asset import AssetStatus, Policy
from core.batch import BatchKind
from core.bulk import Picked
from core.lesson_story import LessonFilm
from core.library import LibraryFilter
from dashboard import access, errors, state
from dashboard.services import services, settings
from dashboard.state import Key

MEANS: Mapping[Policy, str] = {
    Policy.PUBLIC: "Anyone who has the address can play it, also outside of the school's site.",
    Policy.SIGNED: "It plays only with a token, which whoever may play the lesson is given and which ends.",
}
OTHER: Mapping[Policy, Policy] = {Policy.PUBLIC: Policy.SIGNED, Policy.SIGNED: Policy.PUBLIC}
TOGETHER = "Lessons that play the same copy change with it; whoever is watching loads the page again."
NO_KEY = "For signed playback, set MUX_SIGNING_KEY and MUX_PRIVATE_KEY."
PATIENCE_S = 60.0
OPEN = f"{Key.LESSON_POLICY}-open"


def show(film: LessonFilm, *, may_edit: bool) -> None:
    """Offered to whoever may change a lesson that plays a copy at Mux."""
    if not may_edit or film.asset is None or film.asset.status is not AssetStatus.READY or not film.policy:
        return
    if is_changing(film):
        st.caption(f"Who may play is being changed to {_wanted(film)}.")
        return
    then = OTHER[film.policy]
    with st.popover(
        f"Who may play: {film.policy}",
        icon=":material/key:",
        key=OPEN,
        on_change="rerun",
    ):
        st.write(f"**{film.policy.capitalize()}** now. {MEANS[film.policy]}")
        st.caption(f"{then.capitalize()}: {MEANS[then]} {TOGETHER}")
        cannot = then is Policy.SIGNED and not settings().can_sign
        st.button(
            f"Make it {then}",
            on_click=errors.acting(partial(_start, film.lesson_id, then, token_hex(8))),
            disabled=cannot,
            help=NO_KEY if cannot else None,
        )


def is_changing(film: LessonFilm) -> bool:
    """Whether this session asked for it a moment ago, and it has not come; what takes longer, the Batches
    page tells of."""
    asked, wanted, at_s = st.session_state.get(Key.LESSON_POLICY, ("", "", 0.0))
    is_fresh = asked == film.lesson_id and time.monotonic() - at_s < PATIENCE_S
    return bool(is_fresh and film.policy != wanted)


def _wanted(film: LessonFilm) -> Policy:
    return OTHER[film.policy or Policy.PUBLIC]


def _start(lesson_id: str, then: Policy, once: str) -> None:
    """A batch of one: the worker makes the new playback id, and tries again while Mux is away."""
    bulk_starting.start(
        BatchKind.POLICY,
        filter=LibraryFilter(),
        picked=Picked("some", frozenset({lesson_id})),
        by=access.require(Action.SEE_LIBRARY),
        services=services(),
        wanted=then.value,
        once=once,
    )
    st.session_state[OPEN] = False  # the line in its place tells how it goes
    st.session_state[Key.LESSON_POLICY] = (lesson_id, then, time.monotonic())
    state.say_next(f"Who may play is being changed to {then}.")
    st.rerun()
