"""The question before a bulk job: what it would do in one sentence, and the button that starts it."""

from collections.abc import Mapping

import streamlit as st

from core import bulk_starting, naming
from core.access import Action
from core.batch import BatchKind
from core.bulk import Totals
from core.migration import SkipReason
from dashboard import access, errors, formats, navigation, state
from dashboard.library import cost, reading, ticks, wanting
from dashboard.library.address import Place
from dashboard.reasons import SKIP
from dashboard.services import services
from dashboard.state import Key

VERBS: Mapping[BatchKind, str] = {
    BatchKind.PUBLISH: "Publish",
    BatchKind.UNPUBLISH: "Take back",
    BatchKind.COURSE: "Move",
    BatchKind.POLICY: "Change the playback of",
    BatchKind.CAPTIONS: "Write captions for",
    BatchKind.DELETE: "Delete the copies of",
    BatchKind.NORMALISE: "Even out the sound of",
}
ALREADY: Mapping[BatchKind, str] = {
    BatchKind.PUBLISH: "published already",
    BatchKind.UNPUBLISH: "not published",
    BatchKind.COURSE: "there already",
    BatchKind.POLICY: "like that already",
    BatchKind.CAPTIONS: "",
    BatchKind.DELETE: "",
    BatchKind.NORMALISE: "like that already",
}
ONLY_ASKS = (BatchKind.CAPTIONS, BatchKind.NORMALISE)
"""Kinds of which Mux does the longer part afterwards."""

AFTER: Mapping[BatchKind, str] = {
    BatchKind.PUBLISH: "Whoever may see published lessons sees them from then on.",
    BatchKind.UNPUBLISH: "They are drafts again until somebody publishes them.",
    BatchKind.COURSE: "Their order within the course stays as it is.",
    BatchKind.POLICY: "Each copy gets a new playback id, every lesson that plays it changes to that, and "
    "then the old one goes: whoever is watching by it loads the page again.",
    BatchKind.CAPTIONS: "Mux then writes each from its sound, in about a tenth of the video's length. "
    "Captions that are there stay as they are.",
    BatchKind.DELETE: "The lessons play their files in S3 again, which stay. Copies cannot be brought back. "
    "A copy that other lessons play is gone for them, too.",
    BatchKind.NORMALISE: "Mux then makes a new copy, from the file in S3 or else from what it keeps itself. "
    "Once that is checked, every lesson that plays the old copy plays the new one, with its captions and "
    "its picture; MP4s for download are made anew. The old one is kept for some weeks as an earlier version.",
}


def ask(kind: BatchKind, at: Place) -> None:
    """Open the question."""
    titles = {
        BatchKind.PUBLISH: "Publish lessons",
        BatchKind.UNPUBLISH: "Take lessons back to draft",
        BatchKind.COURSE: "Move lessons to a course",
        BatchKind.POLICY: "Change who may play lessons",
        BatchKind.CAPTIONS: "Have Mux write captions",
        BatchKind.DELETE: "Delete copies at Mux",
        BatchKind.NORMALISE: "Even out the sound of lessons",
    }
    st.session_state[Key.BULK_NAME] = st.session_state[Key.BULK_TYPED] = ""  # of an earlier question
    st.dialog(titles[kind])(errors.guarded(_ask))(kind, at)


def _ask(kind: BatchKind, at: Place) -> None:
    leave_if_started(at)
    person = access.require(Action.SEE_LIBRARY)
    wanted = wanting.ask(kind, person)
    if wanted is None:
        return
    mine = ticks.of_session(at)
    totals = bulk_starting.plan(
        kind, filter=mine.within, picked=mine.picked, wanted=wanted, by=person, services=services()
    )
    st.markdown(sentence(kind, totals, bulk_starting.takes_s(kind, totals, services())))
    st.caption(AFTER[kind])
    if priced := cost.sentence(totals):
        st.caption(priced)
    if totals.bare:
        lessons, verb = formats.counted(totals.bare, "lesson"), "has" if totals.bare == 1 else "have"
        st.warning(
            f"{lessons} of these {verb} no file in S3: nothing plays afterwards.", icon=":material/warning:"
        )
    if totals.change:
        _ask_name(kind, wanted)
    decided = kind is not BatchKind.DELETE or not totals.change or _is_confirmed(totals.change)
    label = f"{VERBS[kind]} {formats.counted(totals.change, 'lesson')}"
    st.button(
        label,
        key=Key.BULK_START,
        type="primary",
        disabled=not totals.change or not decided,
        on_click=errors.acting(_start),
        args=(kind, wanted, at, mine.once, totals.change),
    )


def _start(kind: BatchKind, wanted: str, at: Place, once: str, reviewed: int) -> None:
    """A second click of the same question finds the batch of the first."""
    person, mine = access.require(Action.SEE_LIBRARY), ticks.of_session(at)
    if mine.once != once:
        mine.going = mine.spent[1] if mine.spent[0] == once else None
        return
    batch = bulk_starting.start(
        kind,
        filter=mine.within,
        picked=mine.picked,
        wanted=wanted,
        by=person,
        services=services(),
        name=st.session_state.get(Key.BULK_NAME, ""),
        reviewed=reviewed,
        once=once,
    )
    ticks.spend(mine, batch.id)
    reading.forget()
    state.say_next("The batch has started. You can close the browser at any time.")


def _ask_name(kind: BatchKind, wanted: str) -> None:
    """Without one it is called by what it does."""
    ours = f"{bulk_starting.NAMES[kind]} …" if wanted else bulk_starting.NAMES[kind]
    st.text_input("Name of the batch", max_chars=naming.LONGEST, key=Key.BULK_NAME, placeholder=ours)


def leave_if_started(at: Place) -> None:
    """To the batch that was just started."""
    mine = ticks.of_session(at)
    if mine.going is None:
        return
    batch_id, mine.going = mine.going, None
    st.switch_page(navigation.PAGES / "batch.py", query_params={"id": str(batch_id)})


def _is_confirmed(count: int) -> bool:
    phrase = f"delete {count}"
    typed = st.text_input(f"Type “{phrase}” to confirm", key=Key.BULK_TYPED)
    return typed.strip().lower() == phrase


def sentence(kind: BatchKind, totals: Totals, takes_s: float) -> str:
    """`Publish 42 lessons; 3 are published already; about 2 s.`"""
    if not totals.change:
        return f"**Nothing would change:** {'; '.join(_left_out(kind, totals)) or 'no lesson is ticked'}."
    said = [f"**{VERBS[kind]} {formats.counted(totals.change, 'lesson')}**", *_left_out(kind, totals)]
    takes = f"about {formats.duration(max(1.0, takes_s))}"
    return "; ".join([*said, f"asking Mux takes {takes}" if kind in ONLY_ASKS else takes]) + "."


def _left_out(kind: BatchKind, totals: Totals) -> list[str]:
    found = {reason: count for reason, count in totals.skipped.items() if count}
    return [
        f"{formats.number(count)} {'is' if count == 1 else 'are'} "
        f"{ALREADY[kind] if reason is SkipReason.ALREADY else SKIP[reason].short}"
        for reason, count in found.items()
    ]
