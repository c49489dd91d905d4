"""A diagnosis: one finding about something that Lectern depends on, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


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
    return Check(name=name, state=CheckState.OK, sentence=sentence)


def warn(name: str, sentence: str, hint: str) -> Check:
    return Check(name=name, state=CheckState.WARN, sentence=sentence, hint=hint)


def failed(name: str, sentence: str, hint: str) -> Check:
    return Check(name=name, state=CheckState.FAILED, sentence=sentence, hint=hint)


def skipped(name: str, sentence: str) -> Check:
    return Check(name=name, state=CheckState.SKIPPED, sentence=sentence)


def has_failed(checks: Iterable[Check]) -> bool:
    return any(check.state is CheckState.FAILED for check in checks)
