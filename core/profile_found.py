"""What was found of the things that the optional profiles touch: policies, rights, functions, triggers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.found import FoundColumn

PUBLIC = "public"
"""Every role; PostgreSQL lets nobody take this name."""


class Command(StrEnum):
    """What a policy is for, or a right allows."""

    ALL = "ALL"
    SELECT = "SELECT"
    INSERT = "INSERT"
    UPDATE = "UPDATE"
    DELETE = "DELETE"


WRITES = (Command.INSERT, Command.UPDATE, Command.DELETE)


class Reader(StrEnum):
    """How the database knows for whom a query is."""

    AUTH_UID = "auth.uid()"
    SETTING = "current_setting('app.user_id')"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPolicy:
    """A policy on `lessons`. `mark` is its comment, by which we know our own; `intact`: what it lets through
    is what its mark speaks of."""

    name: str
    command: Command
    roles: tuple[str, ...] = (PUBLIC,)
    permissive: bool = True
    mark: str = ""
    intact: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFunction:
    """`on_video_status_change()`. `intact`: its body is the one that its mark speaks of."""

    mark: str = ""
    intact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTrigger:
    """The trigger on `lessons`. `calls_function`: that of the same name; `fits`: fires when it should."""

    calls_function: bool = True
    fits: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Notifier:
    """A function `notify_lesson_ready` of the school's. `required` of its `types` have no default."""

    types: tuple[str, ...]
    required: int

    @property
    def signature(self) -> str:
        return f"notify_lesson_ready({', '.join(self.types)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileFacts:
    """All that the profiles depend on. Columns are empty where there is no such table."""

    schema: str
    role: str
    owner: str = ""
    lessons: Mapping[str, FoundColumn] = field(default_factory=dict)
    purchases: Mapping[str, FoundColumn] = field(default_factory=dict)
    may_change: bool = True
    """Whether our role has the rights of the owner of `lessons`."""
    may_create: bool = True
    reader: Reader = Reader.SETTING
    row_security: bool = False
    forced: bool = False
    """Whether it holds the owner too."""
    policies: tuple[FoundPolicy, ...] = ()
    writers: Mapping[Command, tuple[str, ...]] = field(default_factory=dict)
    """By write, the roles that were granted it, without the owner."""
    function: FoundFunction | None = None
    trigger: FoundTrigger | None = None
    notifiers: tuple[Notifier, ...] = ()

    @property
    def edited(self) -> tuple[str, ...]:
        """Names of policies of ours that somebody has changed by hand."""
        return tuple(policy.name for policy in self.policies if not policy.intact)
