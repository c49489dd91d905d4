"""The last click before the school's tables change: on production the database's name is typed first."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboard.services import settings
from dashboard.state import Key


def button(
    label: str,
    database: str,
    *,
    key: str,
    typed: Key,
    on_click: Callable[..., Any],
    args: tuple[Any, ...] = (),
) -> None:
    """Off until the name is typed, where people sign in."""
    asks = settings().auth != "off"
    said = st.text_input(f"Type {database} to go on", key=typed) if asks else ""
    st.button(
        label,
        key=key,
        type="primary",
        disabled=asks and said != database,
        on_click=on_click,
        args=args,
    )
