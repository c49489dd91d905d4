"""What lessons come to over many days: whole weeks from their sums, what is left of a period from days."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    Select,
    Subquery,
    Text,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from core.db.tables import lesson_days, lesson_weeks, school_days

DAY, WEEK, SCHOOL = lesson_days.c, lesson_weeks.c, school_days.c
SUMMED = ("lesson_id", "views", "watch_ms", "playing_ms", "known_playing_ms", "known_whole_ms", "finished")
WEEK_D = timedelta(days=7)
DAY_D = timedelta(days=1)


def among(column: ColumnElement[str], lessons: Sequence[str] | None) -> ColumnElement[bool]:
    """Whether it is one of the lessons that are bound by `bound`; all are where there are none to choose."""
    return true() if lessons is None else column == any_(bindparam("lessons", type_=ARRAY(Text)))


def bound(lessons: Sequence[str] | None) -> dict[str, Any]:
    return {} if lessons is None else {"lessons": [*lessons]}


def by_day(lessons: Sequence[str] | None, first: date, last: date) -> Select[Any]:
    """Each day on which something was watched; of the whole school one row is kept."""
    if lessons is None:
        known = select(SCHOOL.day, SCHOOL.views, SCHOOL.watch_ms, SCHOOL.learners, SCHOOL.finished)
        return known.where(SCHOOL.day.between(first, last), SCHOOL.lessons > 0).order_by(SCHOOL.day)
    sums = {"views": DAY.views, "watch_ms": DAY.watch_ms, "learners": DAY.own_learners}
    columns = [total(column).label(name) for name, column in {**sums, "finished": DAY.own_finished}.items()]
    chosen = select(DAY.day, *columns).where(DAY.day.between(first, last), among(DAY.lesson_id, lessons))
    return chosen.group_by(DAY.day).order_by(DAY.day)


def by_lesson(lessons: Sequence[str] | None, first: date, last: date) -> Select[Any]:
    """Each lesson of which something was watched, with its completion."""
    rows = _rows(lessons, first, last).c
    named = ("views", "watch_ms", "playing_ms", "finished")
    whole = func.sum(rows.known_whole_ms)
    completion = case((whole > 0, cast(func.least(func.sum(rows.known_playing_ms), whole), Double) / whole))
    sums = (total(rows[name]).label(name) for name in named)
    return select(rows.lesson_id, *sums, completion.label("completion")).group_by(rows.lesson_id)


def total(column: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(func.sum(column), BigInteger)


def whole_weeks(first: date, last: date) -> tuple[date, date]:
    """The first Monday of the days, and the day behind their last whole week: not later where there is none.

    >>> [str(day) for day in whole_weeks(date(2026, 11, 3), date(2026, 11, 23))]  # a Tuesday, a Monday
    ['2026-11-09', '2026-11-23']
    """
    monday = first + timedelta(days=-first.weekday() % 7)
    behind = last + DAY_D
    return monday, behind - timedelta(days=behind.weekday())


def _rows(lessons: Sequence[str] | None, first: date, last: date) -> Subquery:
    monday, behind = whole_weeks(first, last)
    if monday >= behind:
        return _days(lessons, DAY.day.between(first, last)).subquery()
    edges = (DAY.day.between(first, monday - DAY_D), DAY.day.between(behind, last))
    parts = [_days(lessons, edge) for edge in edges]
    return union_all(_weeks(lessons, monday, behind), *parts).subquery()


def _weeks(lessons: Sequence[str] | None, monday: date, behind: date) -> Select[Any]:
    within = WEEK.week.between(monday, behind - WEEK_D)
    chosen = select(*(WEEK[name] for name in SUMMED))
    return chosen.where(within, WEEK.days > 0, among(WEEK.lesson_id, lessons))


def _days(lessons: Sequence[str] | None, within: ColumnElement[bool]) -> Select[Any]:
    is_known = DAY.mux_whole_ms > 0
    return select(
        DAY.lesson_id,
        DAY.views,
        DAY.watch_ms,
        DAY.mux_playing_ms.label("playing_ms"),
        case((is_known, DAY.mux_playing_ms), else_=literal(0)).label("known_playing_ms"),
        case((is_known, DAY.mux_whole_ms), else_=literal(0)).label("known_whole_ms"),
        DAY.own_finished.label("finished"),
    ).where(within, among(DAY.lesson_id, lessons))
