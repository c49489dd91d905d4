"""The filters above the list, each kept in the URL."""

from collections.abc import Mapping

import streamlit as st

from core.kind import Kind
from core.selection import Facets, Filter, SizeBand, Sort, Standing
from core.source import Finding
from dashboard import formats, kept, query, words
from dashboard.sources import address
from dashboard.sources.address import PAGE
from dashboard.state import Key

WIDTH_PX = {Key.FILTER_COURSE: 128}
"""One row of filters on a laptop's screen; names of courses are the longest."""


def tabs(at: address.Place, found: Facets) -> None:
    """Where a source stands, with counts; each is a filter."""
    counts = found.standings
    labels = {s.value: f"{words.STANDING[s].word} · {formats.number(counts.get(s, 0))}" for s in Standing}
    labels[address.ANY_STANDING] = f"All · {formats.number(found.sources)}"
    chosen = at.filter.standing or address.ANY_STANDING
    kept.segments(
        "Show",
        Key.FILTER_STANDING,
        labels,
        chosen,
        label_visibility="collapsed",
        on_change=kept.changed,
        args=(Key.FILTER_STANDING, "standing", PAGE),
    )


def narrow(at: address.Place, found: Facets) -> None:
    """Search, course, kind, size, finding, order."""
    look, sizes = at.filter, {band.value: words.SIZE[band] for band in SizeBand}
    orders = {sort.value: words.SORT[sort] for sort in Sort}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kept.search(
            Key.FILTER_SEARCH, "search", look.search, page=PAGE, placeholder="Key or lesson", width=152
        )
        _choose("Course", "course", Key.FILTER_COURSE, look.course, found.courses)
        _choose("Kind", "kind", Key.FILTER_KIND, look.kind, _kinds(found))
        _choose("Size", "size", Key.FILTER_SIZE, look.size, sizes)
        _choose("Finding", "finding", Key.FILTER_FINDING, look.finding, _findings(found))
        kept.choose("Order", Key.SORT, address.SORT, at.sort.value, orders, page=PAGE, width=132)


def is_narrow(chosen: Filter) -> bool:
    return chosen != Filter(standing=chosen.standing)


def widen() -> None:
    """Take every filter but the standing away."""
    for name in ("search", "course", "kind", "size", "finding", PAGE):
        query.put(name, "")


def _choose(label: str, name: str, key: Key, value: str, options: Mapping[str, str]) -> None:
    width = WIDTH_PX.get(key, 108)
    kept.choose(label, key, name, value, kept.any_of(options), page=PAGE, width=width)


def _kinds(found: Facets) -> dict[str, str]:
    counts = {kind: found.kinds.get(kind, 0) for kind in Kind}
    return {kind.value: f"{words.KIND[kind]} · {formats.number(n)}" for kind, n in counts.items() if n}


def _findings(found: Facets) -> dict[str, str]:
    counts = {finding: found.findings.get(finding, 0) for finding in Finding}
    return {f.value: f"{words.FINDING[f].word} · {formats.number(n)}" for f, n in counts.items() if n}
