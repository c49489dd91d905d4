"""What changed when a lesson moved to Mux: what is watched on a day before it, and after.

Pure.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from core.few import FEWEST_TOLD
from core.lesson_day import LessonDay

LEAST_DAYS = 3
"""On either side: of fewer a mean is chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily:
    """Means of a day: how many views, how long they were watched."""

    views: float
    watch_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    before: Daily
    after: Daily


def across(by_day: Sequence[LessonDay], known: Collection[date], moved_on: date) -> Move | None:
    """The days of a period on either side of the move; the day itself belongs to neither, as it has both.
    `known` days without views count as zero. None where too little is known of a side to be told."""
    before = _daily(by_day, [day for day in known if day < moved_on])
    after = _daily(by_day, [day for day in known if day > moved_on])
    return Move(before=before, after=after) if before and after else None


def _daily(by_day: Sequence[LessonDay], days: Collection[date]) -> Daily | None:
    those = [one for one in by_day if one.day in days]
    views = sum(one.views for one in those)
    if len(days) < LEAST_DAYS or views < FEWEST_TOLD:
        return None
    return Daily(views=views / len(days), watch_ms=sum(one.watch_ms for one in those) / len(days))
