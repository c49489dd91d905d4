"""The bones that every page has: title, purpose, one action; and how nothing is shown."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import formats, navigation
from dashboard.state import Key

LONGEST_TITLE = 120
SKELETON_PX = 460
"""As tall as the longest lists."""


def head(title: str, purpose: str | Callable[[], str]) -> DeltaGenerator:
    """Title, as much of it as a phone has room for, and one-line purpose in Markdown; returns the place for
    the one primary action.

    A purpose that has to be read first is a function: the title is there already, also where reading fails.
    """
    st.session_state[Key.TITLED] = True
    row = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom")
    words = row.container(width="stretch", gap=None)
    words.title(formats.literal(formats.shortened(title, LONGEST_TITLE)), anchor=False)
    words.caption(purpose if isinstance(purpose, str) else purpose())
    return row.container(width="content")


@contextmanager
def being_read(page: str, title: str) -> Iterator[None]:
    """Room for a page; while it is read for the first time, what is there stands above a skeleton.

    One that fails before its head is drawn still has its title, above what is said of the failure.

    A later look keeps what is drawn until the new is there. What is drawn within stays the same to the
    browser either way: the skeleton has a place of its own below.
    """
    st.session_state[Key.TITLED] = False
    body = st.container()
    with st.container():
        is_drawn = st.session_state.get(Key.DRAWN) == page
        waiting = nullcontext() if is_drawn else st.skeleton(height=SKELETON_PX)
    try:
        with waiting, body:
            yield
    except Exception:
        if not st.session_state[Key.TITLED]:
            body.title(formats.literal(title), anchor=False)
        raise
    finally:
        st.session_state[Key.DRAWN] = page


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
