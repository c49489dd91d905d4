"""The library's place in the URL, which a reload comes back to: filter, order and page."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import streamlit as st

from core.library import KNOWN, LONGEST_VALUE, SORT, LibraryFilter, LibrarySort, of_kept
from dashboard import query

PAGE = "page"
NAMES = tuple(field.name for field in fields(LibraryFilter))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What part of the library is looked at."""

    filter: LibraryFilter = LibraryFilter()
    sort: LibrarySort = LibrarySort.NEWEST
    page: int = 1


def place() -> Place:
    """Read the URL; a word that there is not (any more) does not narrow."""
    filter, sort = of_kept({name: _text(name) for name in (*NAMES, SORT)})
    return Place(filter=filter, sort=sort, page=query.page_number(PAGE))


def within(at: Place, pages: int) -> Place:
    """The same place on the last page at most: the list may have become shorter."""
    return replace(at, page=min(at.page, pages))


def go_to(values: Mapping[str, str]) -> None:
    """Look at what these values say, from its first page."""
    for name in (*NAMES, SORT):
        query.put(name, values.get(name, ""))
    query.put(PAGE, "")


def widen() -> None:
    """Take every filter away; the order stays."""
    for name in (*NAMES, PAGE):
        query.put(name, "")


def _text(name: str) -> str:
    text: str = st.query_params.get(name, "").replace("\0", "")  # no text of PostgreSQL's may hold it
    return text if name in KNOWN else text[:LONGEST_VALUE]
