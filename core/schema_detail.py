"""Each column and index of the target, one by one: what is expected, what was found, and what that means."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.columntype import holds, same
from core.found import Found, FoundTable
from core.schema import changed_defaults, expected_type, served_by
from core.schema_run import CREATES_INDEX, TAKES_INDEX, Run, RunState, Step
from core.statement import Kind
from core.target import OFFERS, TARGET, Column, Index, Table

Added = frozenset[tuple[str, str]]
"""Table and name of what runs of ours have added."""


class PartState(StrEnum):
    THERE = "there"
    FITS = "fits"
    """Of another type or name, and good for the same."""

    MISSING = "missing"
    UNFINISHED = "unfinished"
    """An index that a cut-off build left behind."""

    UNFIT = "unfit"
    """Its type does not hold every value that is written; left as it is."""

    REMOVED = "removed"
    """Added by a run of ours and gone again: somebody changed the table later."""

    CHANGED = "changed"
    """Added by a run of ours and of another type now."""

    OTHER_DEFAULT = "other default"
    """Added by a run of ours, and new rows get another value now."""


DRIFT = frozenset({PartState.REMOVED, PartState.CHANGED, PartState.OTHER_DEFAULT})
OPEN = frozenset({PartState.MISSING, PartState.UNFINISHED, PartState.REMOVED})
"""What is not there, or not to be used, until an apply."""

SINCE = {
    PartState.MISSING: PartState.REMOVED,
    PartState.FITS: PartState.CHANGED,
    PartState.UNFIT: PartState.CHANGED,
}
"""What a state means for a column that a run of ours has added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A column or an index. `found` is empty where there is none."""

    table: str
    name: str
    is_index: bool
    expected: str
    found: str
    state: PartState


def added_by(runs: Iterable[Run], *, ended: bool = False) -> Added:
    """What these runs have added and none of them has taken away since. `ended`: what a run took away counts
    once it has ended; one that was cut off may have noted a step and not come to it."""
    added: set[tuple[str, str]] = set()
    for run in sorted(runs, key=lambda run: run.id):
        counts = run.state in (RunState.DONE, RunState.FAILED) or not ended
        for step in run.steps:
            added = (added | _added(step)) - (_taken(step) if counts else set())
    return frozenset(added)


def _added(step: Step) -> set[tuple[str, str]]:
    if step.kind in CREATES_INDEX:
        return {(step.table, step.name)}
    is_new = step.kind in (Kind.ADD_COLUMNS, Kind.CREATE_TABLE)
    return {(step.table, name) for name in step.columns} if is_new else set()


def _taken(step: Step) -> set[tuple[str, str]]:
    """Dropped, with the indexes on it."""
    if step.kind in TAKES_INDEX:
        return {(step.table, step.name)}
    if step.kind not in (Kind.DROP_COLUMNS, Kind.DROP_TABLE):
        return set()
    targets = [table for table in (*TARGET, *OFFERS.values()) if table.name == step.table]
    gone = set(step.columns) or {column.name for table in targets for column in table.columns}
    indexes = [index for table in targets for index in table.indexes]
    on_these = {index.name for index in indexes if gone & set(index.columns)}
    return {(step.table, name) for name in gone | on_these}


def parts(found: Found) -> tuple[Part, ...]:
    """All parts of the tables that are there or ours to create."""
    return tuple(
        part for table in TARGET if table.ours or table.name in found.tables for part in _of(table, found)
    )


def _of(table: Table, found: Found) -> Iterator[Part]:
    there = found.tables.get(table.name) or FoundTable(name=table.name, columns={})
    changed = changed_defaults(table, found)
    for column in table.columns:
        yield _column(table, column, expected_type(column, found), there, found.added, changed)
    for index in table.indexes:
        yield _index(table, index, there, found.added)


def _column(
    table: Table, column: Column, expected: str, there: FoundTable, added: Added, changed: Sequence[Column]
) -> Part:
    found = there.columns[column.name].type if column.name in there.columns else ""
    state = _state_of_type(expected, found)
    if (table.name, column.name) in added:
        state = SINCE.get(state, state)
    if state is PartState.THERE and column in changed:
        state = PartState.OTHER_DEFAULT
        expected = f"default {column.default or 'none'}"
        found = f"default {there.columns[column.name].default or 'none'}"
    return Part(
        table=table.name, name=column.name, is_index=False, expected=expected, found=found, state=state
    )


def _state_of_type(expected: str, found: str) -> PartState:
    if not found:
        return PartState.MISSING
    if same(expected, found):
        return PartState.THERE
    return PartState.FITS if holds(expected, found) else PartState.UNFIT


def _index(table: Table, index: Index, there: FoundTable, added: Added) -> Part:
    found, state = _found_index(table, index, there, added)
    on = f"{'unique, ' if index.unique else ''}on {', '.join(index.columns)}"
    return Part(table=table.name, name=index.name, is_index=True, expected=on, found=found, state=state)


def _found_index(table: Table, index: Index, there: FoundTable, added: Added) -> tuple[str, PartState]:
    if serving := served_by(index, there):
        on = f"on {', '.join(serving.columns)}"
        if serving.name == index.name:
            return on, PartState.THERE
        return f"{serving.name} {on}", PartState.FITS
    if any(one.name == index.name and not one.valid for one in there.indexes):
        return "not finished", PartState.UNFINISHED
    return "", PartState.REMOVED if (table.name, index.name) in added else PartState.MISSING
