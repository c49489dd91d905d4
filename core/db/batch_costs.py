"""What batches were said to cost, and what they used."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, select, text

from core.batch_cost import MONTH_D, BatchCosts, BatchUse, Kept, Made, Watching
from core.db.tables import batch_estimates
from core.db.usage_assets import BILLED
from core.records import Batch

GB = 10**9
MADE = f"""
billed AS (
    SELECT id AS asset_id, video_quality AS quality, resolution_tier AS tier,
        CAST(duration_s AS numeric) AS seconds, deleted_at
    FROM assets
    WHERE {BILLED} AND duration_s > 0 AND duration_s <= 1e9
        AND resolution_tier IS NOT NULL AND video_quality IS NOT NULL
), made AS (
    SELECT DISTINCT ON (asset_id) billed.*, sources.size_bytes AS bytes
    FROM intents
    JOIN billed USING (asset_id)
    JOIN items ON items.id = intents.item_id
    LEFT JOIN sources ON sources.id = items.source_id
    WHERE intents.batch_id = :batch_id
    ORDER BY asset_id
)"""  # noqa: S608 - of our own words alone
BY_KIND = text(f"""
WITH {MADE}
SELECT quality, tier, count(*) AS assets, sum(seconds) / 60 AS minutes,
    coalesce(sum(seconds) FILTER (WHERE deleted_at IS NULL), 0) / 60 AS minutes_kept
FROM made GROUP BY quality, tier ORDER BY quality, tier
""")  # noqa: S608 - of our own words alone
READ = text(f"WITH {MADE} SELECT coalesce(sum(bytes), 0) FROM made")  # noqa: S608 - of our own words alone
ORIGINALS = text("""
SELECT coalesce(sum(size_bytes), 0) FROM sources
WHERE gone_at IS NULL AND bucket NOT IN (SELECT bucket FROM s3_absences WHERE last_day IS NULL) AND id IN (
    SELECT source_id FROM items WHERE batch_id = :batch_id AND state IN ('done', 'awaiting_schema')
)
""")
WHOLE_DAYS = "SELECT day FROM usage_days WHERE covers_to >= CAST(day + 1 AS timestamp) AT TIME ZONE 'UTC'"
"""Of which Mux has told everything."""

WATCHED = text(f"""
WITH {MADE}
SELECT delivery.quality, delivery.tier, sum(delivery.seconds) / 60 AS minutes,
    coalesce(sum(delivery.seconds / nullif(made.seconds, 0) * bytes), 0) AS bytes
FROM made JOIN delivery_days AS delivery USING (asset_id)
WHERE day BETWEEN :first AND :last AND day IN ({WHOLE_DAYS})
GROUP BY delivery.quality, delivery.tier
""")  # noqa: S608 - of our own words alone
LAST_WHOLE_DAY = text(f"SELECT max(day) FROM ({WHOLE_DAYS}) AS told")  # noqa: S608 - of our own words alone
KNOWN_DAYS = text(f"""
SELECT count(*) FROM ({WHOLE_DAYS}) AS told WHERE day BETWEEN :first AND :last
""")  # noqa: S608 - of our own words alone


class SqlBatchCosts(BatchCosts):
    """Fills `BatchCosts`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, batch_id: int, kept: Kept) -> None:
        facts = {name: getattr(kept, name) for name in Kept.__dataclass_fields__}
        self._connection.execute(insert(batch_estimates).values(batch_id=batch_id, **facts))

    def kept(self, batch_id: int) -> Kept | None:
        c = batch_estimates.c
        columns = [c[name] for name in Kept.__dataclass_fields__]
        row = self._connection.execute(select(*columns).where(c.batch_id == batch_id)).mappings().first()
        return Kept(**row) if row else None

    def use(self, batch: Batch, *, now: datetime) -> BatchUse:
        values = {"batch_id": batch.id}
        made = self._connection.execute(BY_KIND, values).mappings()
        return BatchUse(
            made=[Made(**row) for row in made],
            read_gb=self._gb(READ, values),
            originals_gb=self._gb(ORIGINALS, values),
            watching=self._watching(batch, now),
        )

    def _gb(self, query: Any, values: Mapping[str, Any]) -> Decimal:
        return Decimal(self._connection.execute(query, values).scalar_one()) / GB

    def _watching(self, batch: Batch, now: datetime) -> Watching:
        last = self._last_whole_day()
        ended_at = batch.finished_at or now
        if last is None or last <= ended_at.date():
            return Watching(days=0, minutes={}, file_gb=Decimal(0))
        first = max(last - timedelta(days=MONTH_D - 1), ended_at.date() + timedelta(days=1))
        values = {"batch_id": batch.id, "first": first, "last": last}
        rows = self._connection.execute(WATCHED, values).mappings().all()
        return Watching(
            days=self._connection.execute(KNOWN_DAYS, {"first": first, "last": last}).scalar_one(),
            minutes={(row["quality"], row["tier"]): row["minutes"] for row in rows},
            file_gb=sum((Decimal(row["bytes"]) for row in rows), Decimal(0)) / GB,
        )

    def _last_whole_day(self) -> date | None:
        """The last day of which Mux has told everything."""
        found: date | None = self._connection.scalar(LAST_WHOLE_DAY)
        return found
