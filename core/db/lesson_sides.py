"""All that is known of lessons on a day: by their assets, by what players named, by the platform's own."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, select, text

from core.db.hostrows import host_rows
from core.db.known_columns import KnownColumns
from core.db.tables import video_id_days
from core.lesson_day_joint import LessonAndDay, Own, Seen, Sides

LESSONS_AT_ONCE = 100
HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended('mux_admin.lesson_days', 0))")
# Lessons that are gone are still known by their assets.
LESSONS_OF = text("""
SELECT spell.lesson_id FROM asset_days JOIN lesson_assets AS spell USING (asset_id)
WHERE asset_days.day = :day AND spell.first_day <= :day AND coalesce(spell.last_day >= :day, true)
UNION SELECT lesson_id FROM own_days WHERE day = :day
UNION SELECT lesson_id FROM lesson_days WHERE day = :day
UNION SELECT video_id FROM video_id_days
WHERE day = :day AND EXISTS (SELECT FROM lesson_assets WHERE lesson_id = video_id)
""")
DAYS_OF = text("""
WITH changed AS (
    SELECT * FROM unnest(CAST(:lessons AS text[]), CAST(:days AS date[])) AS c (lesson_id, since)
), wide AS (
    SELECT lesson_id, min(since) AS since FROM (
        SELECT lesson_id, since FROM changed
        UNION ALL
        SELECT other.lesson_id, changed.since FROM changed JOIN lesson_assets AS mine USING (lesson_id)
        JOIN lesson_assets AS other ON other.asset_id = mine.asset_id
    ) AS w GROUP BY lesson_id
)
SELECT wide.lesson_id, known.day FROM wide CROSS JOIN LATERAL (
    SELECT asset_days.day FROM lesson_assets AS spell JOIN asset_days USING (asset_id)
    WHERE spell.lesson_id = wide.lesson_id AND asset_days.day >= wide.since
        AND asset_days.day >= spell.first_day AND coalesce(asset_days.day <= spell.last_day, true)
    UNION SELECT day FROM video_id_days WHERE video_id = wide.lesson_id AND day >= wide.since
    UNION SELECT day FROM own_days WHERE lesson_id = wide.lesson_id AND day >= wide.since
    UNION SELECT day FROM lesson_days WHERE lesson_id = wide.lesson_id AND day >= wide.since
) AS known
""")
# An asset that several lessons play on a day says nothing of any of them. Views of an asset would have gone
# to its end in its length; those that players named, in the one length of all that it played that day.
SIDES = text("""
WITH wanted AS (
    SELECT * FROM unnest(CAST(:lessons AS text[]), CAST(:days AS date[])) AS w (lesson_id, day)
), used AS (
    SELECT DISTINCT wanted.lesson_id, wanted.day, spell.asset_id FROM wanted
    JOIN lesson_assets AS spell ON spell.lesson_id = wanted.lesson_id
        AND spell.first_day <= wanted.day AND coalesce(spell.last_day >= wanted.day, true)
), alone AS (
    SELECT * FROM used WHERE NOT EXISTS (
        SELECT FROM lesson_assets AS other
        WHERE other.asset_id = used.asset_id AND other.lesson_id <> used.lesson_id
            AND other.first_day <= used.day AND coalesce(other.last_day >= used.day, true)
    )
), by_assets AS (
    SELECT alone.lesson_id, alone.day, sum(d.views) AS views, sum(d.watch_ms) AS watch_ms,
        sum(d.playing_ms) AS playing_ms,
        CASE WHEN bool_and(assets.duration_s > 0) THEN sum(d.views * assets.duration_s * 1000) END AS whole_ms
    FROM alone JOIN asset_days AS d ON d.asset_id = alone.asset_id AND d.day = alone.day
    LEFT JOIN assets ON assets.id = alone.asset_id
    WHERE d.views > 0
    GROUP BY alone.lesson_id, alone.day
), lengths AS (
    SELECT used.lesson_id, used.day, max(assets.duration_s) AS duration_s
    FROM used LEFT JOIN assets ON assets.id = used.asset_id
    GROUP BY used.lesson_id, used.day
    HAVING bool_and(assets.duration_s > 0) AND max(assets.duration_s) - min(assets.duration_s) < 1
)
SELECT wanted.lesson_id, wanted.day,
    a.views AS asset_views, a.watch_ms AS asset_watch_ms, a.playing_ms AS asset_playing_ms,
    round(a.whole_ms)::bigint AS asset_whole_ms,
    v.views AS video_views, v.watch_ms AS video_watch_ms, v.playing_ms AS video_playing_ms,
    round(v.views * coalesce(lengths.duration_s, file.duration_s) * 1000)::bigint AS video_whole_ms,
    own.learners, own.watch_ms AS own_watch_ms, own.finished,
    moved.day AS moved_on, figure_days.day IS NOT NULL AS is_read
