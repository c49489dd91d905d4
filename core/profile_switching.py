"""Switching an optional profile of the host's schema on, and off again, when ops says so."""

from collections.abc import Sequence

from core import changing
from core.access import Action, Person, check
from core.changing import Wish
from core.errors import InvalidInput, Refused
from core.host_schema import SchemaSession
from core.profile import Change, Profile
from core.profiling import ProfileServices, assessed, executable, losses_of
from core.records import Job
from core.schema_run import Purpose, Run


def request(profile: Profile, *, on: bool, by: Person, services: ProfileServices) -> int:
    """Have the worker switch it; returns the run's id, under which the history shows what becomes of it.

    Raises:
        NotAllowed: the person's roles do not cover it.
        InvalidInput: it is switched that way already.
        Refused: something stands in the way, or a role would lose writes (named).
        StaleState: another run is under way or waits; the sentence says whose.
    """
    check(by, Action.APPLY_SCHEMA)
    wish = _wish(profile, on, services)
    if not wish.statements:
        raise InvalidInput(f"{profile} is {'on' if on else 'off'} already.")
    return changing.ask(wish, Job.SWITCH_PROFILE, by=by, services=services)


def carry_out(*, run_id: int, services: ProfileServices) -> None:
    """The worker's part of `request`. Safe to run again after a kill at any point, and after its end."""
    with changing.taken_up(run_id, services) as turn:
        if turn:
            session, run = turn
            profile, on = Profile(run.about), run.purpose is Purpose.SWITCH_ON
            _executable(profile, on, services)
            _execute(session, run_id, profile, on, services)


def switch(profile: Profile, *, on: bool, by: Person, services: ProfileServices) -> Run | None:
    """Switch it here and now; None where there was nothing to do. Raises as `request` does, and
    `Unavailable` when the table stayed in use; what was done until then stays done."""
    check(by, Action.APPLY_SCHEMA)
    with services.schema.alone() as session:
        wish = _wish(profile, on, services)
        if not wish.statements:
            return None
        run_id = changing.begin(session, wish, by=by, services=services)
        return _execute(session, run_id, profile, on, services)


def _wish(profile: Profile, on: bool, services: ProfileServices) -> Wish:
    return Wish(
        schema=services.profiles.facts().schema,
        statements=_executable(profile, on, services),
        purpose=Purpose.SWITCH_ON if on else Purpose.SWITCH_OFF,
        about=profile.value,
    )


def _executable(profile: Profile, on: bool, services: ProfileServices) -> Sequence[Change]:
    """What is to be done. Raises `Refused` where something stands in the way, or somebody would lose."""
    changes = executable(profile, on, services)
    if on and changes and (lost := losses_of(changes, profile, services)):
        raise Refused(" ".join(lost), hint="Nothing was changed.")
    return changes


def _execute(
    session: SchemaSession, run_id: int, profile: Profile, on: bool, services: ProfileServices
) -> Run:
    def left(_found: object) -> Sequence[Change]:
        return assessed(profile, services).changes(on=on)

    return changing.execute(session, run_id, left, services)
