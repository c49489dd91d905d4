"""`mux_admin.lesson_days`: what was watched of each lesson, day by day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import ARRAY, Connection, bindparam, cast, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert

from core.db import lesson_sums
from core.db.lesson_sums import among, bound
from core.db.tables import lesson_assets, lesson_days
from core.lesson_day import DayTotal, Joined, LessonDay, LessonTotal

c = lesson_days.c
KEY = ("lesson_id", "day")
NAMES = [one.name for one in fields(LessonDay)]
# One array a column: the driver takes thousands of rows apart in no time, and plans one statement for all.
_given = func.unnest(*(cast(bindparam(name), ARRAY(c[name].type)) for name in NAMES))
_new = insert(lesson_days).from_select(NAMES, select(_given.table_valued(*NAMES).render_derived()))
_said = {name: _new.excluded[name] for name in NAMES if name not in KEY}
PUT = _new.on_conflict_do_update(
    index_elements=KEY,
    set_=_said,
    where=tuple_(*(c[name] for name in _said)).op("IS DISTINCT FROM")(tuple_(*_said.values())),
).returning(c.lesson_id)
DROP = text("""
DELETE FROM lesson_days AS old
USING unnest(CAST(:lessons AS text[]), CAST(:days AS date[])) AS w (lesson_id, day)
WHERE old.lesson_id = w.lesson_id AND old.day = w.day
RETURNING old.lesson_id
""")
# Whoever tells the school leaves out what is locked here, so that no news is lost.
TELL = text("""
INSERT INTO lesson_news AS known (lesson_id, at)
SELECT DISTINCT lesson_id, now() FROM unnest(CAST(:lessons AS text[])) AS l (lesson_id) ORDER BY lesson_id
ON CONFLICT (lesson_id) DO UPDATE SET at = excluded.at WHERE known.at IS DISTINCT FROM excluded.at
""")


class SqlLessonDays:
    """The part of `Figures` about lessons."""

    _connection: Connection

    def put_lessons(self, rows: Sequence[LessonDay]) -> None:
        if rows:
            given = {name: [getattr(row, name) for row in rows] for name in NAMES}
            self._tell(self._connection.scalars(PUT, given))

    def drop_lessons(self, days: Sequence[tuple[str, date]]) -> None:
        if days:
            gone = {"lessons": [one[0] for one in days], "days": [one[1] for one in days]}
            self._tell(self._connection.scalars(DROP, gone))

    def _tell(self, lessons: Iterable[str]) -> None:
        """Have the school told of what changed."""
        self._connection.execute(TELL, {"lessons": [*lessons]})

    def totals(self, lessons: Sequence[str] | None, first: date, last: date) -> Sequence[DayTotal]:
        found = self._connection.execute(lesson_sums.by_day(lessons, first, last), bound(lessons))
        return [DayTotal(**row) for row in found.mappings()]

    def by_lesson(self, lessons: Sequence[str] | None, first: date, last: date) -> Sequence[LessonTotal]:
        found = self._connection.execute(lesson_sums.by_lesson(lessons, first, last), bound(lessons))
        return [LessonTotal(**row) for row in found.mappings()]

    def of_lesson(self, lesson_id: str, first: date, last: date) -> Sequence[LessonDay]:
        query = (
            select(lesson_days).where(c.lesson_id == lesson_id, c.day.between(first, last)).order_by(c.day)
        )
        return [_row(row) for row in self._connection.execute(query).mappings()]

    def moved_on(self, lessons: Sequence[str]) -> Mapping[str, date]:
        a = lesson_assets.c
        query = (
            select(a.lesson_id, func.min(a.first_day).label("first"))
            .where(among(a.lesson_id, lessons))
            .group_by(a.lesson_id)
        )
        found = self._connection.execute(query, bound(lessons))
        return {row.lesson_id: row.first for row in found}

    def replaced_on(self, lesson_id: str) -> Sequence[date]:
        a = lesson_assets.c
        query = select(a.first_day, a.asset_id).where(a.lesson_id == lesson_id)
        spells = self._connection.execute(query.order_by(a.first_day, a.last_day)).all()
        return [new.first_day for old, new in pairwise(spells) if new.asset_id != old.asset_id]


def _row(row: Mapping[Any, Any]) -> LessonDay:
    return LessonDay(**{**row, "joined": Joined(row["joined"])})
