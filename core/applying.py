"""Applying: the host's schema brought to what Lectern needs, when ops says so, while the site goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from core import schema
from core.access import Action, Person, check
from core.errors import AppError, Refused, StaleState
from core.found import Found
from core.host_schema import HostSchema, SchemaSession
from core.ports import UnitOfWork
from core.records import Job
from core.schema import Review, Statement
from core.schema_run import Applied, Run, RunState, outcome
from core.target import TARGET


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
    kind: schema.Kind
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
    running_by: str | None
    interrupted: bool

    @property
    def current(self) -> bool:
        return self.pending == 0 and not self.obstacles


def status(*, services: SchemaServices) -> SchemaStatus:
    """Compare the host's schema with the target, as it is at this moment."""
    found = services.schema.found()
    statements = schema.plan(found)
    newest = next(iter(services.schema.runs(limit=1)), None)
    with services.uow("schema.status") as tx:
        pending_rows = tx.host.pending_rows()
    return SchemaStatus(
        schema=found.schema,
        tables=schema.review(found),
        absent=tuple(table.name for table in TARGET if not table.ours and table.name not in found.tables),
        pending=schema.changes(statements),
        statements=len(statements),
        obstacles=schema.obstacles(found, statements),
        pending_rows=pending_rows,
        running_by=newest.by if newest and newest.state is RunState.RUNNING else None,
        interrupted=bool(newest and newest.state is RunState.INTERRUPTED and statements),
    )


def plan(*, services: SchemaServices) -> tuple[Planned, ...]:
    """The dry run: exactly what an apply would send now; empty when there is nothing to do."""
    return tuple(_planned(statement, services) for statement in schema.plan(services.schema.found()))


def _planned(statement: Statement, services: SchemaServices) -> Planned:
    return Planned(
        table=statement.table,
        kind=statement.kind,
        name=statement.name,
        columns=tuple(column.name for column in statement.columns),
        description=statement.description,
        sql=services.schema.sql(statement),
    )


def apply(*, by: Person, services: SchemaServices) -> Applied:
    """Bring the host's schema to the target, and have the facts that wait written.

    Safe to run again after a kill at any point: the plan is computed from what is found.

    Raises:
        NotAllowed: the person's roles do not cover it.
        StaleState: another run is under way; the sentence says whose.
        Refused: the database role lacks a grant (named), or the database would not have a statement.
        Unavailable: a table stayed in use all the time. What was done until then stays done.
    """
    check(by, Action.APPLY_SCHEMA)
    with services.schema.alone() as session:
        run = _apply(session, by, services)
    _write_back(services)
    return outcome(run)


def history(*, services: SchemaServices) -> list[Run]:
    """Who changed the schema, when, and what came of it; newest first."""
    return services.schema.runs()


def _apply(session: SchemaSession, by: Person, services: SchemaServices) -> Run | None:
    found = session.found()
    statements = schema.plan(found)
    if lacking := schema.obstacles(found, statements):
        raise Refused(" ".join(lacking), hint="Then apply again.")
    if not statements:
        return None
    run_id = session.open(by=by.name)
    _audit(run_id, by, found.schema, statements, services)
    try:
        for statement in statements:
            session.execute(run_id, statement)
        _check_complete(session.found())
    except AppError as error:
        session.close(run_id, RunState.FAILED, error=error.sentence)
        raise
    return session.close(run_id, RunState.DONE)


def _check_complete(found: Found) -> None:
    if left := schema.plan(found):
        names = ", ".join(sorted({statement.name for statement in left}))
        raise StaleState(
            f"Somebody changed the tables in the meantime; still to do: {names}.", hint="Apply again."
        )


def _audit(
    run_id: int, by: Person, name: str, statements: Sequence[Statement], services: SchemaServices
) -> None:
    """Written before the first statement: a change of the schema cannot share a transaction with it."""
    with services.uow("schema.audit") as tx:
        after = {"run": run_id, "changes": [f"{s.kind} {s.name}" for s in statements]}
        tx.audit(by, "change the database schema", f"schema {name}", after=after)
        tx.commit()


def _write_back(services: SchemaServices) -> None:
    with services.uow("schema.write_back") as tx:
        tx.enqueue(Job.WRITE_BACK, key="write_back")
        tx.commit()
