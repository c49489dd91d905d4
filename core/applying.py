"""Applying: the host's schema brought to what Lectern needs, when ops says so, while the site goes on."""

from collections.abc import Sequence

from core import schema
from core.access import Action, Person, check
from core.correction import STATUS_COLUMNS
from core.errors import AppError, InvalidInput, Refused, StaleState
from core.found import Found
from core.host_schema import SchemaSession
from core.inspecting import SchemaServices, newest_run
from core.ports import Tx
from core.records import Job
from core.schema import Statement
from core.schema_run import Applied, Run, RunState, outcome


def request(*, by: Person, services: SchemaServices) -> int:
    """Have the worker bring the host's schema to the target; returns the run's id.

    The person may close the browser: `history` shows what becomes of it.

    Raises:
        NotAllowed: the person's roles do not cover it.
        InvalidInput: there is nothing to do.
        StaleState: another run is under way or waits; the sentence says whose.
        Refused: the database role lacks a grant (named).
    """
    check(by, Action.APPLY_SCHEMA)
    found = services.schema.found()
    statements = _executable(found)
    if not statements:
        raise InvalidInput("There is nothing to apply.", hint="The schema is up to date.")
    _refuse_beside(newest_run(services))
    with services.uow("schema.request") as tx:
        run_id = tx.schema_runs.ask(by.name)
        if run_id is None:
            raise StaleState("Another run has just been asked for.", hint="The history shows it.")
        _audit(tx, run_id, by, found.schema, statements)
        tx.enqueue(Job.APPLY_SCHEMA, run_id=run_id)
        tx.commit()
    return run_id


def carry_out(*, run_id: int, services: SchemaServices) -> None:
    """The worker's part of `request`. Safe to run again after a kill at any point, and after its end."""
    try:
        with services.schema.alone() as session:
            if not session.take_up(run_id):
                return
            _execute(session, run_id, _executable(session.found()), services)
    except (Refused, StaleState) as error:
        services.schema.give_up(run_id, error.sentence)
        raise
    _write_back(services)


def apply(*, by: Person, services: SchemaServices) -> Applied:
    """Bring the host's schema to the target here and now, and have the facts that wait written.

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


def _refuse_beside(newest: Run | None) -> None:
    if newest and newest.is_open:
        raise StaleState(f"The schema is being changed by {newest.by}.", hint="The history shows that run.")


def _executable(found: Found) -> tuple[Statement, ...]:
    """What is to be done. Raises `Refused` where the database role lacks a grant for it."""
    statements = schema.plan(found)
    if lacking := schema.obstacles(found, statements):
        raise Refused(" ".join(lacking), hint="Then apply again.")
    return statements


def _apply(session: SchemaSession, by: Person, services: SchemaServices) -> Run | None:
    found = session.found()
    statements = _executable(found)
    if not statements:
        return None
    run_id = session.open(by=by.name)
    # Before the first statement: a change of the schema cannot share a transaction with it.
    with services.uow("schema.audit") as tx:
        _audit(tx, run_id, by, found.schema, statements)
        tx.commit()
    return _execute(session, run_id, statements, services)


def _execute(
    session: SchemaSession, run_id: int, statements: Sequence[Statement], services: SchemaServices
) -> Run:
    session.plan(run_id, left=len(statements))
    if any(_gives_statuses(statement) for statement in statements):
        _begin_correction(services)
    try:
        for statement in statements:
            session.execute(run_id, statement)
        _check_complete(session.found())
    except AppError as error:
        session.close(run_id, RunState.FAILED, error=error.sentence)
        raise
    return session.close(run_id, RunState.DONE)


def _gives_statuses(statement: Statement) -> bool:
    names = {column.name for column in statement.columns}
    return statement.table == "lessons" and bool(names & STATUS_COLUMNS)


def _begin_correction(services: SchemaServices) -> None:
    """Before the columns come, so that a kill right behind them does not lose it."""
    with services.uow("schema.correct") as tx:
        tx.corrections.begin()
        tx.commit()


def _check_complete(found: Found) -> None:
    if left := schema.plan(found):
        names = ", ".join(sorted({statement.name for statement in left}))
        raise StaleState(
            f"Somebody changed the tables in the meantime; still to do: {names}.", hint="Apply again."
        )


def _audit(tx: Tx, run_id: int, by: Person, name: str, statements: Sequence[Statement]) -> None:
    after = {"run": run_id, "changes": [f"{s.kind} {s.name}" for s in statements]}
    tx.audit(by, "change the database schema", f"schema {name}", after=after)


def _write_back(services: SchemaServices) -> None:
    with services.uow("schema.write_back") as tx:
        tx.enqueue(Job.WRITE_BACK, key="write_back")
        if tx.corrections.is_due():
            tx.enqueue(Job.CORRECT_LESSONS, key="correct_lessons")
        tx.commit()
