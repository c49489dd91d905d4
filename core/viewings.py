"""What is told of how lessons are watched: a period of them, and a course lesson by lesson."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Protocol

from core.attention import LEAST_VIEWS, Plays, Remark
from core.course_walk import Walk
from core.figures import Freshness
from core.lesson_day import DayTotal, LessonTotal, Ranking, rank
from core.library import LibraryLine, Reader
from core.period import Days, Grain, change

ENOUGH_KNOWN = 0.9
"""Of the period before, or what came later would look like growth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """A period in three figures; views and watch time None where they are few, or would tell those."""

    views: int | None = 0
    watch_ms: int | None = 0
    lessons: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A lesson in the period, and in the one before; it was watched in one of them at least. None where it
    had few views, or those that would tell of another's few."""

    lesson_id: str
    now: LessonTotal | None
    before: LessonTotal | None

    @property
    def views(self) -> int | None:
        return self.now.views if self.now else None

    @property
    def watch_ms(self) -> int | None:
        return self.now.watch_ms if self.now else None

    @property
    def completion(self) -> float | None:
        return self.now.completion if self.now else None

    @property
    def finished(self) -> int | None:
        return self.now.finished if self.now else None

    @property
    def change(self) -> float | None:
        """By what share its views grew or fell; None where it had none, or either is not told."""
        return change(self.now.views, self.before.views) if self.now and self.before else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What was watched in a period, of the lessons that somebody sees, or of one course of theirs: as far as
    it may be told."""

    days: Days
    fresh: Freshness
    by_day: Mapping[date, DayTotal]
    """Of the period and of the one before; a day on which nothing was watched is left out."""
    few_days: frozenset[date]
    """On which something was watched, and not told: it is of few, or would tell of another day's few."""
    now: Sums
    before: Sums
    lessons: Sequence[Watched]
    """Those that were watched in the period."""
    remarks: Sequence[Remark]
    unwatched: int
    """How many are published, play from Mux since before the period and have never been watched; the first
    of them are in `unwatched_ids`. None is counted where a day of the period was not read from Mux."""
    unwatched_ids: Sequence[str] = ()
    known: frozenset[date] = frozenset()
    """Days of both periods of which there are figures; of others nobody can say that nothing was watched."""

    @property
    def is_compared(self) -> bool:
        """Whether enough is known of the period before."""
        return is_compared(self.days, self.known)

    def ranked(self, order: Ranking) -> list[Watched]:
        """The lessons of the period in this order, those of few last; of equal rank by their ids."""
        told = [one for one in self.lessons if one.now]
        few = [one for one in self.lessons if not one.now]
        return [
            *sorted(told, key=lambda one: rank(one.now, order) if one.now else (0.0, "")),
            *sorted(few, key=lambda one: one.lesson_id),
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseLesson:
    """A lesson in the order of its course, with the views of the period and of each of its pieces; None where
    they are few, or would tell those."""

    lesson_id: str
    title: str
    views: int | None
    by_piece: Mapping[date, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Between two neighbouring lessons of a course most viewers are lost: so many views, and few are left
    where `to` has none that are told."""

    after: CourseLesson
    to: CourseLesson
    views: int

    @property
    def share(self) -> float | None:
        """None where few are left."""
        return None if self.to.views is None else self.views / (self.views + self.to.views)


class Viewings(Protocol):
    """The school's lessons beside `mux_admin.lesson_days`."""

    def lessons_of(self, reader: Reader, course: str) -> Sequence[str]:
        """The ids of the lessons that somebody sees; with a course, of those in it."""

    def lines(self, lessons: Sequence[str]) -> Sequence[LibraryLine]:
        """These lessons as the library shows them, in this order; without those that are gone."""

    def titles(self, lessons: Sequence[str]) -> Mapping[str, str]:
        """The titles of these lessons, by id; without those that are gone."""

    def unwatched(
        self, reader: Reader, course: str, *, moved_before: date, limit: int
    ) -> tuple[int, Sequence[str]]:
        """How many lessons are published, have played from Mux since before a day and have never been
        watched; and the first of them."""

    def in_order(
        self, reader: Reader, course: str, *, limit: int, published: bool = False
    ) -> Sequence[tuple[str, str]]:
        """Id and title of the lessons of a course, in its order; with `published`, without drafts."""

    def walk(self, lessons: Sequence[str]) -> Walk:
        """How learners walk through these lessons in this order."""

    def plays(self, lessons: Sequence[str], days: Days) -> Mapping[str, Plays]:
        """Views and viewers of the videos that lessons played at Mux, on the days on which they alone did."""

    def by_piece(self, lessons: Sequence[str], days: Days, grain: Grain) -> Mapping[str, Mapping[date, int]]:
        """Views of each lesson, by the first day of each week or month."""


def known_days(days: Days, read: Collection[date], by_day: Collection[date]) -> frozenset[date]:
    """Those that were read from Mux, and those of which the platform tells; where Mux was never read, all
    from the first of these on."""
    begins = None if read else min(by_day, default=None)
    both = (*days.before, *days)
    return frozenset(day for day in both if day in read or day in by_day or (begins and day >= begins))


def is_compared(days: Days, known: Collection[date]) -> bool:
    """Whether enough is known of the period before."""
    return sum(day in known for day in days.before) >= ENOUGH_KNOWN * len(days.before)


def largest_loss(lessons: Sequence[CourseLesson]) -> Loss | None:
    """Where a course loses most of its viewers from one lesson to the next; None where none loses any.

    Of lessons with few views nothing is said: they would lose and win by chance.
    """
    losses = [
        Loss(after=one, to=following, views=one.views - (following.views or 0))
        for one, following in pairwise(lessons)
        if one.views is not None and one.views >= LEAST_VIEWS and (following.views or 0) < one.views
    ]
    return max(losses, key=lambda loss: loss.views, default=None)
