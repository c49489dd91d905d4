"""What was watched, in memory: days of lessons, courses in their order, and lessons that nobody watched."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core.attention import Plays
from core.course_walk import Walk
from core.figures import Freshness
from core.lesson_day import DayTotal, Joined, LessonDay, LessonTotal
from core.library import LibraryFilter, LibraryLine, Reader
from core.period import Days, Grain, piece_of
from tests.fakes import EPOCH
from tests.pages.fake_library import FakeLibrary, Shelf

LAST = EPOCH.date() - timedelta(days=1)
"""The last day of every period, as the figures were read at EPOCH."""


@dataclass(slots=True)
class Viewing:
    days: list[LessonDay] = field(default_factory=list)
    fresh: Freshness = field(default_factory=Freshness)
    unwatched: list[str] = field(default_factory=list)
    walk: Walk = field(default_factory=lambda: Walk(furthest={}))
    plays: dict[str, Plays] = field(default_factory=dict)
    moved: dict[str, date] = field(default_factory=dict)
    replaced: dict[str, list[date]] = field(default_factory=dict)
    read_since: date = date.min
    """The first day that was read from Mux."""


def lesson_day(lesson_id: str, day: date, **facts: Any) -> LessonDay:
    """Ten views of five minutes each, of a video of ten minutes at Mux, unless said otherwise."""
    views = facts.get("views", 10)
    usual = {
        "mux_views": views,
        "mux_watch_ms": views * 300_000,
        "mux_playing_ms": views * 290_000,
        "mux_whole_ms": views * 600_000,
        "own_learners": 0,
        "own_watch_ms": 0,
        "own_finished": 0,
        "views": views,
        "watch_ms": views * 300_000,
        "joined": Joined.MUX,
    }
    return LessonDay(lesson_id=lesson_id, day=day, **(usual | facts))


def some_viewing() -> Viewing:
    """Eight weeks of lessons 1 to 40; 6 is not watched now, 9 is left early, nobody watched 58 and 59."""
    found = Viewing(fresh=Freshness(read_at=EPOCH, tried_at=EPOCH, final_to=LAST - timedelta(days=3)))
    for back in range(56):
        for number in range(1, 41):
            found.days.append(_usual(number, back))
    found.unwatched = ["58", "59"]
    return found


def _usual(number: int, back: int) -> LessonDay:
    views = 1 + 40 // number
    if number == 6:
        views = 0 if back < 28 else 9
    playing_ms = views * (60_000 if number == 9 else 400_000)
    finished = 1 if number % 4 == 0 and back % 14 == 0 else 0
    return lesson_day(
        str(number),
        LAST - timedelta(days=back),
        views=views,
        mux_playing_ms=playing_ms,
        own_finished=finished,
    )


class FakeFigures:
    def __init__(self, viewing: Viewing) -> None:
        self.viewing = viewing

    def freshness(self, _zone: ZoneInfo) -> Freshness:
        return self.viewing.fresh

    def read_days(self, *, since: date) -> Mapping[date, datetime]:
        read_at = self.viewing.fresh.read_at
        first = max(since, self.viewing.read_since)
        days = range((LAST - first).days + 1) if read_at else ()
        return {first + timedelta(days=number): EPOCH for number in days}

    def totals(self, lessons: Sequence[str] | None, first: date, last: date) -> Sequence[DayTotal]:
        found: defaultdict[date, list[LessonDay]] = defaultdict(list)
        for one in self._among(lessons, first, last):
            found[one.day].append(one)
        return [
            DayTotal(
                day=day,
                views=sum(one.views for one in found[day]),
                watch_ms=sum(one.watch_ms for one in found[day]),
                learners=sum(one.own_learners for one in found[day]),
                finished=sum(one.own_finished for one in found[day]),
            )
            for day in sorted(found)
        ]

    def by_lesson(self, lessons: Sequence[str] | None, first: date, last: date) -> Sequence[LessonTotal]:
        found: defaultdict[str, list[LessonDay]] = defaultdict(list)
        for one in self._among(lessons, first, last):
            found[one.lesson_id].append(one)
        return [_total(days) for days in found.values()]

    def of_lesson(self, lesson_id: str, first: date, last: date) -> Sequence[LessonDay]:
        return sorted(self._among([lesson_id], first, last), key=lambda one: one.day)

    def moved_on(self, lessons: Sequence[str]) -> Mapping[str, date]:
        return {one: day for one, day in self.viewing.moved.items() if one in lessons}

    def replaced_on(self, lesson_id: str) -> Sequence[date]:
        return self.viewing.replaced.get(lesson_id, ())

    def _among(self, lessons: Sequence[str] | None, first: date, last: date) -> Iterator[LessonDay]:
        those = (one for one in self.viewing.days if lessons is None or one.lesson_id in lessons)
        return (one for one in those if first <= one.day <= last and (one.views or one.own_finished))


def _total(days: Sequence[LessonDay]) -> LessonTotal:
    whole = sum(one.mux_whole_ms or 0 for one in days)
    playing = sum(one.mux_playing_ms for one in days)
    return LessonTotal(
        lesson_id=days[0].lesson_id,
        views=sum(one.views for one in days),
        watch_ms=sum(one.watch_ms for one in days),
        playing_ms=playing,
        finished=sum(one.own_finished for one in days),
        completion=min(1.0, playing / whole) if whole else None,
    )


class FakeViewings:
    def __init__(self, viewing: Viewing, shelf: Shelf) -> None:
        self.viewing, self.shelf = viewing, shelf

    def lessons_of(self, reader: Reader, course: str) -> Sequence[str]:
        return [one.lesson_id for one in self._lines(reader, course)]

    def lines(self, lessons: Sequence[str]) -> Sequence[LibraryLine]:
        known = {one.lesson_id: one for one in self.shelf.lines}
        return [known[one] for one in lessons if one in known]

    def titles(self, lessons: Sequence[str]) -> Mapping[str, str]:
        return {one.lesson_id: one.title for one in self.lines(lessons)}

    def unwatched(
        self, reader: Reader, course: str, *, moved_before: date, limit: int
    ) -> tuple[int, Sequence[str]]:
        seen = set(self.lessons_of(reader, course))
        found = [one for one in self.viewing.unwatched if one in seen]
        return len(found), found[:limit]

    def in_order(
        self, reader: Reader, course: str, *, limit: int, published: bool = False
    ) -> Sequence[tuple[str, str]]:
        lines = self._lines(reader, course)
        return [(one.lesson_id, one.title) for one in lines if one.is_published or not published][:limit]

    def walk(self, _lessons: Sequence[str]) -> Walk:
        return self.viewing.walk

    def plays(self, lessons: Sequence[str], _days: Days) -> Mapping[str, Plays]:
        return {one: plays for one, plays in self.viewing.plays.items() if one in lessons}

    def by_piece(self, lessons: Sequence[str], days: Days, grain: Grain) -> Mapping[str, Mapping[date, int]]:
        found: defaultdict[str, defaultdict[date, int]] = defaultdict(lambda: defaultdict(int))
        for one in self.viewing.days:
            if one.lesson_id in lessons and one.day in days and one.views:
                found[one.lesson_id][piece_of(one.day, grain)] += one.views
        return found

    def _lines(self, reader: Reader, course: str) -> Sequence[LibraryLine]:
        return FakeLibrary(self.shelf).matching(LibraryFilter(course=course), reader)
