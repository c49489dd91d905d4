"""Who may do what: one table of rights that pages, API, command line and jobs all ask."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from core.errors import NotAllowed
from core.tie import Tie


class Role(StrEnum):
    ADMIN = "admin"
    OPS = "ops"
    TEACHER = "teacher"
    FINANCE = "finance"


class Action(StrEnum):
    SEE_HOME = "see the first page"
    SEE_SOURCES = "see what is in S3"
    SCAN = "scan the buckets"
    SEE_BATCHES = "see batches"
    MIGRATE = "migrate videos"
    ROLL_BACK = "roll back a migration"
    SEE_EVENTS = "see events from Mux"
    REPLAY_EVENTS = "replay events"
    RECONCILE = "compare our records with Mux"
    CLEAR_COPIES = "delete copies at Mux that nothing plays"
    SYNC = "fetch figures from Mux"
    SEE_SCHEMA = "see the database schema"
    APPLY_SCHEMA = "change the database schema"
    SEE_LIBRARY = "see the library"
    SEE_LESSON = "see a lesson"
    EDIT_LESSON = "edit a lesson"
    SEE_VIEWING = "see how lessons are watched"
    GET_DIGEST = "get the weekly digest"
    SEND_DIGEST = "send the weekly digest"
    UPLOAD = "upload a video"
    SEE_UPLOADS = "see uploads"
    PLAY = "play a video"
    WATCH = "open the player"
    DIAGNOSE = "diagnose a video"
    SEE_HEALTH = "see the health of the system"
    MAKE_TOKENS = "make tokens for the API"
    SEE_COSTS = "see what videos cost"
    SEE_OWN_COSTS = "see what own courses cost"
    SET_PRICES = "change price cards"
    SET_BUDGETS = "set budgets"


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


Tied = Mapping[Tie, frozenset[Role] | None]
"""By tie, the roles that it takes beside it; None: it is enough alone."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Roles that may do it to anything, and ties that allow it for one lesson, or one batch."""

    anyone: frozenset[Role]
    tied: Tied = field(default_factory=lambda: MappingProxyType({}))


def _rule(*anyone: Role, tied: Tied | None = None) -> Rule:
    return Rule(frozenset(anyone), MappingProxyType(dict(tied or {})))


SEERS: Tied = dict.fromkeys((Tie.CREATOR, Tie.BUYER, Tie.PUBLISHED))
PLAYERS: Tied = dict.fromkeys((Tie.CREATOR, Tie.TEACHER, Tie.BUYER, Tie.LEARNER, Tie.PUBLIC))
TEACHERS: Tied = dict.fromkeys((Tie.CREATOR, Tie.TEACHER), frozenset({Role.TEACHER}))

RIGHTS: dict[Action, Rule] = {
    Action.SEE_HOME: _rule(*Role),
    Action.SEE_SOURCES: _rule(Role.ADMIN, Role.OPS),
    Action.SCAN: _rule(Role.ADMIN, Role.OPS),
    Action.SEE_BATCHES: _rule(Role.ADMIN, Role.OPS, tied={Tie.STARTER: frozenset({Role.TEACHER})}),
    Action.MIGRATE: _rule(Role.ADMIN),
    Action.ROLL_BACK: _rule(Role.ADMIN),
    Action.SEE_EVENTS: _rule(Role.ADMIN, Role.OPS),
    Action.REPLAY_EVENTS: _rule(Role.OPS),
    Action.RECONCILE: _rule(Role.ADMIN, Role.OPS),
    Action.CLEAR_COPIES: _rule(Role.ADMIN),
    Action.SYNC: _rule(Role.ADMIN, Role.OPS),
    Action.SEE_SCHEMA: _rule(Role.OPS),
    Action.APPLY_SCHEMA: _rule(Role.OPS),
    Action.SEE_LIBRARY: _rule(Role.ADMIN, Role.OPS, Role.TEACHER),
    Action.SEE_LESSON: _rule(Role.ADMIN, Role.OPS, tied=SEERS),
    Action.EDIT_LESSON: _rule(Role.ADMIN, tied={Tie.CREATOR: frozenset({Role.TEACHER})}),
    Action.SEE_VIEWING: _rule(Role.ADMIN, Role.OPS, tied=TEACHERS),
    Action.GET_DIGEST: _rule(Role.ADMIN, Role.TEACHER),
    Action.SEND_DIGEST: _rule(Role.ADMIN, Role.OPS),
    Action.UPLOAD: _rule(Role.ADMIN, tied={Tie.CREATOR: frozenset({Role.TEACHER})}),
    Action.SEE_UPLOADS: _rule(Role.ADMIN, Role.TEACHER),
    Action.WATCH: _rule(*Role),
    Action.PLAY: _rule(Role.ADMIN, tied=PLAYERS),
    Action.DIAGNOSE: _rule(Role.ADMIN, Role.OPS),
    Action.SEE_HEALTH: _rule(Role.ADMIN, Role.OPS),
    Action.MAKE_TOKENS: _rule(Role.ADMIN),
    Action.SEE_COSTS: _rule(Role.ADMIN, Role.FINANCE),
    Action.SEE_OWN_COSTS: _rule(Role.ADMIN, Role.FINANCE, Role.TEACHER),
    Action.SET_PRICES: _rule(Role.ADMIN, Role.FINANCE),
    Action.SET_BUDGETS: _rule(Role.ADMIN, Role.FINANCE),
}


