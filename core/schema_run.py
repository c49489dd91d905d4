"""Runs that changed the host's schema: what each did, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.statement import Kind

TAKES_INDEX = (Kind.REMOVE_INDEX, Kind.REMOVE_INDEX_OF_PARTITIONS)
TAKES = (*TAKES_INDEX, Kind.DROP_COLUMNS, Kind.DROP_TABLE)
CREATES_INDEX = (Kind.CREATE_INDEX, Kind.CREATE_INDEX_ON_ONLY)

MOST_RUNS = 1000
"""As many tell what Lectern has added; a school has a handful."""


class RunState(StrEnum):
    WAITING = "waiting"
    """Asked for; the worker has not begun yet."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    """Its process ended in the middle; the next run goes on from what it finds."""


class Purpose(StrEnum):
    """What a run is for."""

    APPLY = "apply"
    OFFER = "add what is offered"
    UNDO = "undo"
    SWITCH_ON = "switch a profile on"
    SWITCH_OFF = "switch a profile off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One statement that was executed. `tries` is above 1 where it gave way to others."""

    table: str
    kind: Kind
    name: str
    columns: tuple[str, ...]
    sql: str
    seconds: float
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run. `planned` is how many statements it comes to, those done included; `now` the one under way."""

    id: int
    by: str
    started_at: datetime
    finished_at: datetime | None
    state: RunState
    steps: tuple[Step, ...] = ()
    planned: int = 0
    now: str | None = None
    error: str | None = None
    purpose: Purpose = Purpose.APPLY
    about: str = ""
    """The name of the offer or profile; the id of the run that is undone, empty for all of them."""

    @property
    def is_open(self) -> bool:
        """Whether it is under way or about to be."""
        return self.state in (RunState.WAITING, RunState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What an apply came to; without a run there was nothing to do."""

    run: Run | None
    success: bool
    tables_created: tuple[str, ...] = ()
    columns_added: tuple[str, ...] = ()
    indexes_created: tuple[str, ...] = ()
    error: str | None = None
    seconds: float = 0.0


def outcome(run: Run | None) -> Applied:
    """The run in figures; columns are named with their table."""
    if run is None:
        return Applied(run=None, success=True)
    added = (f"{step.table}.{name}" for step in _of(run, Kind.ADD_COLUMNS) for name in step.columns)
    return Applied(
        run=run,
        success=run.state is RunState.DONE,
        tables_created=tuple(step.name for step in _of(run, Kind.CREATE_TABLE)),
        columns_added=tuple(added),
        indexes_created=tuple(step.name for step in _of(run, *CREATES_INDEX)),
        error=run.error,
        seconds=sum(step.seconds for step in run.steps),
    )


def taken(run: Run) -> tuple[str, ...]:
    """What the run took away; columns are named with their table, indexes on them are left out."""
    columns = [f"{step.table}.{name}" for step in _of(run, Kind.DROP_COLUMNS) for name in step.columns]
    others = [step.name for step in _of(run, *TAKES_INDEX, Kind.DROP_TABLE)]
    return tuple(dict.fromkeys(columns + others))


def _of(run: Run, *kinds: Kind) -> Iterable[Step]:
    return (step for step in run.steps if step.kind in kinds)
