"""Changing: the statements of one run executed one after another, and what follows from them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from core.access import Person
from core.correction import STATUS_COLUMNS
from core.errors import AppError, Refused, StaleState
from core.found import Found
from core.host_schema import SchemaSession
from core.inspecting import SchemaServices, newest_run
from core.ports import Tx
from core.profile import Change
from core.records import Job
from core.schema_run import Purpose, Run, RunState
from core.statement import Statement

Plan = Callable[[Found], Sequence[Statement | Change]]
"""What is still to be done, given what is found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person wants of the schema by this name, and the statements that it comes to."""

    schema: str
    statements: Sequence[Statement | Change]
    purpose: Purpose
    about: str = ""


def ask(wish: Wish, job: Job, *, by: Person, services: SchemaServices) -> int:
    """Have the worker do it; returns the run's id. Raises `StaleState` beside another run, naming whose."""
    refuse_beside(newest_run(services))
    with services.uow("schema.request") as tx:
        run_id = tx.schema_runs.ask(by.name, purpose=wish.purpose, about=wish.about)
        if run_id is None:
            raise StaleState("Another run has just been asked for.", hint="The history shows it.")
        _audit(tx, run_id, wish, by)
        tx.enqueue(job, run_id=run_id)
        tx.commit()
    return run_id


def begin(session: SchemaSession, wish: Wish, *, by: Person, services: SchemaServices) -> int:
    """A run that goes on here and now. Audited before its first statement: a change of the schema cannot
    share a transaction with it."""
    run_id = session.open(by=by.name, purpose=wish.purpose, about=wish.about)
    with services.uow("schema.audit") as tx:
        _audit(tx, run_id, wish, by)
        tx.commit()
    return run_id


def refuse_beside(newest: Run | None) -> None:
    """Raise `StaleState` where a run is under way or waits."""
    if newest and newest.is_open:
        raise StaleState(f"The schema is being changed by {newest.by}.", hint="The history shows that run.")


@contextmanager
def taken_up(run_id: int, services: SchemaServices) -> Iterator[tuple[SchemaSession, Run] | None]:
    """The worker's turn at a run that was asked for, alone at the tables; None when it has ended, or another
    was begun after it.

    What is refused, or done by somebody else at present, ends the run with its sentence. Where that somebody
    is at this very run, because its job has come twice, it goes on.
    """
    try:
        with services.schema.alone() as session:
            run = session.take_up(run_id)
            try:
                yield (session, run) if run else None
            except (Refused, StaleState) as error:
                if run:
                    session.close(run_id, RunState.FAILED, error=error.sentence)
                raise
    except (Refused, StaleState) as error:
        services.schema.give_up(run_id, error.sentence)
        raise


def execute(session: SchemaSession, run_id: int, plan: Plan, services: SchemaServices) -> Run:
    """Everything that is still to be done; raises what a statement came to, and the run ends with it."""
    statements = plan(session.found())
    session.plan(run_id, left=len(statements))
    if any(_gives_statuses(statement) for statement in statements):
        _begin_correction(services)
    try:
        for statement in statements:
            session.execute(run_id, statement)
        _check_complete(plan(session.found()))
    except AppError as error:
        session.close(run_id, RunState.FAILED, error=error.sentence)
        raise
    return session.close(run_id, RunState.DONE)


def follow_up(services: SchemaServices) -> None:
    """Have the facts that wait written, and lessons corrected where that is due."""
    with services.uow("schema.write_back") as tx:
        tx.enqueue(Job.WRITE_BACK, key="write_back")
        if tx.corrections.is_due():
            tx.enqueue(Job.CORRECT_LESSONS, key="correct_lessons")
        tx.commit()


def _audit(tx: Tx, run_id: int, wish: Wish, by: Person) -> None:
    after = {"run": run_id, "changes": [f"{s.kind} {s.name}" for s in wish.statements]}
    tx.audit(by, "change the database schema", f"schema {wish.schema}", after=after)


def _gives_statuses(statement: Statement | Change) -> bool:
    names = {column.name for column in statement.columns}
    return statement.table == "lessons" and bool(names & STATUS_COLUMNS)


def _begin_correction(services: SchemaServices) -> None:
    """Before the columns come, so that a kill right behind them does not lose it."""
    with services.uow("schema.correct") as tx:
        tx.corrections.begin()
        tx.commit()


def _check_complete(left: Sequence[Statement | Change]) -> None:
    if left:
        names = ", ".join(sorted({statement.name for statement in left}))
        raise StaleState(
            f"Somebody changed the tables in the meantime; still to do: {names}.", hint="Ask for it again."
        )
