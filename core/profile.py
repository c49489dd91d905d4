"""Optional profiles of the host's schema: what each consists of, and how it stands."""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from core.profile_found import Command, Reader
from core.statement import Kind
from core.target import Column
from core.tie import Tie


class Profile(StrEnum):
    ROW_SECURITY = "row-security"
    STATUS_TRIGGER = "status-trigger"


class ProfileState(StrEnum):
    OFF = "off"
    ON = "on"
    INCOMPLETE = "incomplete"
    """Cut off in the middle, or the school has changed since: switch on again, or off."""

    THEIRS = "theirs"
    """The school has something of its own by our names; it is left alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Who may see a row of `lessons`."""

    ties: tuple[Tie, ...]
    reader: Reader
    lesson_as_text: bool = False
    """Whether `purchases.lesson_id` is of another type than `lessons.id`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A permissive policy on `lessons`; without a rule it lets its roles at every row."""

    name: str
    command: Command
    roles: tuple[str, ...]
    rule: Rule | None = None
    was_on: bool = False
    """Whether row-level security was on before the profile."""

    @property
    def mark(self) -> str:
        """The comment that tells our policy, and what it was made for."""
        before = "on" if self.was_on else "off"
        said = marked(Profile.ROW_SECURITY, f"{self.command} {self.roles} {self.rule}")
        return f"{said}; row-level security was {before} before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What the status trigger does: call `notify_lesson_ready` with arguments of these types (the lesson's
    id, then its status), or send a NOTIFY where there are none."""

    types: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """The comment that tells our function, and what it was made for."""
        return marked(Profile.STATUS_TRIGGER, f"{self.types}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One statement of a profile on `lessons`; `core/db/profile_ddl.py` spells it in SQL."""

    kind: Kind
    name: str
    description: str
    policy: Policy | None = None
    notice: Notice | None = None
    table: str = "lessons"
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """One profile as it stands, and what switching it would take."""

    profile: Profile
    state: ProfileState
    does: str
    notes: tuple[str, ...]
    """What is left out or otherwise worth knowing, each a sentence."""
    obstacles: tuple[str, ...]
    """Why it cannot be switched on, each a sentence."""
    on: tuple[Change, ...]
    off: tuple[Change, ...]
    findings: tuple[str, ...] = ()
    """What somebody has changed by hand, each a sentence."""

    def changes(self, *, on: bool) -> tuple[Change, ...]:
        """The statements that switch it on, or off."""
        return self.on if on else self.off


PREFIX = "Lectern's profile "


def marked(profile: Profile, made_for: str) -> str:
    """`Lectern's profile row-security, 1f6c3a90`"""
    return f"{PREFIX}{profile}, {sha256(made_for.encode()).hexdigest()[:8]}"


def is_ours(mark: str) -> bool:
    """Whether a comment says that we made what it stands on."""
    return mark.startswith(PREFIX)


def state_of(
    *, on: tuple[Change, ...], off: tuple[Change, ...], theirs: bool, possible: bool
) -> ProfileState:
    """Off when there is nothing to take away, on when there is nothing to add."""
    if theirs:
        return ProfileState.THEIRS
    if not off:
        return ProfileState.OFF
    return ProfileState.ON if possible and not on else ProfileState.INCOMPLETE
