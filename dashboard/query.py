"""Reading and writing the page's address, in which whatever a reload should come back to is kept."""

from enum import StrEnum

import streamlit as st


def put(name: str, value: str) -> None:
    """Write one value; the empty one leaves the address."""
    if value:
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)


def known(name: str, kind: type[StrEnum]) -> str:
    """The value, or "" where it is none of these (any more)."""
    value = st.query_params.get(name, "")
    return value if value in set(kind) else ""


def page_number(name: str) -> int:
    """A page from 1; nonsense is the first."""
    return as_page(st.query_params.get(name, "1"))


def as_page(text: str) -> int:
    """
    >>> as_page("3"), as_page("-1"), as_page("nonsense")
    (3, 1, 1)
    """
    return max(1, int(text)) if text.isdecimal() and len(text) < 8 else 1
