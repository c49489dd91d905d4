"""`mux_admin.delivery_days`, `usage_days`, `usage_reads` and `storage_spans`: what Mux delivered, and how
cold that leaves each asset."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import Connection, delete, select, text
from sqlalchemy.dialects.postgresql import insert

from core.db.freshness import freshness, note_read
from core.db.tables import delivery_days, usage_days, usage_reads
from core.figures import Freshness, Outcome
from core.storage_time import COLD_AFTER, INFREQUENT_AFTER
from core.usage_delivery import SETTLES, Delivered
from core.usage_records import DeliveryDays, UsageDay

DAY = usage_days.c

DAYS_LOCK = 0x44617973  # "Days": an asset's spans follow from all of its days, so that none may come beside
LOCK = text("SELECT pg_advisory_xact_lock(:lock)")

# An asset counts as played from the first to the last moment of each day on which it was delivered.
FORGET_SPANS = text("DELETE FROM storage_spans WHERE asset_id = ANY(:assets)")
MAKE_SPANS = text("""
WITH plays AS (
    SELECT DISTINCT asset_id, day FROM delivery_days WHERE asset_id = ANY(:assets)
), told_apart AS (
    SELECT asset_id, day, lag(day) OVER mine IS NULL OR day > lag(day) OVER mine + 1 + :infrequent_d AS begins
    FROM plays WINDOW mine AS (PARTITION BY asset_id ORDER BY day)
), numbered AS (
    SELECT asset_id, day, count(*) FILTER (WHERE begins) OVER (PARTITION BY asset_id ORDER BY day) AS run
    FROM told_apart
), runs AS (
    SELECT asset_id, min(day) AS first_day, max(day) + 1 AS end_day,
        lead(min(day)) OVER (PARTITION BY asset_id ORDER BY run) AS next_day
    FROM numbered GROUP BY asset_id, run
)
INSERT INTO storage_spans (asset_id, storage, from_at, to_at)
SELECT asset_id, span.storage, span.from_day::timestamp AT TIME ZONE 'UTC',
    span.to_day::timestamp AT TIME ZONE 'UTC'
FROM runs CROSS JOIN LATERAL (VALUES
    ('standard', first_day, end_day + :infrequent_d),
    ('infrequent', end_day + :infrequent_d, least(end_day + :cold_d, next_day))
) AS span (storage, from_day, to_day)
""")
HOLES = text("""
SELECT its.day
FROM (
    SELECT (min(created_at) AT TIME ZONE 'UTC')::date AS first_day FROM assets WHERE NOT test
) AS ours
CROSS JOIN generate_series(
    greatest(CAST(:first AS date), first_day)::timestamp, CAST(:last AS timestamp), '1 day'
) AS one (begins)
CROSS JOIN LATERAL (
    SELECT begins::date AS day, (begins + interval '1 day') AT TIME ZONE 'UTC' AS end_at
) AS its
LEFT JOIN usage_days AS known ON known.day = its.day
WHERE first_day IS NOT NULL AND end_at + :settles <= :until
    AND (known.covers_to IS NULL OR known.covers_to < end_at)
ORDER BY its.day
""")
FINAL_TO = text("""
SELECT max(day) FROM usage_days
WHERE read_at >= (day + 1)::timestamp AT TIME ZONE 'UTC' + :settles
    AND covers_to >= (day + 1)::timestamp AT TIME ZONE 'UTC'
""")


class SqlDeliveryDays(DeliveryDays):
    """Fills `DeliveryDays`."""

    _connection: Connection

    def put_day(
        self, day: date, rows: Sequence[Delivered], *, read_at: datetime, covers_to: datetime
    ) -> None:
        self._alone()
        facts = {"read_at": read_at, "covers_to": covers_to, "tried_at": read_at, "error": None}
        noted = insert(usage_days).values(day=day, **facts)
        self._connection.execute(noted.on_conflict_do_update(index_elements=["day"], set_=facts))
        mine = delivery_days.c.day == day
        former = delete(delivery_days).where(mine).returning(delivery_days.c.asset_id)
        before = frozenset(self._connection.scalars(former))
        if rows:
            self._connection.execute(insert(delivery_days), [{"day": day, **asdict(row)} for row in rows])
        self._make_spans(before ^ {row.asset_id for row in rows})

    def _alone(self) -> None:
        """Of two that put days, be it the same one, one waits for the other."""
        self._connection.execute(LOCK, {"lock": DAYS_LOCK})

    def _make_spans(self, assets: Collection[str]) -> None:
        """Anew, for assets whose days with deliveries changed."""
        if assets:
            chosen = {"assets": sorted(assets)}
            days = {"infrequent_d": INFREQUENT_AFTER.days, "cold_d": COLD_AFTER.days}
            self._connection.execute(FORGET_SPANS, chosen)
            self._connection.execute(MAKE_SPANS, chosen | days)

    def refuse_day(self, day: date, *, at: datetime, error: str) -> None:
        facts = {"tried_at": at, "error": error}
        noted = insert(usage_days).values(day=day, **facts)
        self._connection.execute(noted.on_conflict_do_update(index_elements=["day"], set_=facts))

    def read_days(self, *, since: date) -> Mapping[date, UsageDay]:
        query = select(usage_days).where(DAY.day >= since)
        return {
            row.day: UsageDay(
                tried_at=row.tried_at, read_at=row.read_at, covers_to=row.covers_to, error=row.error
            )
            for row in self._connection.execute(query)
        }

    def note_read(
        self, at: datetime, outcome: Outcome = Outcome.READ, *, error: str | None = None, hint: str = ""
    ) -> None:
        note_read(self._connection, usage_reads, at, outcome, error=error, hint=hint)

    def freshness(self) -> Freshness:
        final_to = self._connection.scalar(FINAL_TO, {"settles": SETTLES})
        return freshness(self._connection, usage_reads, final_to=final_to)

    def holes(self, first: date, last: date, *, until: datetime) -> Sequence[date]:
        asked = {"first": first, "last": last, "until": until, "settles": SETTLES}
        return list(self._connection.scalars(HOLES, asked))

    def refusals(self, first: date, last: date) -> Mapping[date, str]:
        query = select(DAY.day, DAY.error).where(DAY.day.between(first, last), DAY.error.is_not(None))
        return {row.day: row.error for row in self._connection.execute(query)}
