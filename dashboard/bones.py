"""The bones that every page has: title, purpose, one action; and how nothing is shown."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import formats


def head(title: str, purpose: str) -> DeltaGenerator:
    """Title, as it is, and one-line purpose in Markdown; returns the place for the one primary action."""
    row = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom")
    words = row.container(width="stretch", gap=None)
    words.title(formats.literal(title), anchor=False)
    words.caption(purpose)
    return row.container(width="content")


def nothing(what: str, next_step: str) -> None:
    """An empty state: why it is empty, and what to do next."""
    with st.container(border=True):
        st.write(f"**{what}**")
        st.caption(next_step)
