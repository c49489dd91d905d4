"""The school's `lesson_progress` as it grows, and `mux_admin.own_days`."""

from datetime import UTC, date, datetime
from typing import Any
from typing import cast as cast_type
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Numeric,
    Select,
    TableClause,
    and_,
    case,
    cast,
    column,
    false,
    func,
    insert,
    select,
    table,
    text,
    type_coerce,
    update,
)

from core.db.copying import make_temporary
from core.db.hostrows import HostRows, host_rows
from core.db.known_columns import KnownColumns
from core.db.tables import own_reads
from core.own_progress import SLICE, Taken

NEEDED = ("user_id", "lesson_id", "watched_s", "updated_at")
NUMBERS = ("smallint", "integer", "bigint", "numeric", "real", "double precision")
WITHOUT_ZONE = "timestamp without time zone"
TIMES = (WITHOUT_ZONE, "timestamp with time zone")
MOST_S = 10**9
"""Nobody has watched a lesson for thirty years: what says so is no number of seconds."""

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)
"""What lies beyond is no time at which anything was watched."""

OWN_NOW = "lesson_id text, user_id text, watched_ms bigint, completed boolean, day date"
own_now = table("own_now", *(column(part.split()[0]) for part in OWN_NOW.split(", ")))
GROWN = text("""
WITH grown AS (
    SELECT now_.lesson_id, now_.user_id, now_.watched_ms, now_.completed, least(now_.day, :today) AS day,
        greatest(0, now_.watched_ms - coalesce(seen.watched_ms, 0)) AS more_ms,
        now_.completed AND NOT coalesce(seen.completed, false) AS finishes, seen.last_day
    FROM own_now AS now_ LEFT JOIN own_seen AS seen USING (lesson_id, user_id)
), kept AS (
    INSERT INTO own_seen AS seen
        (lesson_id, user_id, watched_ms, completed, first_day, last_day, finished_day)
    SELECT lesson_id, user_id, watched_ms, completed, CASE WHEN more_ms > 0 OR finishes THEN day END,
        CASE WHEN more_ms > 0 THEN day END, CASE WHEN finishes THEN day END
    FROM grown
    ON CONFLICT (lesson_id, user_id) DO UPDATE SET watched_ms = excluded.watched_ms,
        completed = seen.completed OR excluded.completed,
        first_day = coalesce(seen.first_day, excluded.first_day),
        last_day = coalesce(excluded.last_day, seen.last_day),
        finished_day = coalesce(seen.finished_day, excluded.finished_day)
    WHERE (seen.watched_ms, seen.completed) IS DISTINCT FROM (excluded.watched_ms, excluded.completed)
)
INSERT INTO own_days AS known (lesson_id, day, learners, watch_ms, finished)
SELECT lesson_id, day, count(*) FILTER (WHERE more_ms > 0 AND last_day IS DISTINCT FROM day), sum(more_ms),
    count(*) FILTER (WHERE finishes)
FROM grown WHERE more_ms > 0 OR finishes
GROUP BY lesson_id, day
ON CONFLICT (lesson_id, day) DO UPDATE SET learners = known.learners + excluded.learners,
    watch_ms = known.watch_ms + excluded.watch_ms, finished = known.finished + excluded.finished
RETURNING lesson_id, day
""")


