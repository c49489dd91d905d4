"""What was watched of each lesson, day by day: Mux's figures, the platform's own, and both joined.

Pure. Views and times add up over days and lessons; learners do not, so that no sum of them is offered for
more than one day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol


class Joined(StrEnum):
    """From where the joint views and watch time of a day come; `BOTH` where one is Mux's and the other the
    platform's."""

    MUX = "mux"
    OWN = "own"
    BOTH = "both"


class Ranking(StrEnum):
    """What comes first; lessons of equal rank in the order of their ids."""

    WATCH = "watch"
    VIEWS = "views"
    FINISHED = "finished"
    COMPLETION = "completion"
    """The most complete first; those of which it is not known last."""
    DROP_OFF = "drop_off"
    """The least complete first; those of which it is not known last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonDay:
    """One lesson on one day of the school.

    `own_learners` watched more of it that day by the platform's own progress, `own_finished` came to its end
    for the first time. `mux_whole_ms` is what Mux's views would have played to the end; None where the length
    of the video is not known. `views` and `watch_ms` are the joint figures.
    """

    lesson_id: str
    day: date
    mux_views: int
    mux_watch_ms: int
    mux_playing_ms: int
    own_learners: int
    own_watch_ms: int
    own_finished: int
    views: int
    watch_ms: int
    joined: Joined
    mux_whole_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTotal:
    """One day of many lessons; `learners` counts somebody once for each lesson that they watched that day."""

    day: date
    views: int
    watch_ms: int
    learners: int
    finished: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonTotal:
    """One lesson over many days. `completion` is an estimate, from 0 to 1: Mux's playing time by what its
    views would have played to the end; None where no length is known."""

    lesson_id: str
    views: int
    watch_ms: int
    playing_ms: int
    finished: int
    completion: float | None


def rank(one: LessonTotal, order: Ranking) -> tuple[float, str]:
    """What sorts lessons in this order."""
    known = one.completion is not None
    values = {
        Ranking.WATCH: -one.watch_ms,
        Ranking.VIEWS: -one.views,
        Ranking.FINISHED: -one.finished,
        Ranking.COMPLETION: -(one.completion or 0.0) if known else 2.0,
        Ranking.DROP_OFF: (one.completion or 0.0) if known else 2.0,
    }
    return values[order], one.lesson_id


class LessonDays(Protocol):
    """`mux_admin.lesson_days`. Days on which nothing was watched have no row. `lessons` None: the whole
    school; both `first` and `last` are in the answer."""

    def put_lessons(self, rows: Sequence[LessonDay]) -> None:
        """Have these rows, all numbers of each replaced together. Safe to repeat."""

    def drop_lessons(self, days: Sequence[tuple[str, date]]) -> None:
        """Have no rows for these days of lessons."""

    def totals(self, lessons: Sequence[str] | None, first: date, last: date) -> Sequence[DayTotal]:
        """The days on which something was watched, the oldest first."""

    def by_lesson(self, lessons: Sequence[str] | None, first: date, last: date) -> Sequence[LessonTotal]:
        """The lessons of which something was watched, in no order; `rank` gives them one."""

    def of_lesson(self, lesson_id: str, first: date, last: date) -> Sequence[LessonDay]:
        """One lesson day by day, the oldest first."""

    def moved_on(self, lessons: Sequence[str]) -> Mapping[str, date]:
        """The day on which each lesson first played from Mux; without those that never did."""

    def replaced_on(self, lesson_id: str) -> Sequence[date]:
        """The days on which the lesson began to play another asset than before, the oldest first."""
