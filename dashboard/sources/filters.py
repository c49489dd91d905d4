"""The filters above the list, each kept in the URL."""

from collections.abc import Mapping, Sequence

import streamlit as st

from core.kind import Kind
from core.selection import Facets, Filter, SizeBand, Sort, Standing
from core.source import Finding
from dashboard import formats, words
from dashboard.sources import address
from dashboard.state import Key

ANY = "Any"
WIDTH_PX = {Key.FILTER_COURSE: 128}
"""One row of filters on a laptop's screen; names of courses are the longest."""


def tabs(at: address.Place, found: Facets) -> None:
    """Where a source stands, with counts; each is a filter."""
    counts = found.standings
    labels = {s.value: f"{words.STANDING[s].word} · {formats.number(counts.get(s, 0))}" for s in Standing}
    labels[address.ANY_STANDING] = f"All · {formats.number(found.sources)}"
    chosen = at.filter.standing or address.ANY_STANDING
    labels[chosen] = f":violet[{labels[chosen]}]"  # see config.toml: readable in the dark, too
    st.session_state[Key.FILTER_STANDING] = chosen
    st.segmented_control(
        "Show",
        list(labels),
        format_func=labels.__getitem__,
        key=Key.FILTER_STANDING,
        required=True,
        label_visibility="collapsed",
        on_change=_changed,
        args=("standing", Key.FILTER_STANDING),
    )


def narrow(at: address.Place, found: Facets) -> None:
    """Search, course, kind, size, finding, order."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _search(at.filter.search)
        _choose("Course", "course", Key.FILTER_COURSE, at.filter.course, found.courses)
        _choose("Kind", "kind", Key.FILTER_KIND, at.filter.kind, _kinds(found))
        _choose("Size", "size", Key.FILTER_SIZE, at.filter.size, {b.value: words.SIZE[b] for b in SizeBand})
        _choose("Finding", "finding", Key.FILTER_FINDING, at.filter.finding, _findings(found))
        _order(at.sort)


def is_narrow(chosen: Filter) -> bool:
    return chosen != Filter(standing=chosen.standing)


def widen() -> None:
    """Take every filter but the standing away."""
    for name in ("search", "course", "kind", "size", "finding"):
        address.put(name, "")


def _search(value: str) -> None:
    st.session_state[Key.FILTER_SEARCH] = value
    st.text_input(
        "Search",
        key=Key.FILTER_SEARCH,
        placeholder="Key or lesson",
        icon=":material/search:",
        width=152,
        on_change=_changed,
        args=("search", Key.FILTER_SEARCH),
    )


def _choose(label: str, name: str, key: Key, value: str, options: Mapping[str, str]) -> None:
    values: Sequence[str] = ["", *options] if value in options or not value else ["", value, *options]
    st.session_state[key] = value
    st.selectbox(
        label,
        values,
        format_func=lambda one: options.get(one, one) if one else ANY,
        key=key,
        width=WIDTH_PX.get(key, 108),
        on_change=_changed,
        args=(name, key),
    )


def _order(value: Sort) -> None:
    st.session_state[Key.SORT] = value.value
    st.selectbox(
        "Order",
        [sort.value for sort in Sort],
        format_func=lambda one: words.SORT[Sort(one)],
        key=Key.SORT,
        width=132,
        on_change=_changed,
        args=(address.SORT, Key.SORT),
    )


def _changed(name: str, key: Key) -> None:
    address.put(name, str(st.session_state[key] or ""))


def _kinds(found: Facets) -> dict[str, str]:
    counts = {kind: found.kinds.get(kind, 0) for kind in Kind}
    return {kind.value: f"{words.KIND[kind]} · {formats.number(n)}" for kind, n in counts.items() if n}


def _findings(found: Facets) -> dict[str, str]:
    counts = {finding: found.findings.get(finding, 0) for finding in Finding}
    return {f.value: f"{words.FINDING[f].word} · {formats.number(n)}" for f, n in counts.items() if n}
