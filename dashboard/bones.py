"""The bones that every page has: title, purpose, one action; and how nothing is shown."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def head(title: str, purpose: str) -> DeltaGenerator:
    """Title and one-line purpose; returns the place on the right for the one primary action."""
    row = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom")
    words = row.container(width="stretch", gap=None)
    words.title(title, anchor=False)
    words.caption(purpose)
    return row.container(width="content")


def nothing(what: str, next_step: str) -> None:
    """An empty state: why it is empty, and what to do next."""
    with st.container(border=True):
        st.write(f"**{what}**")
        st.caption(next_step)
