"""The school's lessons beside `mux_admin.lesson_days`: whose they are, their order, which nobody watched."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Select,
    and_,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    true,
)

from core.attention import Plays
from core.course_walk import Walk
from core.db.course_walks import walk
from core.db.hostrows import HostRows, host_rows
from core.db.hosttext import INTEGERS
from core.db.known_columns import known_columns
from core.db.lesson_sums import among, bound, total
from core.db.library import bound_values
from core.db.library_lines import is_one_of, lines
from core.db.library_rows import Shelf
from core.db.tables import asset_days, lesson_assets, lesson_days
from core.library import LibraryFilter, LibraryLine, Published, Reader
from core.period import Days, Grain

DAY, SPELL, VIEWED = lesson_days.c, lesson_assets.c, asset_days.c


class SqlViewings:
    """`Viewings` on one connection."""

    def __init__(self, connection: Connection, *, host_schema: str) -> None:
        self._connection = connection
        self._schema = host_schema
        self._columns = known_columns(connection.engine, host_schema)

    def lessons_of(self, reader: Reader, course: str) -> Sequence[str]:
        shelf = self._shelf()
        if not shelf.lessons.has("id"):
            return []
        filter = LibraryFilter(course=course)
        ids = select(shelf.lessons.text("id")).where(shelf.matching(filter, reader))
        return self._ids(ids, filter, reader)

    def lines(self, lessons: Sequence[str]) -> Sequence[LibraryLine]:
        shelf = self._shelf()
        if not (lessons and shelf.lessons.has("id")):
            return []
        with self._columns.noticing():
            return lines(self._connection, shelf, lessons)

    def titles(self, lessons: Sequence[str]) -> Mapping[str, str]:
        own = self._shelf().lessons
        if not own.has("id"):
            return {}
        named = select(own.text("id").label("id"), func.coalesce(own.text("title"), "").label("title"))
        query = named.where(is_one_of(own, "id", lessons))
        with self._columns.noticing():
            return {row.id: row.title for row in self._connection.execute(query)}

    def unwatched(
        self, reader: Reader, course: str, *, moved_before: date, limit: int
    ) -> tuple[int, Sequence[str]]:
        shelf = self._shelf()
        if not shelf.lessons.has("id", "status"):
            return 0, []
        filter, lesson_id = LibraryFilter(course=course, published=Published.YES), shelf.lessons.text("id")
        plays = select(SPELL.lesson_id).where(SPELL.first_day < moved_before, SPELL.last_day.is_(None))
        # beside each lesson, so that it is looked up in the key's index and the days are not read
        seen = select(literal(1).label("seen")).where(DAY.lesson_id == lesson_id).limit(1).lateral()
        query = (
            select(lesson_id.label("id"))
            .select_from(shelf.lessons.clause.outerjoin(seen, true()))
            .where(shelf.matching(filter, reader), lesson_id.in_(plays), seen.c.seen.is_(None))
        )
        ids = self._ids(query.order_by(shelf.lessons.clause.c.id), filter, reader)
        return len(ids), ids[:limit]

    def in_order(
        self, reader: Reader, course: str, *, limit: int, published: bool = False
    ) -> Sequence[tuple[str, str]]:
        shelf = self._shelf()
        tells = published and shelf.lessons.has("status")
        filter = LibraryFilter(course=course, published=Published.YES if tells else "")
        if not (course and shelf.lessons.has("id", "course_id")):
            return []
        own = shelf.lessons
        query = select(own.text("id").label("id"), func.coalesce(own.text("title"), "").label("title"))
        ordered = query.where(shelf.matching(filter, reader)).order_by(*_order(own)).limit(limit)
        with self._columns.noticing():
            rows = self._connection.execute(ordered, bound_values(filter, reader))
            return [(row.id, row.title) for row in rows]

    def walk(self, lessons: Sequence[str]) -> Walk:
        return walk(self._connection, lessons)

    def plays(self, lessons: Sequence[str], days: Days) -> Mapping[str, Plays]:
        other = lesson_assets.alias("other").c
        is_same = and_(other.asset_id == SPELL.asset_id, other.lesson_id != SPELL.lesson_id)
        # asked once a spell; only where another lesson ever played the asset, it is asked day by day as well
        shared = exists().where(is_same).correlate(lesson_assets, asset_days)
        alone = or_(~shared, ~shared.where(_plays(other)))
        within = VIEWED.day.between(days.first, days.last)
        its_own = and_(VIEWED.asset_id == SPELL.asset_id, within, _plays(SPELL), alone)
        # beside each spell, so that its days are looked up in the key's index, however many there are
        sums = (
            func.sum(VIEWED.views).label("views"),
            func.sum(VIEWED.viewers).label("viewers"),
            func.max(VIEWED.viewers).label("most_viewers"),
        )
        of = select(*sums).where(its_own).correlate(lesson_assets).lateral().c
        query = (
            select(
                SPELL.lesson_id,
                total(of.views).label("views"),
                total(of.viewers).label("viewers"),
                func.max(of.most_viewers).label("most_viewers"),
            )
            .where(among(SPELL.lesson_id, lessons), of.views > 0)
            .group_by(SPELL.lesson_id)
        )
        rows = self._connection.execute(query, bound(lessons))
        return {lesson_id: Plays(views=v, viewers=n, most_viewers=most) for lesson_id, v, n, most in rows}

    def by_piece(self, lessons: Sequence[str], days: Days, grain: Grain) -> Mapping[str, Mapping[date, int]]:
        piece = cast(func.date_trunc(grain.value, cast(DAY.day, Date)), Date).label("piece")
        query = (
            select(DAY.lesson_id, piece, func.sum(DAY.views).label("views"))
            .where(among(DAY.lesson_id, lessons), DAY.day.between(days.first, days.last))
            .group_by(DAY.lesson_id, piece)
        )
        found: defaultdict[str, dict[date, int]] = defaultdict(dict)
        for row in self._connection.execute(query, bound(lessons)):
            found[row.lesson_id][row.piece] = row.views
        return found

    def _ids(self, query: Select[Any], filter: LibraryFilter, reader: Reader) -> list[str]:
        with self._columns.noticing():
            return list(self._connection.scalars(query, bound_values(filter, reader)))

    def _shelf(self) -> Shelf:
        found = {name: self._rows(name) for name in ("lessons", "courses", "videos", "users")}
        return Shelf(**found)

    def _rows(self, table: str) -> HostRows:
        return host_rows(self._schema, table, self._columns.of(self._connection, table))


def _plays(spell: Any) -> ColumnElement[bool]:
    """Whether the asset was played on the day, by this spell."""
    return and_(VIEWED.day >= spell.first_day, or_(spell.last_day.is_(None), VIEWED.day <= spell.last_day))


def _order(lessons: HostRows) -> list[ColumnElement[Any]]:
    """By position where lessons have a number for it, else as they were made."""
    has = lessons.has("position") and lessons.found["position"].base_type in INTEGERS
    first = lessons.clause.c.position if has else null()
    return [first.asc().nulls_last(), lessons.clause.c.id] if has else [lessons.clause.c.id]
