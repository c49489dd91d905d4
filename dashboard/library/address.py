"""The library's place in the URL, which a reload comes back to: filter, order, look and page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace

import streamlit as st

from core.library import KNOWN, Beyond, LibraryFilter, LibrarySort
from core.library_view import LONGEST_VALUE, LOOK, SORT, LibraryLook, of_kept
from dashboard import query

PAGE = "page"
"""In the URL: a number; with the lesson that it goes on from where pages have none, as `417-after-93`."""

AFTER, BEFORE = "after", "before"
NAMES = tuple(field.name for field in fields(LibraryFilter))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What part of the library is looked at, and how."""

    filter: LibraryFilter = LibraryFilter()
    sort: LibrarySort = LibrarySort.NEWEST
    look: LibraryLook = LibraryLook.CARDS
    page: int = 1
    beyond: Beyond | None = None


def place() -> Place:
    """Read the URL; a word that there is not (any more) does not narrow."""
    filter, sort, look = of_kept({name: _text(name) for name in (*NAMES, SORT, LOOK)})
    page, beyond = of_page(_text(PAGE))
    return Place(filter=filter, sort=sort, look=look, page=page, beyond=beyond)


def of_page(text: str) -> tuple[int, Beyond | None]:
    """
    >>> of_page("3"), of_page("417-after-a-b"), of_page("418-before-9")[1].is_ahead, of_page("x-after-9")
    ((3, None), (417, Beyond(lesson_id='a-b', is_ahead=False)), True, (1, None))
    """
    number, _, rest = text.partition("-")
    way, _, lesson_id = rest.partition("-")
    page = query.as_page(number)
    if page == 1 or way not in (AFTER, BEFORE) or not lesson_id:
        return page, None
    return page, Beyond(lesson_id=lesson_id, is_ahead=way == BEFORE)


def turn(page: int, way: str = "", lesson_id: str = "") -> None:
    """Look at this page; where pages have no numbers, the one after a lesson, or before it."""
    query.put(PAGE, f"{page}-{way}-{lesson_id}" if way else str(page))


def within(at: Place, pages: int) -> Place:
    """The same place on the last page at most: the list may have become shorter."""
    return at if at.beyond else replace(at, page=min(at.page, pages))


def go_to(values: Mapping[str, str]) -> None:
    """Look at what these values say, from its first page."""
    for name in (*NAMES, SORT, LOOK):
        query.put(name, values.get(name, ""))
    query.put(PAGE, "")


def widen(names: Iterable[str] = NAMES) -> None:
    """Take these filters away, all of them unless said; order and look stay."""
    for name in (*names, PAGE):
        query.put(name, "")


def _text(name: str) -> str:
    text: str = st.query_params.get(name, "").replace("\0", "")  # no text of PostgreSQL's may hold it
    return text if name in KNOWN else text[:LONGEST_VALUE]
