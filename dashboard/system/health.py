"""Whether everything that Lectern leans on works."""

from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st

from core import bootstrap, checking, requesting
from core.access import Action
from core.diagnosis import Check, CheckState
from dashboard import access, bones, errors, formats, state
from dashboard.services import services, unprepared
from dashboard.words import Term

FRESH_S = 30
STATES: Mapping[CheckState, Term] = {
    CheckState.FAILED: Term("Does not work", "error", "red"),
    CheckState.WARN: Term("Needs a look", "warning", "orange"),
    CheckState.OK: Term("Works", "check_circle", "green"),
    CheckState.SKIPPED: Term("Not looked at", "do_not_disturb_on", "gray"),
}
"""Worst first, as the page lists them."""

NAMES: Mapping[str, str] = {"mux_admin": "Lectern's own tables", "clock s3": "Clock of S3"}
SPELT: Mapping[str, str] = {"mux": "Mux", "s3": "S3", "cors": "CORS"}
"""`cli.py doctor` writes names small, for scripts; what follows the first word may be a bucket's."""


@st.cache_data(ttl=FRESH_S, max_entries=4, show_spinner=False)
def checks(origin: str) -> Sequence[Check]:
    """All checks. They ask the database, Mux and S3, so one answer serves everybody for half a minute."""
    return checking.doctor(services=unprepared(), prepare=bootstrap.prepare, origin=origin)


def show() -> bool:
    """The answer in a sentence, then every check, the worst first; returns whether the database answers."""
    with st.skeleton(height=320):
        found = checks(origin())
    st.markdown(answer(found))
    with st.container(border=True, gap="xsmall"):
        for check in sorted(found, key=lambda one: list(STATES).index(one.state)):
            _line(check, STATES[check.state])
    return not any(check.state is CheckState.FAILED for check in found if check.name == "database")


def answer(found: Sequence[Check]) -> str:
    """`All 11 checks are fine` or how many are not."""
    counts = Counter(check.state for check in found)
    failed, warned, skipped = (counts[s] for s in (CheckState.FAILED, CheckState.WARN, CheckState.SKIPPED))
    total = formats.counted(len(found), "check")
    if not failed and not warned:
        left = f" {formats.number(skipped)} could not be looked at yet." if skipped else ""
        return f"**{_fine(len(found) - skipped)}**{left}"
    said = [f"{formats.number(failed)} failed"] if failed else []
    said += [f"{formats.number(warned)} {'needs' if warned == 1 else 'need'} a look"] if warned else []
    return f"**Of {total}, {' and '.join(said)}.**"


def _fine(count: int) -> str:
    return "The one check is fine." if count == 1 else f"All {formats.counted(count, 'check')} are fine."


def named(name: str) -> str:
    """A check's name at the head of a line.

    >>> [named(name) for name in ("mux", "token scopes", "s3 school-media", "mux_admin")]
    ['Mux', 'Token scopes', 'S3 school-media', "Lectern's own tables"]
    """
    first, _, rest = name.partition(" ")
    return NAMES.get(name) or f"{SPELT.get(first, first.capitalize())} {rest}".strip()


def _line(check: Check, term: Term) -> None:
    said = f"{formats.literal(check.sentence)} {check.hint}".strip()
    # In columns the badges are cut on a small screen.
    st.markdown(f"{term.badge} **{named(check.name)}** · {said}")
    if "cli.py schema" in check.hint and access.may(Action.SEE_SCHEMA):
        bones.link("schema.py", "See what it would add")


def origin() -> str:
    """The dashboard's address as the browser sees it, which S3's CORS rules have to name."""
    return "/".join((st.context.url or "http://127.0.0.1:8501").split("/")[:3])


def actions() -> None:
    """Look again, and compare our records with Mux."""
    st.button("Check again", icon=":material/refresh:", on_click=checks.clear)
    if access.may(Action.RECONCILE):
        st.button(
            "Compare with Mux",
            icon=":material/compare_arrows:",
            on_click=errors.acting(reconcile),
            help="Goes through every asset at Mux: finds lost answers and deletes copies that nobody uses.",
        )


def reconcile() -> None:
    """Hand it to the worker: with many assets it takes minutes."""
    person = access.require(Action.RECONCILE)
    requesting.request_reconcile(by=person, services=services())
    state.say_next("The worker compares our records with Mux now.")
