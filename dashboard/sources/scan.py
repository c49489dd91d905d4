"""Asking for a scan, and waiting for it without holding the page."""

import streamlit as st

from core import requesting
from core.access import Action
from dashboard import access, errors, formats, state
from dashboard.services import services
from dashboard.sources import reading
from dashboard.state import Key


def button() -> None:
    """The page's one primary action."""
    allowed = access.may(Action.SCAN)
    waiting = Key.SCAN_BEFORE in st.session_state
    first = reading.facets().scanned_at is None
    st.button(
        "Scan the buckets" if first else "Scan again",
        icon=":material/refresh:",
        type="primary" if first else "secondary",
        on_click=errors.guarded(ask),
        disabled=waiting or not allowed,
        help="A scan is under way." if waiting else None if allowed else "This needs the role admin or ops.",
    )
    if waiting:
        st.fragment(watch, run_every="3s")()


def ask() -> None:
    """Hand the scan to the worker; twice asked is once done."""
    person = access.require(Action.SCAN)
    before = reading.facets().scanned_at
    requesting.request_scan(by=person, services=services())
    st.session_state[Key.SCAN_BEFORE] = before


@errors.guarded
def watch() -> None:
    """Until the worker has finished: then the page shows what it found."""
    reading.forget()
    found = reading.facets()
    if found.scanned_at == st.session_state.get(Key.SCAN_BEFORE):
        st.caption(":blue-badge[:material/sync: Scanning]")
        return
    st.session_state.pop(Key.SCAN_BEFORE, None)
    state.say_next(f"Scanned: {formats.counted(found.sources, 'source')}.")
    st.rerun(scope="app")
