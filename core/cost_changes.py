"""What changed most against the month before, over as many days: by group, and which lesson moved it.

Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from core.month_costs import ByGroup, Group

LEAST_USD = Decimal("0.50")
"""Of less nothing is said."""

MOST = 3
"""Groups that are told of."""

LESSON_PART = Decimal("0.1")
"""A lesson is named that made this part of its group's change, or more."""

LessonCosts = Mapping[str, ByGroup]
"""By lesson id, what it costs of itself; "" is no lesson."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonChange:
    """The lesson that moved a group most in its direction."""

    lesson_id: str
    usd: Decimal
    before_usd: Decimal

    @property
    def more_usd(self) -> Decimal:
        return self.usd - self.before_usd


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A group that costs more, or less, than over as many days of the month before."""

    group: Group
    usd: Decimal
    before_usd: Decimal
    lesson: LessonChange | None = None

    @property
    def more_usd(self) -> Decimal:
        """Below zero where it costs less."""
        return self.usd - self.before_usd


def changes(now: ByGroup, before: ByGroup, lessons: LessonCosts, lessons_before: LessonCosts) -> list[Change]:
    """Groups that changed, what changed most first."""
    zero = Decimal(0)
    found = [Change(group=one, usd=now.get(one, zero), before_usd=before.get(one, zero)) for one in Group]
    told = [one for one in found if abs(one.more_usd) >= LEAST_USD]
    largest = sorted(told, key=lambda one: -abs(one.more_usd))[:MOST]
    return [replace(one, lesson=_lesson(one.group, one.more_usd, lessons, lessons_before)) for one in largest]


def _lesson(group: Group, more: Decimal, now: LessonCosts, before: LessonCosts) -> LessonChange | None:
    """The one that moved it most; None where each made too little of it."""
    zero = Decimal(0)
    sign = 1 if more > 0 else -1
    found = (
        LessonChange(
            lesson_id=one,
            usd=now.get(one, {}).get(group, zero),
            before_usd=before.get(one, {}).get(group, zero),
        )
        for one in {*now, *before} - {""}
    )
    most = max(found, key=lambda one: (sign * one.more_usd, one.lesson_id), default=None)
    enough = most is not None and sign * most.more_usd >= abs(more) * LESSON_PART > 0
    return most if enough else None
