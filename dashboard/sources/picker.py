"""The picker: filters, list, pages and the bar, as one fragment that reruns without the rest of the page."""

import streamlit as st

from core.access import Action
from core.selection import Standing
from core.source import Finding
from dashboard import access, bones, errors, formats
from dashboard.sources import address, bar, filters, grid, reading, scan, ticks


@st.fragment
@errors.guarded
def picker() -> None:
    """Pick videos out of all sources."""
    access.require(Action.SEE_SOURCES)
    at, found = address.place(), reading.facets()
    ticks.renew_if_spent()
    if not found.sources:
        bones.nothing("Nothing has been found in S3 yet.", "Scan the buckets to see which videos can move.")
        return
    filters.tabs(at, found)
    filters.narrow(at, found)
    if at.filter.standing == Standing.NEEDS_LOOK and found.findings[Finding.UNREADABLE]:
        scan.look_again_button()
    count = 0
    with errors.shown():  # whatever is wrong with the list, the bar with its Clear is there
        count = reading.matching(at.filter)
        _list(address.within(at, reading.pages(count)), count)
        ticks.mirror(at)
    bar.bar(at, count)


def _list(at: address.Place, count: int) -> None:
    chosen = ticks.current(at)
    if count:
        shown = reading.rows(at)
        grid.grid(shown, chosen, with_standing=not at.filter.standing)
        grid.pager(at, count, len(shown))
    else:
        _no_match(at)


def purpose() -> str:
    """The page's caption with how fresh the list is."""
    found = reading.facets()
    words = "Videos in S3 that are not on Mux yet."
    if found.scanned_at is None:
        return words
    scanned = formats.ago(found.scanned_at, zone=formats.reader_zone())
    return f"{words} Last scan {scanned} · {formats.counted(found.sources, 'source')}"


def _no_match(at: address.Place) -> None:
    if filters.is_narrow(at.filter):
        bones.nothing("No source matches these filters.", "Take one away, or look among all sources.")
        st.button("Clear filters", on_click=filters.widen)
    else:
        bones.nothing("Nothing stands here.", "Choose another group above.")
