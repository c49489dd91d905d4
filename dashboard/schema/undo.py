"""Taking away again what runs added and is still empty."""

from collections.abc import Sequence

import streamlit as st

from core import withdrawing
from core.access import Action
from core.inspecting import SchemaStatus
from core.schema_detail import added_by
from core.schema_live import Place
from core.schema_run import Run
from dashboard import access, errors, formats, state
from dashboard.schema import confirm
from dashboard.services import services
from dashboard.state import Key


def button(runs: Sequence[Run], found: SchemaStatus, place: Place) -> None:
    """Below the history; nothing before a run has added something."""
    if not added_by(runs, ended=True):
        return
    why_not = _why_not(found)
    if st.button("Undo …", icon=":material/undo:", disabled=why_not is not None, help=why_not):
        dialog([run for run in runs if added_by([run])], place)


def _why_not(found: SchemaStatus) -> str | None:
    if reason := confirm.why_not(found):
        return reason
    return "Facts wait to be written into these columns: apply first." if found.pending_rows else None


@st.dialog("Take away what Lectern added?")
@errors.guarded
def dialog(runs: Sequence[Run], place: Place) -> None:
    """Names all that goes; what holds a value stays."""
    by_id = {run.id: run for run in runs}
    of = st.selectbox(
        "Added by",
        [None, *by_id],
        format_func=lambda number: _name(by_id[number]) if number else "All runs",
        key="undo_of",
    )
    names = withdrawing.going(services=services(), of=of)
    if not names:
        st.write("Nothing of it is there any more.")
        return
    st.write(
        f"{_counted(names)} in {confirm.database(place)}, each as far as it is "
        "still empty. What holds a value, or is used by a view, a policy or a trigger, stays and is named. "
        "Reads and writes go on; only a write into one of these very columns is refused meanwhile. "
        "The worker does it: you may close this page."
    )
    st.code("\n".join(names), language=None, height=180)
    label = "Take away what is empty"
    confirm.button(
        label,
        place.database,
        key="undo_now",
        typed=Key.UNDO_TYPED,
        on_click=errors.acting(_undo),
        args=(of,),
    )


def _counted(names: Sequence[str]) -> str:
    return formats.counted(len(names), "column, index or table", "columns, indexes and tables")


def _name(run: Run) -> str:
    return f"{formats.actor(run.by)}, {formats.moment(run.started_at, zone=formats.reader_zone())}"


def _undo(of: int | None) -> None:
    withdrawing.request(by=access.require(Action.APPLY_SCHEMA), services=services(), of=of)
    state.say_next("The worker takes away what is empty.")
    st.rerun()
