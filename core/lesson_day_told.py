"""Days of one lesson as they may be told beside their sum, by weeks where most days are of few views.

Pure.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from core.few import hidden, hidden_days, told_sum
from core.lesson_day import Joined, LessonDay
from core.period import Days, Grain, piece_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What may be told of a period, cell by cell: a cell is a day, or a week by its Monday.

    `days` are the cells that are told, those of `few` views are known by their date alone; of other `known`
    ones there were none. `views` and `watch_ms` are the sums, None where these would tell of the few.
    """

    cells: Sequence[date]
    days: Sequence[LessonDay]
    few: frozenset[date]
    known: frozenset[date]
    views: int | None
    watch_ms: int | None
    finished: int
    is_weekly: bool = False


def told_days(by_day: Sequence[LessonDay], period: Days, known: Collection[date]) -> Told:
    """By days, in their order."""
    counts = {one.day: one.views for one in by_day}
    return _told(
        by_day,
        hidden_days(counts),
        Told(
            cells=[*period],
            days=(),
            few=frozenset(),
            known=frozenset(day for day in period if day in known),
            views=told_sum(counts),
            watch_ms=None,
            finished=0,
        ),
    )


def told_weeks(by_day: Sequence[LessonDay], period: Days, known: Collection[date]) -> Told:
    """By weeks, of which the period may cut the first and the last."""
    weeks = [_together(week, [one for one in by_day if _week(one.day) == week]) for week in _weeks(by_day)]
    counts = {one.day: one.views for one in weeks}
    return _told(
        weeks,
        hidden(counts),
        Told(
            cells=[*dict.fromkeys(map(_week, period))],
            days=(),
            few=frozenset(),
            known=frozenset(_week(day) for day in period if day in known),
            views=told_sum(counts),
            watch_ms=None,
            finished=0,
            is_weekly=True,
        ),
    )


def _told(cells: Sequence[LessonDay], few: frozenset[date], empty: Told) -> Told:
    is_told = empty.views is not None
    unseen = few if is_told else frozenset(one.day for one in cells if one.views)
    return replace(
        empty,
        days=[one for one in cells if one.day not in unseen],
        few=unseen,
        watch_ms=sum(one.watch_ms for one in cells) if is_told else None,
        finished=sum(one.own_finished for one in cells),
    )


def _week(day: date) -> date:
    return piece_of(day, Grain.WEEK)


def _weeks(by_day: Sequence[LessonDay]) -> list[date]:
    return [*dict.fromkeys(_week(one.day) for one in by_day)]


def _together(week: date, days: Sequence[LessonDay]) -> LessonDay:
    """Learners of several days are one view a day each."""
    sources = {one.joined for one in days}
    whole_ms = [one.mux_whole_ms for one in days]
    return LessonDay(
        lesson_id=days[0].lesson_id,
        day=week,
        mux_views=sum(one.mux_views for one in days),
        mux_watch_ms=sum(one.mux_watch_ms for one in days),
        mux_playing_ms=sum(one.mux_playing_ms for one in days),
        own_learners=sum(one.own_learners for one in days),
        own_watch_ms=sum(one.own_watch_ms for one in days),
        own_finished=sum(one.own_finished for one in days),
        views=sum(one.views for one in days),
        watch_ms=sum(one.watch_ms for one in days),
        joined=sources.pop() if len(sources) == 1 else Joined.BOTH,
        mux_whole_ms=None if None in whole_ms else sum(one or 0 for one in whole_ms),
    )
