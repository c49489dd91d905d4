"""An overview of a period as it may be told: without days and lessons of few, and what would tell these.

Pure.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from core.attention import Concern, Plays, Remark, Starts, remarks
from core.few import hidden, hidden_days, told_sum
from core.figures import Freshness
from core.lesson_day import DayTotal, LessonTotal
from core.period import Days
from core.viewings import Overview, Sums, Watched, is_compared

Totals = Mapping[str, LessonTotal]


def overview_of(
    days: Days,
    *,
    fresh: Freshness,
    known: frozenset[date],
    by_day: Mapping[date, DayTotal],
    now: Totals,
    before: Totals,
    plays: Mapping[str, Plays] | None = None,
    starts: Mapping[str, Starts] | None = None,
    left: Mapping[str, float] | None = None,
    unwatched: tuple[int, Sequence[str]] = (0, ()),
) -> Overview:
    """From all that is known: `by_day` of both periods, `now` and `before` by lesson. What else is about
    single lessons is told of those that are told."""
    few_days, few = _few(by_day, days, now)
    few_days_before, few_before = _few(by_day, days.before, before)
    unseen = few_days | few_days_before
    found = remarks(now, before if is_compared(days, known) else {}, plays, starts, left)
    return Overview(
        days=days,
        fresh=fresh,
        by_day={day: one for day, one in by_day.items() if day not in unseen},
        few_days=unseen,
        now=_sums(by_day, days, now),
        before=_sums(by_day, days.before, before),
        lessons=[_watched(one, before, few, few_before) for one in now.values()],
        remarks=[*_told(found, few, few_before)],
        unwatched=unwatched[0],
        unwatched_ids=unwatched[1],
        known=known,
    )


def _few(
    by_day: Mapping[date, DayTotal], days: Days, lessons: Totals
) -> tuple[frozenset[date], frozenset[str]]:
    """The days and the lessons that are not told: all of them, where their sum is not."""
    of_days, of_lessons = _views(by_day, days), {name: one.views for name, one in lessons.items()}
    if _sums(by_day, days, lessons).views is None:
        return frozenset(day for day, views in of_days.items() if views), frozenset(of_lessons)
    return hidden_days(of_days), hidden(of_lessons)


def _sums(by_day: Mapping[date, DayTotal], days: Days, lessons: Totals) -> Sums:
    """Where the days or the lessons beside it would be known by the sum, it is not told."""
    by_lesson = told_sum({name: one.views for name, one in lessons.items()})
    views = None if by_lesson is None else told_sum(_views(by_day, days))
    watch_ms = sum(one.watch_ms for day, one in by_day.items() if day in days)
    return Sums(views=views, watch_ms=None if views is None else watch_ms, lessons=len(lessons))


def _views(by_day: Mapping[date, DayTotal], days: Days) -> dict[date, int]:
    return {day: one.views for day, one in by_day.items() if day in days}


def _watched(one: LessonTotal, before: Totals, few: Collection[str], few_before: Collection[str]) -> Watched:
    lesson_id = one.lesson_id
    then = before.get(lesson_id) or _none(lesson_id)
    return Watched(
        lesson_id=lesson_id,
        now=None if lesson_id in few else one,
        before=None if lesson_id in few_before else then,
    )


def _told(found: Sequence[Remark], few: Collection[str], few_before: Collection[str]) -> Iterator[Remark]:
    """Of a lesson that fell to few it is said that it fell."""
    for one in found:
        is_few = one.lesson_id in few
        if one.concern is Concern.FELL and one.lesson_id not in few_before:
            yield replace(one, views=None) if is_few else one
        elif one.concern is not Concern.FELL and not is_few:
            yield one


def _none(lesson_id: str) -> LessonTotal:
    """That of a lesson that nobody watched."""
    return LessonTotal(lesson_id=lesson_id, views=0, watch_ms=0, playing_ms=0, finished=0, completion=None)