class SqlOwnProgress:
    """The part of `Figures` about the platform's own progress."""

    _connection: Connection
    _schema: str
    _columns: KnownColumns

    def own_up_to(self) -> datetime | None:
        found: datetime | None = self._connection.scalar(select(own_reads.c.up_to))
        return found

    def hold_own(self) -> None:
        self._connection.execute(select(own_reads.c.sole).with_for_update())

    def note_own(self, up_to: datetime) -> None:
        self._connection.execute(update(own_reads).values(up_to=up_to))

    def take_own(self, *, after: datetime | None, today: date, zone: ZoneInfo) -> Taken:
        found = self._columns.of(self._connection, "lesson_progress")
        rows = host_rows(self._schema, "lesson_progress", found)
        if not _can_be_read(rows):
            return Taken()
        progress = Progress(rows)
        with self._columns.noticing():
            up_to = self._connection.scalar(progress.next_slice(after))
            if up_to is None:
                return Taken()
            make_temporary(self._connection, "own_now", OWN_NOW)
            now = progress.now(after, up_to, zone)
            self._connection.execute(insert(own_now).from_select([*own_now.c.keys()], now))
        grown = self._connection.execute(GROWN, {"today": today}).all()
        return Taken(grew=[(row.lesson_id, row.day) for row in grown], up_to=progress.moment(up_to))


class Progress:
    """The school's rows, whose columns were found to be of types that can be read."""

    def __init__(self, rows: HostRows) -> None:
        self._rows = rows
        self._has_zone = rows.found["updated_at"].base_type != WITHOUT_ZONE
        self._at = type_coerce(rows.clause.c.updated_at, DateTime(timezone=self._has_zone))

    def moment(self, up_to: datetime) -> datetime:
        """A time of the column's as an aware one."""
        return up_to if self._has_zone else up_to.replace(tzinfo=UTC)

    def next_slice(self, after: datetime | None) -> Select[Any]:
        """Up to when the next rows go."""
        at = self._at
        first = select(at.label("at")).where(self._later(after)).order_by(at).limit(SLICE).subquery()
        return select(func.max(first.c.at))

    def now(self, after: datetime | None, up_to: datetime, zone: ZoneInfo) -> Select[Any]:
        """What everybody whose row is in the slice has watched by now; of several rows of one the sum."""
        c = self._rows.clause.c
        fresh = (
            select(c.user_id, c.lesson_id).where(self._later(after), self._at <= up_to).distinct().subquery()
        )
        whole = HostRows(self._rows.found, cast_type(TableClause, self._rows.clause.alias("whole")))
        w = whole.clause.c
        is_theirs = and_(w.user_id == fresh.c.user_id, w.lesson_id == fresh.c.lesson_id)
        day = cast(func.timezone(zone.key, self._with_zone(func.max(w.updated_at))), Date)
        said: tuple[ColumnElement[Any], ...] = (
            whole.text("lesson_id"),
            whole.text("user_id"),
            cast(func.sum(_watched_ms(w.watched_s)), BigInteger),
            func.coalesce(func.bool_or(_completed(whole)), false()),
            day,
        )
        rows = select(*said).select_from(whole.clause.join(fresh, is_theirs))
        return rows.group_by(w.lesson_id, w.user_id)

    def _with_zone(self, at: ColumnElement[Any]) -> ColumnElement[Any]:
        return at if self._has_zone else func.timezone("UTC", at)

    def _later(self, after: datetime | None) -> ColumnElement[bool]:
        """Rows without a time, or with one that is none, are of no day."""
        c = self._rows.clause.c
        low, high = (self._native(one) for one in (after or EARLIEST, LATEST))
        return and_(self._at > low, self._at < high, c.user_id.is_not(None), c.lesson_id.is_not(None))

    def _native(self, at: datetime) -> datetime:
        return at if self._has_zone else at.astimezone(UTC).replace(tzinfo=None)


def _can_be_read(rows: HostRows) -> bool:
    return (
        rows.has(*NEEDED)
        and rows.found["watched_s"].base_type in NUMBERS
        and rows.found["updated_at"].base_type in TIMES
    )


def _watched_ms(watched_s: ColumnElement[Any]) -> ColumnElement[int]:
    seconds = cast(watched_s, Numeric)
    return case((seconds.between(0, MOST_S), cast(func.round(seconds * 1000), BigInteger)), else_=0)


def _completed(rows: HostRows) -> ColumnElement[bool]:
    is_flag = rows.has("completed") and rows.found["completed"].base_type == "boolean"
    return rows.flag("completed") if is_flag else false()
