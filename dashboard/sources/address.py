"""The migrate page's place in the URL, which a reload comes back to: filter, sort, page and ticks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from enum import StrEnum

import streamlit as st

from core.kind import Kind
from core.selection import Filter, Selection, SizeBand, Sort, Standing
from core.source import Finding
from dashboard import query

ANY_STANDING = "any"
PAGE = "page"
SORT = "sort"
TICKED = "ticked"
MOST_TICKED_CHARACTERS = 3_000
"""Longer selections are kept in the database; browsers and proxies cut long addresses."""

MOST_ID = 2**63 - 1
"""A hand-made larger one would be no number to the database."""

KNOWN: dict[str, type[StrEnum]] = {
    "standing": Standing,
    "kind": Kind,
    "size": SizeBand,
    "finding": Finding,
    SORT: Sort,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What part of the sources is looked at."""

    filter: Filter = Filter(standing=Standing.READY)
    sort: Sort = Sort.NEWEST
    page: int = 1


def place() -> Place:
    """Read the URL; a value that does not exist (any more) does not narrow."""
    words = {field.name: _known(field.name) for field in fields(Filter)}
    if not words["standing"] and st.query_params.get("standing") != ANY_STANDING:
        words["standing"] = Standing.READY.value
    return Place(
        filter=Filter(**words),
        sort=Sort(_known(SORT) or Sort.NEWEST),
        page=query.page_number(PAGE),
    )


def within(at: Place, pages: int) -> Place:
    """The same place on the last page at most: the list may have become shorter."""
    return replace(at, page=min(at.page, pages))


def parameters() -> dict[str, str]:
    """The present parameters, to hand to another page and come back with."""
    return st.query_params.to_dict()


def put_ticked(text: str) -> None:
    """Write the word for the ticks, unless it stands there."""
    if ticked() != text:
        query.put(TICKED, text)


def ticked() -> str:
    """The URL's word for what is ticked."""
    return st.query_params.get(TICKED, "")


def as_text(chosen: Selection) -> str:
    """
    >>> as_text(Selection("some", frozenset({7, 1, 2, 3}))), as_text(Selection("all", frozenset({9})))
    ('1-3.7', 'all.9')
    """
    words = ["all"] if chosen.mode == "all" else []
    return ".".join([*words, *_runs(sorted(chosen.ids))])


def from_text(text: str) -> Selection:
    """
    >>> from_text("1-3.7") == Selection("some", frozenset({1, 2, 3, 7})), from_text("nonsense")
    (True, Selection(mode='some', ids=frozenset()))
    """
    words = text.split(".")
    ids = frozenset(_ids(word for word in words if word != "all"))
    return Selection("all", ids) if words[0] == "all" else Selection("some", ids)


def _runs(ids: list[int]) -> Iterator[str]:
    """Consecutive ids as `first-last`."""
    start = 0
    for i, source_id in enumerate(ids):
        if i + 1 == len(ids) or ids[i + 1] != source_id + 1:
            yield f"{ids[start]}-{source_id}" if source_id > ids[start] else str(source_id)
            start = i + 1


def _ids(words: Iterable[str]) -> Iterator[int]:
    left = 100_000  # a hand-made "1-999999999" must not fill the memory
    for word in words:
        first, _, last = word.partition("-")
        if first.isdecimal() and (last or first).isdecimal():
            ids = range(int(first), min(int(last or first), MOST_ID) + 1)[:left]
            left -= len(ids)
            yield from ids


def _known(name: str) -> str:
    kind = KNOWN.get(name)
    if kind:
        return query.known(name, kind)
    return st.query_params.get(name, "").replace("\0", "")  # no text of PostgreSQL's may hold it
