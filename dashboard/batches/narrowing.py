"""What part of the list of batches is looked at: name, state, order and page, all kept in the address."""

from dataclasses import dataclass

import streamlit as st

from core.batch import BatchState
from core.batch_list import BatchFilter, BatchSort
from dashboard import kept, query, words
from dashboard.state import Key

SEARCH, STATE, SORT, PAGE = "search", "state", "sort", "page"
"""Names in the URL."""

ALL = BatchFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    filter: BatchFilter = ALL
    sort: BatchSort = BatchSort.NEWEST
    page: int = 1


def place() -> Place:
    """Read the URL; a value that does not exist (any more) does not narrow."""
    return Place(
        filter=BatchFilter(search=st.query_params.get(SEARCH, ""), state=query.known(STATE, BatchState)),
        sort=BatchSort(query.known(SORT, BatchSort) or BatchSort.NEWEST),
        page=query.page_number(PAGE),
    )


def show() -> None:
    """Search, state, order."""
    at = place()
    states = {state.value: words.BATCH[state].word for state in BatchState}
    orders = {sort.value: words.BATCH_SORT[sort] for sort in BatchSort}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kept.search(
            Key.BATCH_SEARCH, SEARCH, at.filter.search, page=PAGE, placeholder="Name of a batch", width=230
        )
        kept.choose(
            "State", Key.BATCH_STATE, STATE, at.filter.state, kept.any_of(states), page=PAGE, width=160
        )
        kept.choose("Order", Key.BATCH_SORT, SORT, at.sort.value, orders, page=PAGE, width=190)


def widen() -> None:
    """Take the filters away; the order stays."""
    for name in (SEARCH, STATE, PAGE):
        query.put(name, "")
