"""Inspecting: how the host's schema compares with what Lectern needs, and what a run would do or did."""

from dataclasses import dataclass
from typing import Protocol

from core import schema, schema_detail
from core.access import Action, Person, check
from core.correction import STATUS_COLUMNS, Correction
from core.found import Found
from core.host_schema import HostSchema
from core.ports import UnitOfWork
from core.schema import Review
from core.schema_detail import Part
from core.schema_live import Live
from core.schema_obstacle import obstacles
from core.schema_run import MOST_RUNS, Purpose, Run, RunState
from core.statement import Kind, Statement
from core.target import OFFERS, TARGET


class SchemaServices(Protocol):
    """What these use cases need of `Services`."""

    @property
    def uow(self) -> UnitOfWork: ...

    @property
    def schema(self) -> HostSchema: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One statement of the dry run, in the order of execution."""

    table: str
    kind: Kind
    name: str
    columns: tuple[str, ...]
    description: str
    sql: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaStatus:
    """One look: up to date, changes pending, or interrupted."""

    schema: str
    tables: tuple[Review, ...]
    absent: tuple[str, ...]
    """Tables that the school does not have; what needs them is switched off."""
    pending: int
    """How many columns, indexes and tables an apply would add."""
    statements: int
    obstacles: tuple[str, ...]
    """What the database role lacks, each as a sentence."""
    pending_rows: int
    """Host rows some of whose facts wait for columns."""
    correction: Correction | None
    """How far setting lessons without a video to "pending" is; None where it is not due."""
    running_by: str | None
    interrupted: bool
    undoing: bool = False
    """Whether the run under way, or the one that was cut off, is an undo."""
    offers: tuple[str, ...] = ()
    """Columns that the school would have to fill itself, and has not."""

    @property
    def current(self) -> bool:
        """Whether nothing is left to do and nothing stands in the way."""
        return self.pending == 0 and not self.obstacles


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """The whole picture, of one moment: the tables and the runs are read once for all of it."""

    status: SchemaStatus
    parts: tuple[Part, ...]
    """Every column and index that is expected, what was found of it, and what somebody changed since."""
    planned: tuple[Planned, ...]
    """Exactly what an apply would send now; empty when there is nothing to do."""
    runs: tuple[Run, ...]
    """Newest first."""


def inspect(*, services: SchemaServices) -> Inspection:
    """Compare the host's schema with the target, as it is at this moment."""
    found, runs = services.schema.found(), tuple(services.schema.runs(limit=MOST_RUNS))
    statements = schema.plan(found)
    return Inspection(
        status=_status(found, statements, newest=next(iter(runs), None), services=services),
        parts=schema_detail.parts(found),
        planned=tuple(_planned(statement, services) for statement in statements),
        runs=runs,
    )


def status(*, services: SchemaServices) -> SchemaStatus:
    """The summary alone."""
    found = services.schema.found()
    return _status(found, schema.plan(found), newest=newest_run(services), services=services)


def _status(
    found: Found, statements: tuple[Statement, ...], *, newest: Run | None, services: SchemaServices
) -> SchemaStatus:
    lessons = found.tables["lessons"].columns if "lessons" in found.tables else {}
    with services.uow("schema.status") as tx:
        pending_rows, correction = tx.host.pending_rows(), tx.corrections.newest()
    return SchemaStatus(
        schema=found.schema,
        tables=schema.review(found),
        absent=tuple(table.name for table in TARGET if not table.ours and table.name not in found.tables),
        pending=schema.changes(statements),
        statements=len(statements),
        obstacles=obstacles(found, statements),
        pending_rows=pending_rows,
        correction=correction if lessons.keys() >= STATUS_COLUMNS else None,
        running_by=newest.by if newest and newest.is_open else None,
        interrupted=bool(newest and newest.state is RunState.INTERRUPTED and statements),
        undoing=bool(newest and newest.purpose is Purpose.UNDO),
        offers=tuple(name for name, table in OFFERS.items() if schema.lacks(found, table)),
    )


def plan(*, services: SchemaServices, offer: str = "") -> tuple[Planned, ...]:
    """The dry run: exactly what an apply would send now, or what an offer comes to; empty when there is
    nothing to do."""
    targets = (OFFERS[offer],) if offer else TARGET
    return tuple(_planned(statement, services) for statement in schema.plan(services.schema.found(), targets))


def _planned(statement: Statement, services: SchemaServices) -> Planned:
    return Planned(
        table=statement.table,
        kind=statement.kind,
        name=statement.name,
        columns=tuple(column.name for column in statement.columns),
        description=statement.description,
        sql=services.schema.sql(statement),
    )


def live(*, by: Person, services: SchemaServices) -> Live:
    """Sizes, open transactions, who waits for whom, builds and replicas, as of now."""
    check(by, Action.SEE_SCHEMA)
    return services.schema.live()


def history(*, services: SchemaServices) -> list[Run]:
    """Who changed the schema, when, and what came of it; newest first."""
    return services.schema.runs()


def newest_run(services: SchemaServices) -> Run | None:
    """The last run, under way or ended; None before the first."""
    return next(iter(services.schema.runs(limit=1)), None)
