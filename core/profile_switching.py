"""Switching an optional profile of the host's schema on, and off again, when ops says so."""

from core.access import Action, Person, check
from core.errors import AppError, InvalidInput, Refused, StaleState
from core.host_schema import SchemaSession
from core.inspecting import newest_run
from core.ports import Tx
from core.profile import Change, Profile
from core.profiling import ProfileServices, assessed, losses_of
from core.records import Job
from core.schema_run import Run, RunState


def request(profile: Profile, *, on: bool, by: Person, services: ProfileServices) -> int:
    """Have the worker switch it; returns the run's id, under which the history shows what becomes of it.

    Raises:
        NotAllowed: the person's roles do not cover it.
        InvalidInput: it is switched that way already.
        Refused: something stands in the way, or a role would lose writes (named).
        StaleState: another run is under way or waits.
    """
    check(by, Action.APPLY_SCHEMA)
    changes = _executable(profile, on, services)
    if not changes:
        raise InvalidInput(f"{profile} is {_word(on)} already.")
    _refuse_beside(newest_run(services))
    with services.uow("profile.request") as tx:
        run_id = tx.schema_runs.ask(by.name)
        if run_id is None:
            raise StaleState("Another run has just been asked for.", hint="The history shows it.")
        _audit(tx, run_id, by, profile, on, changes)
        tx.enqueue(Job.SWITCH_PROFILE, run_id=run_id, profile=profile.value, on=on)
        tx.commit()
    return run_id


def carry_out(*, run_id: int, profile: str, on: bool, services: ProfileServices) -> None:
    """The worker's part of `request`. Safe to run again after a kill at any point, and after its end."""
    try:
        with services.schema.alone() as session:
            if session.take_up(run_id):
                wanted = Profile(profile)
                _execute(session, run_id, wanted, on, _executable(wanted, on, services), services)
    except (Refused, StaleState) as error:
        services.schema.give_up(run_id, error.sentence)
        raise


def switch(profile: Profile, *, on: bool, by: Person, services: ProfileServices) -> Run | None:
    """Switch it here and now; None where there was nothing to do. Raises as `request` does, and
    `Unavailable` when the table stayed in use; what was done until then stays done."""
    check(by, Action.APPLY_SCHEMA)
    with services.schema.alone() as session:
        changes = _executable(profile, on, services)
        if not changes:
            return None
        run_id = session.open(by=by.name)
        with services.uow("profile.audit") as tx:
            _audit(tx, run_id, by, profile, on, changes)
            tx.commit()
        return _execute(session, run_id, profile, on, changes, services)


def _executable(profile: Profile, on: bool, services: ProfileServices) -> tuple[Change, ...]:
    """What is to be done. Raises `Refused` where something stands in the way, or somebody would lose."""
    found = assessed(profile, services)
    if on and found.obstacles:
        raise Refused(" ".join(found.obstacles), hint="Nothing was changed.")
    changes = found.changes(on=on)
    if on and changes and (lost := losses_of(changes, profile, services)):
        raise Refused(" ".join(lost), hint="Nothing was changed.")
    return changes


def _execute(
    session: SchemaSession,
    run_id: int,
    profile: Profile,
    on: bool,
    changes: tuple[Change, ...],
    services: ProfileServices,
) -> Run:
    session.plan(run_id, left=len(changes))
    try:
        for change in changes:
            session.execute(run_id, change)
        if assessed(profile, services).changes(on=on):
            raise StaleState(
                "Somebody changed lessons in the meantime.", hint=f"Switch it {_word(on)} again."
            )
    except AppError as error:
        session.close(run_id, RunState.FAILED, error=error.sentence)
        raise
    return session.close(run_id, RunState.DONE)


def _refuse_beside(newest: Run | None) -> None:
    if newest and newest.is_open:
        raise StaleState(f"The schema is being changed by {newest.by}.", hint="The history shows that run.")


def _audit(tx: Tx, run_id: int, by: Person, profile: Profile, on: bool, changes: tuple[Change, ...]) -> None:
    after = {"run": run_id, "changes": [f"{change.kind} {change.name}" for change in changes]}
    tx.audit(by, f"switch a schema profile {_word(on)}", f"profile {profile}", after=after)


def _word(on: bool) -> str:
    return "on" if on else "off"
