"""`mux_admin.lesson_assets`: which asset was whose, from which day of the school to which."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import CTE, Connection, and_, func, null, select, text, update

from core.db.hostrows import host_rows
from core.db.known_columns import KnownColumns
from core.db.tables import lesson_assets, pending_facts
from core.figures import KEPT_BY_MUX_D

a = lesson_assets.c
# Each step says what came before it: what a lesson plays now came when its row was switched to it, or when
# the version before it went; else its upload or the asset itself says since when it can have been played.
OPEN = text("""
INSERT INTO lesson_assets (lesson_id, asset_id, first_day)
SELECT new.lesson_id, new.asset_id, least(CAST(:today AS date), coalesce(
    (greatest(switched.at, replaced.at) AT TIME ZONE :zone)::date,
    (uploaded.at AT TIME ZONE :zone)::date,
    (coalesce(assets.ready_at, assets.created_at) AT TIME ZONE :zone)::date,
    CAST(:oldest AS date)
))
FROM unnest(CAST(:lessons AS text[]), CAST(:assets AS text[])) AS new (lesson_id, asset_id)
LEFT JOIN assets ON assets.id = new.asset_id
CROSS JOIN LATERAL (
    SELECT max(switched_at) AS at FROM switches WHERE table_name = 'lessons' AND row_id = new.lesson_id
        AND after ->> 'mux_asset_id' = new.asset_id AND put_back_at IS NULL
) AS switched
CROSS JOIN LATERAL (
    SELECT max(at) AS at FROM former_versions WHERE lesson_id = new.lesson_id AND what <> new.asset_id
) AS replaced
CROSS JOIN LATERAL (
    SELECT max(moved_at) AS at FROM uploads WHERE lesson_id = new.lesson_id AND asset_id = new.asset_id
) AS uploaded
ON CONFLICT (lesson_id, asset_id, first_day) DO UPDATE SET last_day = NULL
RETURNING lesson_id, first_day
""")
# What was played and put back before anybody looked.
PAST = text("""
INSERT INTO lesson_assets (lesson_id, asset_id, first_day, last_day)
SELECT lesson_id, asset_id, min(least(first_day, last_day)), max(last_day) FROM (
    SELECT old.lesson_id, old.asset_id, (old.at AT TIME ZONE :zone)::date AS last_day, coalesce(
        (switched.at AT TIME ZONE :zone)::date,
        (uploaded.at AT TIME ZONE :zone)::date,
        (coalesce(assets.ready_at, assets.created_at, old.at) AT TIME ZONE :zone)::date
    ) AS first_day
    FROM former_versions AS old
    LEFT JOIN assets ON assets.id = old.asset_id
    CROSS JOIN LATERAL (
        SELECT max(switched_at) AS at FROM switches WHERE table_name = 'lessons' AND row_id = old.lesson_id
            AND after ->> 'mux_asset_id' = old.asset_id AND switched_at <= old.at
    ) AS switched
    CROSS JOIN LATERAL (
        SELECT min(moved_at) AS at FROM uploads WHERE lesson_id = old.lesson_id AND asset_id = old.asset_id
    ) AS uploaded
    WHERE old.asset_id IS NOT NULL
    UNION ALL
    SELECT row_id, after ->> 'mux_asset_id', (put_back_at AT TIME ZONE :zone)::date,
        (switched_at AT TIME ZONE :zone)::date
    FROM switches
    WHERE table_name = 'lessons' AND put_back_at IS NOT NULL AND after ->> 'mux_asset_id' IS NOT NULL
) AS past (lesson_id, asset_id, last_day, first_day)
WHERE NOT EXISTS (
    SELECT FROM lesson_assets AS known
    WHERE known.lesson_id = past.lesson_id AND known.asset_id = past.asset_id
)
GROUP BY lesson_id, asset_id
RETURNING lesson_id, first_day
""")
# Who reads seldom finds that it went some days ago.
ENDED = text("""
UPDATE lesson_assets AS spell SET last_day = (old.at AT TIME ZONE :zone)::date
FROM former_versions AS old
WHERE spell.last_day = :today AND spell.lesson_id = ANY(:lessons) AND old.lesson_id = spell.lesson_id
    AND old.asset_id = spell.asset_id AND (old.at AT TIME ZONE :zone)::date BETWEEN first_day AND :today
""")


class SqlLessonAssets:
    """The part of `Figures` about whose asset is whose."""

    _connection: Connection
    _schema: str
    _columns: KnownColumns

    def note_assets(self, *, today: date, zone: ZoneInfo) -> Mapping[str, date]:
        days = {"today": today, "zone": zone.key, "oldest": today - timedelta(days=KEPT_BY_MUX_D - 1)}
        now = self._now()
        changed = {} if now is None else dict.fromkeys(self._close(now, days), today)
        if now is not None:
            _earliest(changed, self._open(now, days))
        _earliest(changed, self._connection.execute(PAST, {"zone": zone.key}).all())
        return changed

    def _now(self) -> CTE | None:
        """What each lesson plays at Mux, also where that waits for its column."""
        rows = host_rows(self._schema, "lessons", self._columns.of(self._connection, "lessons"))
        if not rows.has("id"):
            return None
        p = pending_facts.c
        waits = and_(p.table_name == "lessons", p.row_id == rows.text("id"))
        asset_id = rows.or_waiting("mux_asset_id", p.facts)
        found = select(rows.text("id").label("lesson_id"), asset_id.label("asset_id"))
        joined = found.select_from(rows.clause.outerjoin(pending_facts, waits))
        return joined.where(func.coalesce(asset_id, "") != "").cte("playing")

    def _close(self, now: CTE, days: Mapping[str, Any]) -> Sequence[str]:
        plays = select(null()).where(now.c.lesson_id == a.lesson_id, now.c.asset_id == a.asset_id)
        ended = update(lesson_assets).where(a.last_day.is_(None), ~plays.exists())
        with self._columns.noticing():
            found = self._connection.scalars(ended.values(last_day=days["today"]).returning(a.lesson_id))
        lessons = [*found]
        if lessons:
            self._connection.execute(ENDED, {**days, "lessons": lessons})
        return lessons

    def _open(self, now: CTE, days: Mapping[str, Any]) -> Sequence[Any]:
        known = select(null()).where(
            now.c.lesson_id == a.lesson_id, now.c.asset_id == a.asset_id, a.last_day.is_(None)
        )
        with self._columns.noticing():
            new = self._connection.execute(select(now).where(~known.exists())).all()
        if not new:
            return []
        lessons, assets = zip(*new, strict=True)
        return self._connection.execute(OPEN, {**days, "lessons": [*lessons], "assets": [*assets]}).all()


def _earliest(changed: dict[str, date], found: Sequence[Any]) -> None:
    for lesson_id, day in found:
        changed[lesson_id] = min(day, changed.get(lesson_id, day))
