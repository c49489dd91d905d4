"""Withdrawing: what Lectern added to the school's tables and is still empty is taken away again."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from core import changing
from core.access import Action, Person, check
from core.changing import Wish
from core.errors import AppError, InvalidInput, Refused, StaleState
from core.host_schema import SchemaSession
from core.inspecting import SchemaServices
from core.records import Job
from core.schema_detail import added_by
from core.schema_obstacle import obstacles
from core.schema_run import MOST_RUNS, Purpose, Run, RunState, taken
from core.schema_undo import Kept, NotEmpty, Removable, removable, removal
from core.statement import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """What an undo came to; columns and indexes with their table. `stays`: sentences."""

    run: Run
    dropped: tuple[str, ...]
    stays: str | None


def going(*, services: SchemaServices, of: int | None = None) -> tuple[str, ...]:
    """What an undo would take away as far as it is still empty: of one run, or of all of them."""
    return tuple(name for one in _removable(services, of) for name in one.names)


def request(*, by: Person, services: SchemaServices, of: int | None = None) -> int:
    """Have the worker take away what a run (or all) added and is still empty; returns the new run's id.

    Raises:
        NotAllowed: the person's roles do not cover it.
        InvalidInput: there is nothing of ours.
        StaleState: a batch runs, facts wait for their columns, or another run is under way.
        Refused: the database role lacks a grant (named).
    """
    check(by, Action.APPLY_SCHEMA)
    return changing.ask(_wish(services, of), Job.UNDO_SCHEMA, by=by, services=services)


def carry_out(*, run_id: int, services: SchemaServices) -> None:
    """The worker's part of `request`. Safe to run again after a kill at any point, and after its end."""
    try:
        with changing.taken_up(run_id, services) as turn:
            if turn:
                session, run = turn
                if not run.steps:  # later on, what waits may wait because of this very run
                    _refuse_while_needed(services)
                _execute(session, run_id, int(run.about) if run.about else None, services)
    finally:
        changing.follow_up(services)


def undo(*, by: Person, services: SchemaServices, of: int | None = None) -> Withdrawn:
    """The same here and now; raises as `request` does, and `Unavailable` when a table stayed in use."""
    check(by, Action.APPLY_SCHEMA)
    with services.schema.alone() as session:
        run_id = changing.begin(session, _wish(services, of), by=by, services=services)
        try:
            run = _execute(session, run_id, of, services)
        finally:
            changing.follow_up(services)
    return Withdrawn(run=run, dropped=taken(run), stays=run.error)


def _wish(services: SchemaServices, of: int | None) -> Wish:
    """Raises `InvalidInput` where it comes to nothing, and whatever stands in the way."""
    _refuse_while_needed(services)
    found = services.schema.found()
    statements = [s for one in _removable(services, of) for s in removal(one, {}, found)]
    if not statements:
        raise InvalidInput("Nothing that Lectern added is there to be taken away.", hint="")
    if lacking := obstacles(found, tuple(statements)):
        raise Refused(" ".join(lacking), hint="Then undo it again.")
    about = "" if of is None else str(of)
    return Wish(schema=found.schema, statements=statements, purpose=Purpose.UNDO, about=about)


def _refuse_while_needed(services: SchemaServices) -> None:
    with services.uow("schema.undo") as tx:
        if tx.batches.running():
            raise StaleState("A batch is under way and writes these columns.", hint="Pause it, then undo.")
        if tx.host.pending_rows():
            raise StaleState("Facts wait to be written into these columns.", hint="Apply first, then undo.")


def _removable(services: SchemaServices, of: int | None) -> tuple[Removable, ...]:
    runs = services.schema.runs(limit=MOST_RUNS)
    ours = added_by(runs, ended=True)
    if of is not None:
        ours &= added_by([run for run in runs if run.id == of])
    return removable(services.schema.found(), ours)


def _execute(session: SchemaSession, run_id: int, of: int | None, services: SchemaServices) -> Run:
    kept: dict[str, str] = {}
    try:
        for one in _removable(services, of):
            kept |= {f"{one.table}.{name}": why for name, why in _take(session, run_id, one).items()}
    except AppError as error:
        session.close(run_id, RunState.FAILED, error=error.sentence)
        raise
    return session.close(run_id, RunState.DONE, error=_stays(kept))


def _take(session: SchemaSession, run_id: int, one: Removable) -> Kept:
    """Take away what is empty of one table; whatever ends it, no check of ours stays on the table."""
    kept = dict(session.held(one))
    try:
        while left := removal(one, kept, session.found()):
            session.plan(run_id, left=len(left))
            _go_through(session, run_id, left, kept)
    except AppError:
        with suppress(AppError):  # the first error is the one to tell
            everything = dict.fromkeys(one.guarded, "")
            lifts = removal(replace(one, indexes=()), everything, session.found())
            _go_through(session, run_id, lifts, kept)
        raise
    return kept


def _go_through(
    session: SchemaSession, run_id: int, statements: Sequence[Statement], kept: dict[str, str]
) -> None:
    """Until the end, or until a row turns out to hold a value: then the rest is planned anew."""
    try:
        for statement in statements:
            session.execute(run_id, statement)
    except NotEmpty as error:
        kept[error.column] = "holds values"


def _stays(kept: Kept) -> str | None:
    """`Stays: lessons.mux_asset_id holds values.`"""
    reasons = ", ".join(f"{name.removesuffix('.rows')} {why}" for name, why in sorted(kept.items()))
    return f"Stays: {reasons}." if kept else None
