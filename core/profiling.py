"""Profiling: how the optional profiles of the host's schema stand, and what switching one would mean."""

from dataclasses import dataclass
from typing import Protocol

from core import row_security, status_trigger
from core.access import Action, Person, check
from core.errors import Refused
from core.host_profiles import HostProfiles
from core.host_schema import HostSchema
from core.ports import UnitOfWork
from core.profile import Assessed, Change, Profile, ProfileState
from core.profile_trial import Trial, losses

ASSESS = {Profile.ROW_SECURITY: row_security.assess, Profile.STATUS_TRIGGER: status_trigger.assess}


class ProfileServices(Protocol):
    """What these use cases need of `Services`."""

    @property
    def uow(self) -> UnitOfWork: ...

    @property
    def schema(self) -> HostSchema: ...

    @property
    def profiles(self) -> HostProfiles: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedChange:
    """One statement, in the order of execution."""

    description: str
    sql: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileStatus:
    """One profile as it stands, with what would be sent to switch it on, and off."""

    profile: Profile
    state: ProfileState
    does: str
    notes: tuple[str, ...]
    obstacles: tuple[str, ...]
    on: tuple[PlannedChange, ...]
    off: tuple[PlannedChange, ...]
    findings: tuple[str, ...] = ()
    """What somebody has changed by hand since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What switching would mean. `trial` is None for a profile that changes nobody's rights; `losses` are
    sentences: who would lose what."""

    trial: Trial | None
    losses: tuple[str, ...] = ()


def status(*, services: ProfileServices) -> tuple[ProfileStatus, ...]:
    """All profiles, as the database is at this moment."""
    facts = services.profiles.facts()
    return tuple(_status(assess(facts), services) for assess in ASSESS.values())


def _status(found: Assessed, services: ProfileServices) -> ProfileStatus:
    return ProfileStatus(
        profile=found.profile,
        state=found.state,
        does=found.does,
        notes=found.notes,
        obstacles=found.obstacles,
        on=_planned(found.on, services),
        off=_planned(found.off, services),
        findings=found.findings,
    )


def _planned(changes: tuple[Change, ...], services: ProfileServices) -> tuple[PlannedChange, ...]:
    sql = services.profiles.sql
    return tuple(PlannedChange(description=one.description, sql=sql(one)) for one in changes)


def dry_run(profile: Profile, *, on: bool, by: Person, services: ProfileServices) -> DryRun:
    """What each role reads and may change before and after; nothing stays changed.

    Raises `NotAllowed`; `Refused` where it cannot be switched on; `Unavailable` where the database is away.
    """
    check(by, Action.APPLY_SCHEMA)
    changes = executable(profile, on, services)
    if profile is not Profile.ROW_SECURITY:
        return DryRun(trial=None)
    trial = services.profiles.try_out(changes)
    return DryRun(trial=trial, losses=losses(trial) if on else ())


def executable(profile: Profile, on: bool, services: ProfileServices) -> tuple[Change, ...]:
    """The statements that switch it. Raises `Refused` where something stands in the way."""
    found = assessed(profile, services)
    if on and found.obstacles:
        raise Refused(" ".join(found.obstacles), hint="Nothing was changed.")
    return found.changes(on=on)


def losses_of(changes: tuple[Change, ...], profile: Profile, services: ProfileServices) -> tuple[str, ...]:
    """Who would lose what by switching it on with these, each as a sentence; empty when nobody does."""
    return losses(services.profiles.try_out(changes)) if profile is Profile.ROW_SECURITY else ()


def assessed(profile: Profile, services: ProfileServices) -> Assessed:
    """The profile as it stands at this moment, with the statements that switch it."""
    return ASSESS[profile](services.profiles.facts())