FROM wanted
LEFT JOIN by_assets AS a ON a.lesson_id = wanted.lesson_id AND a.day = wanted.day
LEFT JOIN video_id_days AS v ON v.video_id = wanted.lesson_id AND v.day = wanted.day
LEFT JOIN lengths ON lengths.lesson_id = wanted.lesson_id AND lengths.day = wanted.day
LEFT JOIN own_days AS own ON own.lesson_id = wanted.lesson_id AND own.day = wanted.day
LEFT JOIN figure_days ON figure_days.day = wanted.day
CROSS JOIN LATERAL (
    SELECT min(first_day) AS day FROM lesson_assets WHERE lesson_id = wanted.lesson_id
) AS moved
LEFT JOIN LATERAL (
    SELECT max(sources.duration_s) AS duration_s FROM source_links AS link
    JOIN sources ON sources.id = link.source_id
    WHERE link.table_name = 'lessons' AND link.row_id = wanted.lesson_id AND sources.duration_s > 0
        AND coalesce(wanted.day < moved.day, true)
    HAVING max(sources.duration_s) - min(sources.duration_s) < 1
) AS file ON true
""")


class SqlLessonSides:
    """The part of `Figures` that is joined to lessons' days."""

    _connection: Connection
    _schema: str
    _columns: KnownColumns

    def days_of(self, changed: Mapping[str, date]) -> Iterator[Sequence[LessonAndDay]]:
        lessons = [*changed]
        for at in range(0, len(lessons), LESSONS_AT_ONCE):
            chunk = lessons[at : at + LESSONS_AT_ONCE]
            values = {"lessons": chunk, "days": [changed[lesson_id] for lesson_id in chunk]}
            yield [(row.lesson_id, row.day) for row in self._connection.execute(DAYS_OF, values)]

    def lessons_of(self, day: date) -> Sequence[str]:
        self._connection.execute(HOLD)
        known = set(self._connection.scalars(LESSONS_OF, {"day": day}))
        return sorted(known | self._named(day))

    def _named(self, day: date) -> set[str]:
        """Lessons that players named that day: other players may name anything."""
        rows = host_rows(self._schema, "lessons", self._columns.of(self._connection, "lessons"))
        if not rows.has("id"):
            return set()
        v = video_id_days.c
        named = rows.is_kept("id", select(v.video_id).where(v.day == day), v.video_id)
        with self._columns.noticing():
            return set(self._connection.scalars(select(rows.text("id")).where(named)))

    def sides(self, wanted: Sequence[LessonAndDay]) -> Sequence[Sides]:
        self._connection.execute(HOLD)
        lessons, days = [one[0] for one in wanted], [one[1] for one in wanted]
        found = self._connection.execute(SIDES, {"lessons": lessons, "days": days})
        return [_sides(row) for row in found.mappings()]


def _sides(row: Mapping[Any, Any]) -> Sides:
    return Sides(
        lesson_id=row["lesson_id"],
        day=row["day"],
        by_assets=_seen(row, "asset"),
        by_video_id=_seen(row, "video"),
        own=Own(
            learners=row["learners"] or 0,
            watch_ms=row["own_watch_ms"] or 0,
            finished=row["finished"] or 0,
        ),
        moved_on=row["moved_on"],
        is_read=row["is_read"],
    )


def _seen(row: Mapping[Any, Any], side: str) -> Seen:
    names = ("views", "watch_ms", "playing_ms")
    return Seen(**{name: int(row[f"{side}_{name}"] or 0) for name in names}, whole_ms=row[f"{side}_whole_ms"])
