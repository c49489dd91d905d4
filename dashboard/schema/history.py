"""Who changed the schema, when, and what came of it."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from core.inspecting import SchemaStatus
from core.profile import Profile
from core.schema_live import Place
from core.schema_run import Purpose, Run, RunState, outcome, taken
from dashboard import formats, rows
from dashboard.schema import undo
from dashboard.schema.profile_dialog import NAMES
from dashboard.words import Term

RUNS: Mapping[RunState, Term] = {
    RunState.WAITING: Term("Waiting", "schedule", "gray"),
    RunState.RUNNING: Term("Running", "sync", "blue"),
    RunState.DONE: Term("Done", "check_circle", "green"),
    RunState.FAILED: Term("Failed", "error", "red"),
    RunState.INTERRUPTED: Term("Interrupted", "report", "orange"),
}


SWITCHED: Mapping[Purpose, str] = {Purpose.SWITCH_ON: "on", Purpose.SWITCH_OFF: "off"}


def newest(runs: Sequence[Run], found: SchemaStatus) -> None:
    """What became of the last run, where a person should know."""
    if runs and runs[0].state is RunState.FAILED:
        st.error(_failure(runs[0], found), icon=":material/error:")
    elif runs and runs[0].error:
        st.info(formats.literal(runs[0].error), icon=":material/info:")


def _failure(run: Run, found: SchemaStatus) -> str:
    """Why, then what was done and what was not."""
    said = f"The last run failed. {formats.literal(run.error or '')}"
    if run.purpose is not Purpose.APPLY:
        return said
    done = outcome(run)
    made = len(done.columns_added) + len(done.tables_created) + len(done.indexes_created)
    changes = f"{formats.counted(made, 'change')} {'was' if made == 1 else 'were'} made"
    return f"{said} {changes}, {formats.number(found.pending)} still to come."


def show(runs: Sequence[Run], found: SchemaStatus, place: Place) -> None:
    """All runs, and undoing them."""
    with st.expander(f"History · {formats.counted(len(runs), 'run') if runs else 'none yet'}"):
        if runs:
            _table(runs)
            _statements(runs[0])
            undo.button(runs, found, place)
        else:
            st.caption("Each run stands here with what it added and how long it took.")


def _table(runs: Sequence[Run]) -> None:
    config = st.column_config
    st.dataframe(
        _frame(runs),
        hide_index=True,
        height=min(320, rows.ROW_PX * (len(runs) + 1) + 2),
        column_config={
            "at": config.DatetimeColumn(
                "Asked for", format="D MMM, HH:mm", timezone=formats.reader_zone(), width=110
            ),
            "by": config.TextColumn("By", width=185),
            "state": rows.term_column("State", tuple(RUNS.values()), width=110),
            "added": config.TextColumn("Did", width=220),
            "took": config.TextColumn("Took", width=80),
            "error": config.TextColumn("Remarks", width=160),
        },
        placeholder=formats.NOTHING,
        alt="Runs that changed the schema",
    )


def _frame(runs: Sequence[Run]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "at": [run.started_at for run in runs],
            "by": [formats.actor(run.by) for run in runs],
            "state": [[RUNS[run.state].word] for run in runs],
            "added": [_added(run) for run in runs],
            "took": [_took(outcome(run).seconds) for run in runs],
            "error": [run.error or "" for run in runs],
        }
    )


def _statements(run: Run) -> None:
    """What each statement of the newest run took."""
    if not run.steps:
        return
    st.caption("Statements of the newest run")
    st.dataframe(
        pd.DataFrame(
            {
                "Table": [step.table for step in run.steps],
                "Statement": [step.kind.value for step in run.steps],
                "What": [", ".join(step.columns) or step.name for step in run.steps],
                "Took": [f"{formats.number(step.seconds * 1000)} ms" for step in run.steps],
                "Tries": [step.tries for step in run.steps],
            }
        ),
        hide_index=True,
        height=min(320, rows.ROW_PX * (len(run.steps) + 1) + 2),
        placeholder=formats.NOTHING,
        alt="Statements of the newest run, with what each took",
    )


def _took(seconds: float) -> str:
    return formats.duration(seconds) if seconds >= 1 else "under 1 s"


def _added(run: Run) -> str:
    if run.purpose is Purpose.UNDO:
        return f"took back {formats.counted(len(taken(run)), 'change')}" if taken(run) else "nothing"
    if run.purpose in SWITCHED:
        return f"{NAMES[Profile(run.about)]} {SWITCHED[run.purpose]}" if run.steps else "nothing"
    done = outcome(run)
    counts = (
        (len(done.columns_added), "column", "columns"),
        (len(done.indexes_created), "index", "indexes"),
        (len(done.tables_created), "table", "tables"),
    )
    if any(n for n, _, _ in counts):
        return ", ".join(formats.counted(n, one, many) for n, one, many in counts if n)
    return formats.counted(len(run.steps), "statement") if run.steps else "nothing"
