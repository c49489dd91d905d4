"""What the migrate page reads: one page of sources, and figures that may be a few seconds old."""

from collections.abc import Sequence

import streamlit as st

from core import migrating
from core.migrating import Plan
from core.migration import Options
from core.selection import Choice, Facets, Filter, Selection
from core.source import Source
from dashboard import kept
from dashboard.services import services
from dashboard.sources.address import Place

ROWS = 50
DEEPEST_PAGE = 2_000
"""Deeper pages cost the database an offset of 100,000 rows; a filter finds the row sooner."""


@st.cache_data(ttl=10, max_entries=1, show_spinner=False)
def facets() -> Facets:
    """Counts behind the filters. The same for everybody who may see sources."""
    with services().uow("facets.read") as tx:
        return tx.sources.facets()


@st.cache_data(ttl=10, max_entries=200, show_spinner=False)
def matching(chosen: Filter) -> int:
    """How many sources match."""
    with services().uow("sources.count.read") as tx:
        return tx.sources.count(chosen)


@st.cache_data(ttl=10, max_entries=50, show_spinner=False, hash_funcs={Choice: repr})
def usual_plan(choice: Choice) -> Plan:
    """What moving these takes as usual. Cached: "all of 100,000" costs the database a tenth of a second."""
    return migrating.plan(choice, Options(), services=services())


def rows(at: Place) -> Sequence[Source]:
    """The sources of one page."""
    with services().uow("sources.page.read") as tx:
        return tx.sources.page(at.filter, at.sort, number=at.page, size=ROWS)


def pages(count: int) -> int:
    """Those of so many sources."""
    return kept.pages(count, ROWS, most=DEEPEST_PAGE)


def ticks_of(chosen: Selection, at: Place) -> int:
    """How many rows are ticked, those that the filter hides too."""
    return chosen.count(matching(at.filter)) if chosen.mode == "all" else len(chosen.ids)


def hidden(chosen: Selection, at: Place) -> int:
    """How many of the ticked rows the filter hides."""
    if chosen.mode == "all":
        return 0
    with services().uow("sources.hidden.read") as tx:
        return len(chosen.ids) - tx.sources.count(at.filter, among=chosen.ids)


def forget() -> None:
    """Read the figures anew at the next look: something changed them."""
    facets.clear()
    matching.clear()
    usual_plan.clear()