def allows(person: Person, action: Action, *, ties: Collection[Tie] = ()) -> bool:
    """Whether the person may do it; `ties` are those to the one lesson, or batch, that it is about."""
    rule = RIGHTS[action]
    return bool(person.roles & rule.anyone) or any(
        _is_enough(person, rule.tied[tie]) for tie in ties if tie in rule.tied
    )


def could(person: Person, action: Action) -> bool:
    """Whether there may be something they may do it to; which, its ties say."""
    rule = RIGHTS[action]
    return bool(person.roles & rule.anyone) or any(_is_enough(person, roles) for roles in rule.tied.values())


def is_by_lesson(action: Action) -> bool:
    """Whether the lesson has to be known before the answer is."""
    return bool(RIGHTS[action].tied.keys() - {Tie.STARTER})


def _is_enough(person: Person, roles: frozenset[Role] | None) -> bool:
    return roles is None or bool(person.roles & roles)


def check(
    person: Person, action: Action, *, ties: Collection[Tie] = (), left_out: Collection[str] = ()
) -> None:
    """Raise `NotAllowed`, naming who can, unless the person may do it.

    `left_out` names what of the school's tables is missing, so that its clauses could not be asked.
    """
    if not allows(person, action, ties=ties):
        raise NotAllowed(f"Your roles do not allow you to {action}.", hint=_who_may(action, left_out))


def check_could(person: Person, action: Action) -> None:
    """Raise `NotAllowed` where no lesson whatever would change the answer."""
    if not could(person, action):
        raise NotAllowed(f"Your roles do not allow you to {action}.", hint=_who_may(action, ()))


def _who_may(action: Action, left_out: Collection[str]) -> str:
    rule = RIGHTS[action]
    also = [_tied(tie, roles) for tie, roles in rule.tied.items()]
    hint = f"This needs the role {' or '.join(sorted(rule.anyone))}"
    hint += f"; so may {', '.join(also)}." if also else "."
    return f"{hint} The school's database does not tell {', '.join(left_out)}." if left_out else hint


def _tied(tie: Tie, roles: frozenset[Role] | None) -> str:
    return f"{tie} ({' or '.join(sorted(roles))})" if roles else tie.value


def roles_from_claim(claim: object) -> frozenset[Role]:
    """Read roles from an identity provider's claim (text or list); an unknown name gives no right."""
    names: Iterable[object] = claim if isinstance(claim, list | tuple) else [claim]
    return frozenset(Role(name) for name in names if isinstance(name, str) and name in set(Role))


def roles_from_word(word: str) -> frozenset[Role]:
    """Read roles from the school's own column: one or several, `Admin, ops`; other words give no right."""
    return roles_from_claim(word.replace(",", " ").lower().split())


SYSTEM = Person(subject="system", email="lectern", roles=frozenset({Role.ADMIN, Role.OPS}))
"""Whoever acts when no person does: the worker and its periodic jobs."""

SERVICE = Person(subject="api-key", email="", roles=frozenset({Role.ADMIN, Role.OPS}))
"""The school's own services, which ask for many people by one key."""

OPERATOR = Person(subject="operator", email="", roles=frozenset({Role.ADMIN, Role.OPS}))
"""Whoever runs one machine without sign-in, where the school has nobody who may do everything."""

STRANGER = Person(subject="", email="", roles=frozenset())
"""Whoever does not say who they are."""
