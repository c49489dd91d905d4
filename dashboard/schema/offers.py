"""Columns that the school fills itself: what does not work without them, and adding them."""

from collections.abc import Mapping

import streamlit as st

from core import applying, inspecting
from core.access import Action
from core.inspecting import SchemaStatus
from core.schema_live import Place
from core.statement import script
from dashboard import access, errors, state
from dashboard.schema import confirm
from dashboard.services import services
from dashboard.state import Key

WITHOUT: Mapping[str, str] = {
    "creator_id": "The school's lessons have no column **creator_id**: who made one is not known, so "
    "teachers upload for none, and nobody sees or plays a lesson for having made it. "
    "Add it; the school's site fills it.",
}


def show(found: SchemaStatus, place: Place) -> None:
    """Each in a sentence with its button; nothing where nothing is missing."""
    for name in found.offers:
        said, action = st.columns([4, 1], vertical_alignment="center")
        said.caption(WITHOUT[name])
        why_not = confirm.why_not(found)
        if action.button(f"Add {name} …", disabled=why_not is not None, help=why_not, key=f"offer_{name}"):
            dialog(name, place)


@st.dialog("Add a column to the school's lessons?")
@errors.guarded
def dialog(name: str, place: Place) -> None:
    """Shows the SQL; nothing else is touched."""
    planned = inspecting.plan(services=services(), offer=name)
    st.write(
        f"The column “{name}”, empty, and an index on it. No row is rewritten; reads and writes go on. "
        "The worker does it: you may close this page."
    )
    st.code(script(planned), language=None, wrap_lines=True)
    confirm.button(
        f"Add {name}",
        place.database,
        key="offer_now",
        typed=Key.OFFER_TYPED,
        on_click=errors.acting(_add),
        args=(name,),
    )


def _add(name: str) -> None:
    applying.request(by=access.require(Action.APPLY_SCHEMA), services=services(), offer=name)
    state.say_next(f"The worker adds {name} now.")
    st.rerun()
