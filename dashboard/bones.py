"""The bones that every page has: title, purpose, one action; and how nothing is shown."""

from collections.abc import Callable, Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import formats, navigation


def head(title: str, purpose: str | Callable[[], str]) -> DeltaGenerator:
    """Title, as it is, and one-line purpose in Markdown; returns the place for the one primary action.

    A purpose that has to be read first is a function: the title is there already, also where reading fails.
    """
    row = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom")
    words = row.container(width="stretch", gap=None)
    words.title(formats.literal(title), anchor=False)
    words.caption(purpose if isinstance(purpose, str) else purpose())
    return row.container(width="content")


def nothing(what: str, next_step: str, *, page: str = "", label: str = "") -> None:
    """An empty state: why it is empty, what to do next, and the way to the page where that is done."""
    with st.container(border=True, gap="xsmall"):
        st.write(f"**{what}**")
        st.caption(next_step)
        if page:
            link(page, label)


def link(page: str, label: str, *, query: Mapping[str, str] | None = None) -> None:
    """The way to another page, with the arrow that says so."""
    st.page_link(
        navigation.PAGES / page,
        label=label,
        icon=":material/arrow_forward:",
        icon_position="right",
        query_params=query,
    )
