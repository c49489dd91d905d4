"""Widgets whose value is kept, mostly in the address; another choice there goes back to the first page."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from dashboard import formats, query
from dashboard.state import Key

ANY = "Any"


def search(key: Key, name: str, value: str, *, page: str, placeholder: str, width: int) -> None:
    """A line of text that is looked for."""
    st.session_state[key] = value
    st.text_input(
        "Search",
        key=key,
        placeholder=placeholder,
        icon=":material/search:",
        width=width,
        on_change=changed,
        args=(key, name, page),
    )


def choose(
    label: str, key: Key, name: str, value: str, options: Mapping[str, str], *, page: str, width: int
) -> None:
    """One of these, by value; what a hand-made address names besides is shown as it is."""
    names = {**options, **({} if value in options else {value: value})}
    st.session_state[key] = value
    st.selectbox(
        label,
        list(names),
        format_func=names.__getitem__,
        key=key,
        width=width,
        on_change=changed,
        args=(key, name, page),
    )


def segments(label: str, key: Key, options: Mapping[str, str], chosen: str, **more: Any) -> str:
    """One of these, by value, side by side; config.toml says why the chosen one is violet."""
    names = {**options, chosen: f":violet[{options[chosen]}]"}
    st.session_state[key] = chosen
    picked: str = st.segmented_control(
        label, list(names), format_func=names.__getitem__, key=key, required=True, **more
    )
    return picked


def any_of(options: Mapping[str, str]) -> dict[str, str]:
    """The same with a choice that does not narrow."""
    return {"": ANY, **options}


def pages(count: int, size: int, *, most: int | None = None) -> int:
    """How many pages of `size` lines a list has, of which no more than `most` can be turned to.

    >>> pages(0, 50), pages(50, 50), pages(51, 50), pages(1_000_000, 24, most=400)
    (1, 1, 2, 400)
    """
    number = max(1, -(-count // size))
    return number if most is None else min(most, number)


def part(number: int, size: int, shown: int, count: int) -> str:
    """Which lines stand on a page.

    >>> part(2, 50, 50, 1268)
    '51 to 100 of 1,268'
    """
    first = (number - 1) * size + 1
    return f"{formats.number(first)} to {formats.number(first + shown - 1)} of {formats.number(count)}"


def pager(said: str, key: Key, name: str, number: int, *, pages: int) -> None:
    """What part of the list is shown, and the numbers of its pages where there are several."""
    # in columns: in a horizontal container the page numbers fold up to an ellipsis
    where, numbers = st.columns([1, 2], vertical_alignment="center")
    where.caption(said)
    if pages > 1:
        st.session_state[key] = number
        numbers.pagination(pages, key=key, on_change=_turned, args=(key, name))


def select_all(matching: int, on_click: Callable[..., None], *args: object) -> None:
    """Tick whatever the filters let through."""
    st.button(f"Select all {formats.number(matching)} matching", on_click=on_click, args=args)


def clear(is_empty: bool, on_click: Callable[..., None], *args: object) -> None:
    """Always there: whatever somebody wrote into the address, it takes it away."""
    st.button(
        "Clear",
        on_click=on_click,
        args=args,
        type="tertiary",
        disabled=is_empty,
        help="Nothing is selected." if is_empty else None,
    )


def changed(key: Key, name: str, page: str) -> None:
    """Write what was chosen into the address."""
    query.put(name, str(st.session_state[key] or ""))
    query.put(page, "")


def _turned(key: Key, name: str) -> None:
    number = int(st.session_state[key])
    query.put(name, str(number) if number > 1 else "")
