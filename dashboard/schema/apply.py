"""The button that has the worker change the school's tables, and the question before it."""

import streamlit as st

from core import applying
from core.access import Action
from core.inspecting import SchemaStatus
from core.schema_live import Place
from dashboard import access, errors, formats, state
from dashboard.schema import confirm
from dashboard.services import services
from dashboard.state import Key


def button(found: SchemaStatus, place: Place) -> None:
    """The one primary action of the page; disabled, it says why."""
    if not found.pending:
        return
    why_not = _why_not(found)
    pressed = st.button(
        f"Apply {formats.counted(found.pending, 'change')}",
        type="primary",
        icon=":material/play_arrow:",
        disabled=why_not is not None,
        help=why_not,
    )
    if pressed:
        dialog(found, place)


def _why_not(found: SchemaStatus) -> str | None:
    if reason := confirm.why_not(found):
        return reason
    return "Something is in the way, see below." if found.obstacles else None


@st.dialog("Change the school's tables?")
@errors.guarded
def dialog(found: SchemaStatus, place: Place) -> None:
    """Names the database, how many statements, and what stays untouched."""
    st.write(
        f"{formats.counted(found.statements, 'statement')} on {confirm.database(place)}, schema "
        f"“{found.schema}”. Columns and indexes are added; nothing is removed and no row is rewritten. "
        "Reads and writes go on; a change gives way to whoever uses a table and tries again for minutes."
    )
    st.caption("The worker does it: you may close this page.")
    confirm.button(
        f"Apply {formats.counted(found.pending, 'change')}",
        place.database,
        key="apply_schema_now",
        typed=Key.SCHEMA_TYPED,
        on_click=errors.acting(_apply),
    )


def _apply() -> None:
    applying.request(by=access.require(Action.APPLY_SCHEMA), services=services())
    state.say_next("The worker changes the tables now.")
    st.rerun()
