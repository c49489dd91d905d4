"""The school's `video_analytics`, in whichever of its columns there are."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Numeric,
    Text,
    Update,
    and_,
    bindparam,
    cast,
    column,
    exc,
    func,
    insert,
    null,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.dml import ReturningInsert

from core.db.errors import host_refusal
from core.db.hostrows import HostRows, host_rows
from core.db.hosttext import Spelled, as_text, is_id_of
from core.db.known_columns import KnownColumns, is_missing
from core.errors import ConfigError, Unavailable
from core.playback import Provider
from core.school_figures import SchoolFigures, Sums

TABLE = "video_analytics"
KEY = ("lesson_id", "provider")
NUMBERS = ("mux_view_count", "mux_watch_time", "mux_completion_rate", "total_views", "average_watch_time")
FIGURES = (*NUMBERS, "completion_rate")
TOLD = (*KEY, *FIGURES, "last_synced_at")

NEWS = text("SELECT lesson_id FROM lesson_news ORDER BY lesson_id LIMIT :limit FOR UPDATE SKIP LOCKED")
FORGET = text("DELETE FROM lesson_news WHERE lesson_id = ANY(:lessons)")
SUMS = text("""
SELECT l.lesson_id, moved.moved_on, days.*, own.* FROM unnest(CAST(:lessons AS text[])) AS l (lesson_id)
CROSS JOIN LATERAL (SELECT min(first_day) AS moved_on FROM lesson_assets AS a WHERE a.lesson_id = l.lesson_id)
    AS moved
CROSS JOIN LATERAL (
    SELECT coalesce(sum(mux_views), 0)::bigint AS mux_views,
        coalesce(sum(mux_watch_ms), 0)::bigint AS mux_watch_ms,
        coalesce(sum(mux_playing_ms) FILTER (WHERE mux_whole_ms > 0), 0)::bigint AS known_ms,
        coalesce(sum(mux_whole_ms), 0)::bigint AS whole_ms,
        coalesce(sum(views), 0)::bigint AS views, coalesce(sum(watch_ms), 0)::bigint AS watch_ms
    FROM lesson_days AS d WHERE d.lesson_id = l.lesson_id
) AS days
CROSS JOIN LATERAL (
    SELECT count(*) AS learners, count(*) FILTER (WHERE completed) AS finished
    FROM own_seen AS o WHERE o.lesson_id = l.lesson_id AND (watched_ms > 0 OR completed)
) AS own
""")


class SqlVideoAnalytics:
    """The part of `Figures` that the school's own table is told."""

    _connection: Connection
    _schema: str
    _columns: KnownColumns

    def news(self, *, limit: int) -> Sequence[str]:
        there = self._columns.fresh(self._connection, TABLE)
        is_there = host_rows(self._schema, TABLE, there).has(*KEY) and self._rows("lessons").has("id")
        return [*self._connection.scalars(NEWS, {"limit": limit})] if is_there else []

    def sums(self, lessons: Sequence[str]) -> Sequence[Sums]:
        return [Sums(**row) for row in self._connection.execute(SUMS, {"lessons": [*lessons]}).mappings()]

    def tell(self, rows: Sequence[SchoolFigures], *, at: datetime) -> int:
        statements = Statements(self._rows(TABLE), self._rows("lessons"))
        said = [_said(row, at) for row in rows if statements.fits(row.lesson_id)]
        with self._refusals():
            self._connection.execute(statements.moved(), {"told": said})
            changed = self._connection.execute(statements.changed(), {"told": said}).rowcount
            new = len(self._connection.execute(statements.new(), {"told": said}).all())
        self._connection.execute(FORGET, {"lessons": [row.lesson_id for row in rows]})
        return changed + new

    def _rows(self, table: str) -> HostRows:
        return host_rows(self._schema, table, self._columns.of(self._connection, table))

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        """What the school's table may have against a write."""
        try:
            yield
        except exc.DBAPIError as error:
            self._columns.forget()
            if is_missing(error.orig):
                raise Unavailable(f"The columns of {TABLE} changed at this very moment.") from error
            user = self._connection.engine.url.username or "the user of DATABASE_URL"
            meant = host_refusal(error.orig, f"{self._schema}.{TABLE}", user)
            if isinstance(meant, ConfigError):
                grant = f"GRANT SELECT, INSERT, UPDATE ON {self._schema}.{TABLE} TO {user}."
                raise ConfigError(str(meant), hint=grant) from error
            if meant is None:
                raise
            raise meant from error


class Statements:
    """Statements over the rows that are bound as `told`, each a JSON object of texts."""

    def __init__(self, analytics: HostRows, lessons: HostRows) -> None:
        self._analytics, self._lessons = analytics, lessons
        told = func.jsonb_to_recordset(bindparam("told", type_=JSONB))
        self._told = told.table_valued(*(column(name, Text) for name in TOLD), name="told")
        self._told = self._told.render_derived(with_types=True)
        self._figures = [name for name in FIGURES if analytics.has(name)]
        self._written = [*self._figures, *(["last_synced_at"] if analytics.has("last_synced_at") else [])]

    def fits(self, lesson_id: str) -> bool:
        """Whether the id can be one of the tables' at all."""
        ids = (self._analytics.found["lesson_id"], self._lessons.found["id"])
        return all(is_id_of(one, lesson_id) for one in ids)

    def moved(self) -> Update:
        """A lesson that has moved keeps its row."""
        c = self._analytics.clause.c
        there = self._analytics.clause.alias("there")
        both = select(null()).where(there.c.lesson_id == c.lesson_id, there.c.provider == Provider.MUX.value)
        return (
            update(self._analytics.clause)
            .values(provider=Provider.MUX.value)
            .where(c.lesson_id == self._value("lesson_id"), c.provider == Provider.S3.value)
            .where(self._told.c.provider == Provider.MUX.value, ~both.exists())
        )

    def changed(self) -> Update:
        c = self._analytics.clause.c
        differs = or_(*(c[name].is_distinct_from(self._value(name)) for name in self._figures))
        values = {name: self._value(name) for name in self._written}
        return update(self._analytics.clause).values(values).where(self._is_row(), differs)

    def new(self) -> ReturningInsert[Any]:
        names = [*KEY, *self._written]
        there = select(null()).select_from(self._analytics.clause).where(self._is_row()).exists()
        lesson_id = cast(self._told.c.lesson_id, Spelled(self._lessons.found["id"].base_type))
        rows = (
            select(*(self._value(name) for name in names))
            .select_from(self._told.join(self._lessons.clause, self._lessons.clause.c.id == lesson_id))
            .where(~there)
        )
        made = insert(self._analytics.clause).from_select(names, rows)
        return made.returning(self._analytics.clause.c.provider)

    def _is_row(self) -> ColumnElement[bool]:
        c = self._analytics.clause.c
        return and_(*(c[name] == self._value(name) for name in KEY))

    def _value(self, name: str) -> ColumnElement[Any]:
        """What is told, as a value of its column; a count where the school takes whole numbers alone."""
        told, type_ = self._told.c[name], Spelled(self._analytics.found[name].base_type)
        return cast(cast(told, Numeric) if name in FIGURES else told, type_)


def _said(row: SchoolFigures, at: datetime) -> Mapping[str, str | None]:
    facts = {**asdict(row), "provider": row.provider.value, "last_synced_at": at}
    return {name: as_text(value) for name, value in facts.items()}
