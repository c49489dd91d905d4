"""Who may do what: one table of rights that pages, API, command line and jobs all ask."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from core.errors import NotAllowed


class Role(StrEnum):
    ADMIN = "admin"
    OPS = "ops"
    TEACHER = "teacher"
    FINANCE = "finance"


class Action(StrEnum):
    SEE_HOME = "see the first page"
    SEE_SOURCES = "see what is in S3"
    SCAN = "scan the buckets"
    SEE_BATCHES = "see migration batches"
    MIGRATE = "migrate videos"
    ROLL_BACK = "roll back a migration"
    SEE_EVENTS = "see events from Mux"
    REPLAY_EVENTS = "replay events"
    RECONCILE = "compare our records with Mux"
    SEE_SCHEMA = "see the database schema"
    APPLY_SCHEMA = "change the database schema"
    UPLOAD = "upload a video"
    PLAY = "play a video"
    SEE_HEALTH = "see the health of the system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whoever asks. `host_user_id` is their id in the school's `users` table; None owns nothing."""

    subject: str
    email: str
    roles: frozenset[Role]
    host_user_id: str | None = None

    @property
    def name(self) -> str:
        """The short name for lists and audit rows."""
        return self.email.split("@")[0] or self.subject


@dataclass(frozen=True, slots=True)
class Rule:
    """Roles that may do it to anything, and roles that may do it to what they own."""

    anyone: frozenset[Role]
    owner: frozenset[Role] = frozenset()


def _rule(*anyone: Role, owner: tuple[Role, ...] = ()) -> Rule:
    return Rule(frozenset(anyone), frozenset(owner))


RIGHTS: dict[Action, Rule] = {
    Action.SEE_HOME: _rule(*Role),
    Action.SEE_SOURCES: _rule(Role.ADMIN, Role.OPS),
    Action.SCAN: _rule(Role.ADMIN, Role.OPS),
    Action.SEE_BATCHES: _rule(Role.ADMIN, Role.OPS),
    Action.MIGRATE: _rule(Role.ADMIN),
    Action.ROLL_BACK: _rule(Role.ADMIN),
    Action.SEE_EVENTS: _rule(Role.ADMIN, Role.OPS),
    Action.REPLAY_EVENTS: _rule(Role.OPS),
    Action.RECONCILE: _rule(Role.ADMIN, Role.OPS),
    Action.SEE_SCHEMA: _rule(Role.OPS),
    Action.APPLY_SCHEMA: _rule(Role.OPS),
    Action.UPLOAD: _rule(Role.ADMIN, owner=(Role.TEACHER,)),
    Action.PLAY: _rule(Role.ADMIN, owner=(Role.TEACHER,)),
    Action.SEE_HEALTH: _rule(Role.ADMIN, Role.OPS),
}


def allows(person: Person, action: Action, *, owner_id: str | None = None) -> bool:
    """Whether the person may do it; `owner_id` is the host id of whoever owns the thing, if any."""
    rule = RIGHTS[action]
    owns = owner_id is not None and owner_id == person.host_user_id
    return bool(person.roles & rule.anyone) or (owns and bool(person.roles & rule.owner))


def check(person: Person, action: Action, *, owner_id: str | None = None) -> None:
    """Raise `NotAllowed`, naming who can, unless the person may do it."""
    if not allows(person, action, owner_id=owner_id):
        who = " or ".join(sorted(RIGHTS[action].anyone))
        raise NotAllowed(f"Your roles do not allow you to {action}.", hint=f"This needs the role {who}.")


def roles_from_claim(claim: object) -> frozenset[Role]:
    """Read roles from an identity provider's claim (text or list); an unknown name gives no right."""
    names: Iterable[object] = claim if isinstance(claim, list | tuple) else [claim]
    return frozenset(Role(name) for name in names if isinstance(name, str) and name in set(Role))


SYSTEM = Person(subject="system", email="lectern", roles=frozenset({Role.ADMIN, Role.OPS}))
"""Whoever acts when no person does: the worker and its periodic jobs."""
