"""Delivered and uploaded minutes by day, for forecasts."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Connection, TextClause, text

from core.db.usage_assets import BILLED, CHARGED
from core.usage import Sku, StorageClass, What

DELIVERED = text(f"""
SELECT day, sum(seconds)::double precision / 60 AS minutes FROM delivery_days WHERE {CHARGED} GROUP BY day
""")  # noqa: S608 - of our own words alone
UPLOADED = text(f"""
SELECT (created_at AT TIME ZONE 'UTC')::date AS day, sum(duration_s) / 60 AS minutes
FROM assets
WHERE {BILLED} AND created_at IS NOT NULL AND duration_s > 0 AND duration_s <= 1e9
    AND (
        NOT EXISTS (SELECT FROM items WHERE items.asset_id = assets.id)
        OR EXISTS (SELECT FROM uploads WHERE uploads.asset_id = assets.id)
    )
GROUP BY 1
""")  # noqa: S608 - of our own words alone
STORED = text(f"""
SELECT video_quality AS quality, resolution_tier AS tier, coalesce(span.storage, 'cold') AS storage,
    sum(CAST(duration_s AS numeric)) / 60 AS minutes
FROM assets LEFT JOIN storage_spans AS span
    ON span.asset_id = assets.id AND span.from_at <= :at AND span.to_at > :at
WHERE {BILLED} AND status <> 'deleted'
    AND created_at <= :at AND duration_s > 0 AND duration_s <= 1e9
    AND video_quality IS NOT NULL AND resolution_tier IS NOT NULL
GROUP BY 1, 2, 3
""")  # noqa: S608 - of our own words alone
MOVED = text("""
SELECT coalesce(sum(source.size_bytes), 0) FROM asset_sources AS used
JOIN assets AS made ON made.id = used.asset_id JOIN sources AS source ON source.id = used.source_id
WHERE made.created_at >= CAST(:first AS timestamp) AT TIME ZONE 'UTC'
    AND made.created_at < CAST(:last AS timestamp) AT TIME ZONE 'UTC' + interval '1 day'
""")


class SqlUsagePast:
    """Fills `UsagePast`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def delivered(self) -> Mapping[date, float]:
        return self._by_day(DELIVERED)

    def uploaded(self) -> Mapping[date, float]:
        return self._by_day(UPLOADED)

    def stored(self, at: datetime) -> Mapping[Sku, Decimal]:
        found = self._connection.execute(STORED, {"at": at})
        return {
            Sku(
                what=What.STORAGE, quality=row.quality, tier=row.tier, storage=StorageClass(row.storage)
            ): row.minutes
            for row in found
        }

    def moved_bytes(self, first: date, last: date) -> int:
        return int(self._connection.scalar(MOVED, {"first": first, "last": last}) or 0)

    def _by_day(self, question: TextClause) -> Mapping[date, float]:
        return {row.day: row.minutes for row in self._connection.execute(question)}
