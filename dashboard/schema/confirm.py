"""Before the school's tables change: whether they may now, and on production the database's name typed."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.access import Action
from core.inspecting import SchemaStatus
from core.schema_live import Place
from dashboard import access, formats
from dashboard.services import settings
from dashboard.state import Key


def database(place: Place) -> str:
    """`the database “school” at 10.0.0.7`"""
    where = f" at {place.host}" if place.host else ""
    return f"the database “{formats.literal(place.database)}”{where}"


def why_not(found: SchemaStatus) -> str | None:
    """What keeps this person, or anybody at present, from changing the tables."""
    if not access.may(Action.APPLY_SCHEMA):
        return "This needs the role ops."
    return "A run is under way." if found.running_by else None


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
