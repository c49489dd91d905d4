"""A diagnosis: one finding about something that Lectern depends on, in words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.errors import AppError

SKEW_NOTED = timedelta(seconds=30)
SKEW_TOO_MUCH = timedelta(minutes=5)
"""Mux's signatures count for five minutes, and so does the search for lost answers."""


class CheckState(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One finding of the doctor: what was looked at, and in a sentence what was found."""

    name: str
    state: CheckState
    sentence: str
    hint: str = ""


def ok(name: str, sentence: str) -> Check:
    """It works."""
    return Check(name=name, state=CheckState.OK, sentence=sentence)


def warn(name: str, sentence: str, hint: str) -> Check:
    """Videos can be moved, but something is amiss; the hint says what to do."""
    return Check(name=name, state=CheckState.WARN, sentence=sentence, hint=hint)


def failed(name: str, sentence: str, hint: str) -> Check:
    """It does not work; the hint says what to do."""
    return Check(name=name, state=CheckState.FAILED, sentence=sentence, hint=hint)


def skipped(name: str, sentence: str) -> Check:
    """It could not be looked at."""
    return Check(name=name, state=CheckState.SKIPPED, sentence=sentence)


def has_failed(checks: Iterable[Check]) -> bool:
    """Whether something does not work."""
    return any(check.state is CheckState.FAILED for check in checks)


def tried(name: str, look: Callable[[], Iterable[Check]]) -> list[Check]:
    """What `look` finds; an `AppError` is a finding too, and the others still get their turn."""
    try:
        return list(look())
    except AppError as error:
        return [failed(name, str(error), error.hint)]


def clock_check(name: str, whose: str, theirs: datetime | None, ours: datetime) -> Check:
    """How far this machine's clock is from `whose`; `theirs` is the `Date` of an answer that just came."""
    if theirs is None:
        return skipped(name, f"{whose}'s answer carries no time.")
    skew = abs(ours - theirs)
    if skew <= SKEW_NOTED:
        return ok(name, f"This machine and {whose} agree on the time within {SKEW_NOTED.seconds} s.")
    sentence = f"This machine's clock and {whose}'s differ by {skew.total_seconds():.0f} s."
    hint = "Switch time synchronisation on: signatures and presigned URLs depend on it."
    return (failed if skew >= SKEW_TOO_MUCH else warn)(name, sentence, hint)
