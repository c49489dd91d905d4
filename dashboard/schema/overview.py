"""The answer first, then each table with its columns and indexes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from core import inspecting
from core.correction import Correction
from core.inspecting import Inspection, SchemaStatus
from core.schema_detail import DRIFT, OPEN, Part, PartState
from core.target import TARGET
from dashboard import formats, rows
from dashboard.services import services
from dashboard.words import Term

PARTS: Mapping[PartState, Term] = {
    PartState.REMOVED: Term("Removed since", "report", "red", "A run added it; somebody took it away."),
    PartState.CHANGED: Term("Changed since", "report", "red", "A run added it; somebody changed its type."),
    PartState.OTHER_DEFAULT: Term(
        "Other default", "report", "red", "Somebody changed what new rows get; an apply sets it again."
    ),
    PartState.UNFIT: Term("Too narrow", "warning", "red", "It does not hold every value; left as it is."),
    PartState.MISSING: Term("Missing", "add_circle", "orange", "An apply adds it."),
    PartState.UNFINISHED: Term("Unfinished", "construction", "orange", "An apply builds it anew."),
    PartState.FITS: Term("Fits", "check_circle", "green", "Of another type or name, good for the same."),
    PartState.THERE: Term("There", "check_circle", "green", "As expected."),
}
"""What needs a person first, as the tables list them."""

SINCE: Mapping[PartState, str] = {
    PartState.REMOVED: "Removed by somebody since a run added it: {}. An apply adds it again.",
    PartState.CHANGED: "Changed by somebody since a run added it: {}. It is left as it is.",
    PartState.OTHER_DEFAULT: "Given another default by somebody since a run added it: {}. An apply sets it "
    "again; rows that came meanwhile stay as they are.",
}
"""Drift in words; the names fill the brackets."""

ABSENT: Mapping[str, str] = {
    "videos": "The school has no table videos: uploads write what they know into lessons alone.",
    "lessons": "The school has no table lessons: nothing can be switched to Mux for a lesson.",
}


def load() -> Inspection:
    """How the schema is at this moment."""
    return inspecting.inspect(services=services())


def answer(found: SchemaStatus) -> None:
    """One look: up to date, changes pending, being changed, or interrupted."""
    st.markdown(f"{_badge(found)} {_sentence(found)}")
    if len(found.absent) < len(ABSENT):  # without both of them the answer says it all
        for name in found.absent:
            st.caption(ABSENT[name])
    if found.correction and (said := _corrected(found.correction)):
        st.caption(said)
    if found.obstacles:
        lines = "\n".join(f"- {formats.literal(obstacle)}" for obstacle in found.obstacles)
        st.error(
            f"Nothing can be applied yet. Ask whoever owns the database, then look again.\n\n{lines}",
            icon=":material/key_off:",
        )


def drift(parts: Sequence[Part]) -> None:
    """What somebody changed after a run had added it; an apply in the middle of its work is no such thing."""
    lines = [
        said.format(", ".join(names))
        for state, said in SINCE.items()
        if (names := [_full_name(part) for part in parts if part.state is state])
    ]
    if lines:
        st.warning("\n\n".join(map(formats.literal, lines)), icon=":material/report:")


def _full_name(part: Part) -> str:
    return f"{part.table}.{part.name}"


def _badge(found: SchemaStatus) -> str:
    if found.running_by:
        return Term("Being changed", "sync", "blue").badge
    if found.interrupted:
        return Term("Interrupted", "report", "orange").badge
    if found.pending:
        return Term("Changes pending", "pending", "orange").badge
    if not found.current:
        return Term("No tables", "error", "red").badge
    return Term("Up to date", "check_circle", "green").badge


def _sentence(found: SchemaStatus) -> str:
    changes = formats.counted(found.pending, "change")
    if found.running_by and found.undoing:
        return f"**{formats.literal(formats.actor(found.running_by))} has asked to take away what is empty.**"
    if found.interrupted and found.undoing:
        return f"**The undo was cut off; {changes} pending.** Undo again, or apply: both put it right."
    if found.running_by:
        left = f"{changes} still to come" if found.pending else "the worker is at it"
        return f"**{formats.literal(formats.actor(found.running_by))} has asked for it; {left}.**"
    if found.interrupted:
        return f"**The last run was cut off; {changes} still to come.** Apply again: it goes on from there."
    if not found.pending and not found.current:
        return f"**The schema “{formats.literal(found.schema)}” has no tables of the school's.**"
    if not found.pending:
        return f"**Everything that Mux needs is there.**{_waiting(found)}"
    if found.pending == sum(len(table.changed_defaults) for table in found.tables):
        return f"**{changes} pending: what new rows get by themselves.** Everything that Mux needs is there."
    return f"**{changes} pending.** Uploads work meanwhile without Mux fields{_waiting(found, inside=True)}."


def _corrected(walk: Correction) -> str:
    """How many lessons turned out to have no video; empty where there were none."""
    lessons = formats.counted(walk.corrected, "lesson")
    if walk.finished_at is None:
        return f"Lessons without a video are being set to “pending”: {lessons} so far."
    left = f" {formats.counted(walk.left, 'row')} that somebody held all the time stay as they are."
    said = f"{lessons} without a video set to “pending”." if walk.corrected else ""
    return f"{said}{left if walk.left else ''}".strip()


def _waiting(found: SchemaStatus, *, inside: bool = False) -> str:
    if not found.pending_rows:
        return ""
    rows_wait = f"{formats.counted(found.pending_rows, 'row')} wait to be filled in"
    return f" ({rows_wait})" if inside else f" {rows_wait}; the worker is at it."


def tables(parts: Sequence[Part], sizes: Mapping[str, str]) -> None:
    """Each table in a line, its columns and indexes on demand."""
    for table in TARGET:
        mine = [part for part in parts if part.table == table.name]
        if mine:
            absent = table.ours and all(part.state is PartState.MISSING for part in mine)
            lacks = "table missing" if absent else _lacks(mine)
            _table(table.name, lacks, mine, sizes.get(table.name, ""))


def _table(name: str, lacks: str, parts: Sequence[Part], size: str) -> None:
    title = " · ".join(filter(None, [f"**{name}**", lacks, size]))
    with st.expander(title, expanded=any(part.state in DRIFT for part in parts)):
        st.dataframe(
            _frame(parts),
            hide_index=True,
            height=min(420, rows.ROW_PX * (len(parts) + 1) + 2),
            column_config={
                "name": st.column_config.TextColumn("Name", width=200),
                "what": st.column_config.TextColumn("What", width=70),
                "state": rows.term_column("State", tuple(PARTS.values()), width=120),
                "expected": st.column_config.TextColumn("Expected", width=190),
                "found": st.column_config.TextColumn("Found", width=190),
            },
            placeholder=formats.NOTHING,
            alt=f"Columns and indexes of {name}",
        )
        states = dict.fromkeys(part.state for part in parts)
        st.caption(" ".join(f"{PARTS[one].word}: {PARTS[one].sentence}" for one in PARTS if one in states))


def _lacks(parts: Iterable[Part]) -> str:
    """`18 columns, 3 indexes missing`"""
    missing = Counter(part.is_index for part in parts if part.state in OPEN)
    if not missing:
        return "complete"
    counts = ((missing[False], "column", "columns"), (missing[True], "index", "indexes"))
    return ", ".join(formats.counted(n, one, many) for n, one, many in counts if n) + " missing"


def _frame(parts: Sequence[Part]) -> pd.DataFrame:
    worst_first = sorted(parts, key=lambda part: list(PARTS).index(part.state))
    return pd.DataFrame(
        {
            "name": [part.name for part in worst_first],
            "what": ["Index" if part.is_index else "Column" for part in worst_first],
            "state": [[PARTS[part.state].word] for part in worst_first],
            "expected": [part.expected for part in worst_first],
            "found": [part.found for part in worst_first],
        }
    )


def as_of() -> str:
    """`as of 14:05`"""
    return f"as of {formats.moment(datetime.now(UTC), zone=formats.reader_zone())}"
