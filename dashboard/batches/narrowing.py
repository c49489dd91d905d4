"""What part of the list of batches is looked at: name, state, order and page, all kept in the address."""

from dataclasses import dataclass

import streamlit as st

from core.batch import BatchState
from core.batch_list import BatchFilter, BatchSort
from dashboard import query, words
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
    keys = {Key.BATCH_SEARCH: at.filter.search, Key.BATCH_STATE: at.filter.state, Key.BATCH_SORT: at.sort}
    st.session_state.update({key: str(value) for key, value in keys.items()})
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Search",
            key=Key.BATCH_SEARCH,
            placeholder="Name of a batch",
            icon=":material/search:",
            width=230,
            on_change=_changed,
            args=(SEARCH, Key.BATCH_SEARCH),
        )
        st.selectbox(
            "State",
            ["", *(state.value for state in BatchState)],
            format_func=lambda one: words.BATCH[BatchState(one)].word if one else "Any",
            key=Key.BATCH_STATE,
            width=160,
            on_change=_changed,
            args=(STATE, Key.BATCH_STATE),
        )
        st.selectbox(
            "Order",
            [sort.value for sort in BatchSort],
            format_func=lambda one: words.BATCH_SORT[BatchSort(one)],
            key=Key.BATCH_SORT,
            width=190,
            on_change=_changed,
            args=(SORT, Key.BATCH_SORT),
        )


def _changed(name: str, key: Key) -> None:
    query.put(name, str(st.session_state[key] or ""))
    query.put(PAGE, "")


def turned() -> None:
    """Another page was asked for."""
    number = int(st.session_state[Key.BATCH_PAGE])
    query.put(PAGE, str(number) if number > 1 else "")


def widen() -> None:
    """Take the filters away; the order stays."""
    for name in (SEARCH, STATE, PAGE):
        query.put(name, "")
