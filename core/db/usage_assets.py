"""What each asset used in a month: the one relation from which a month's sums, and who caused them, come."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Numeric, Subquery, Text, text

from core.usage import HOUR_S, MINUTE_S, Month

BILLED = "NOT test AND status <> 'errored' AND error_type IS NULL"
KNOWN = """created_at IS NOT NULL AND coalesce(duration_s, -1) BETWEEN 0 AND 1e9
        AND resolution_tier IS NOT NULL AND video_quality IS NOT NULL
        AND (status <> 'deleted' OR assets.deleted_at IS NOT NULL)"""
"""Lengths beside it (below nothing, NaN) are as good as none."""

CHARGED = "asset_id NOT IN (SELECT id FROM assets WHERE test)"
"""Deliveries that are: Mux tells of test assets too, which are free."""

DELIVERED = f"day BETWEEN :first AND :last AND {CHARGED}"

LIVES = f"""
life AS (  -- each asset, and its part of the month
    SELECT id AS asset_id, video_quality AS quality, resolution_tier AS tier,
        CAST(duration_s AS numeric) AS seconds, created_at, its.deleted_at,
        greatest(created_at, :start_at) AS from_at, least(its.deleted_at, :end_at) AS to_at
    FROM assets CROSS JOIN LATERAL (  -- clocks differ: what went before it came was kept for no time
        SELECT CASE WHEN assets.deleted_at IS NOT NULL THEN greatest(assets.deleted_at, created_at) END
    ) AS its (deleted_at)
    WHERE {BILLED} AND {KNOWN}
        AND created_at < :end_at AND (its.deleted_at IS NULL OR its.deleted_at >= :start_at)
), made AS (  -- MP4s of it
    SELECT life.asset_id, life.quality, coalesce(nullif(file.tier, ''), life.tier) AS tier, life.seconds,
        file.advanced, file.from_at AS made_at,
        greatest(file.from_at, life.from_at) AS from_at, least(file.to_at, life.to_at) AS to_at
    FROM life JOIN rendition_spans AS file USING (asset_id)
    WHERE file.from_at < :end_at AND (file.to_at IS NULL OR file.to_at > :start_at)
), kept AS (
    SELECT asset_id, 'storage' AS what, quality, tier, seconds, from_at, to_at FROM life
    UNION ALL
    SELECT asset_id, 'rendition storage', quality, tier, seconds, from_at, to_at FROM made
    WHERE from_at < to_at
), rest AS (  -- basic quality is charged for a month at least, what is left of it when it is deleted
    SELECT asset_id, quality, tier, seconds, deleted_at,
        coalesce((
            SELECT storage FROM storage_spans AS span
            WHERE span.asset_id = life.asset_id AND span.from_at < deleted_at AND span.to_at >= deleted_at
        ), 'cold') AS storage,
        1 - extract(epoch FROM deleted_at - from_at) / :month_s
            - greatest(extract(epoch FROM from_at - created_at), 0) / :before_s AS months
    FROM life WHERE quality = 'basic' AND deleted_at < :end_at
)"""  # noqa: S608 - of our own words alone
"""CTEs that sums by asset and by day have in common."""

ASSET_USAGE = f"""
WITH {LIVES}
SELECT asset_id, what, quality, tier, cold.storage, seconds * cold.kept_s / (:minute_s * :month_s) AS quantity
FROM kept
LEFT JOIN LATERAL (
    SELECT coalesce(sum(part.kept_s) FILTER (WHERE storage = 'standard'), 0) AS standard_s,
        coalesce(sum(part.kept_s) FILTER (WHERE storage = 'infrequent'), 0) AS infrequent_s
    FROM storage_spans AS span
    CROSS JOIN LATERAL (
        SELECT extract(epoch FROM least(span.to_at, kept.to_at) - greatest(span.from_at, kept.from_at))
    ) AS part (kept_s)
    WHERE span.asset_id = kept.asset_id AND span.from_at < kept.to_at AND span.to_at > kept.from_at
) AS warm ON true
CROSS JOIN LATERAL (VALUES
    ('standard', standard_s), ('infrequent', infrequent_s),
    ('cold', extract(epoch FROM to_at - from_at) - standard_s - infrequent_s)
) AS cold (storage, kept_s)
WHERE cold.kept_s > 0
UNION ALL
SELECT asset_id, 'storage', quality, tier, storage, seconds / :minute_s * months FROM rest WHERE months > 0
UNION ALL
SELECT asset_id, 'input', quality, tier, NULL, seconds / :minute_s FROM life WHERE created_at >= :start_at
UNION ALL
SELECT asset_id, 'rendition input', quality, tier, NULL, seconds / :minute_s FROM made
WHERE advanced AND made_at >= :start_at
UNION ALL
SELECT asset_id, 'delivery', quality, tier, NULL, sum(seconds) / :minute_s FROM delivery_days
WHERE {DELIVERED} GROUP BY asset_id, quality, tier
"""  # noqa: S608 - of our own words alone


def asset_usage(month: Month, *, until: datetime) -> Subquery:
    """Rows (asset_id, what, quality, tier, storage, quantity) of what is used at Mux in the month up to
    `until`; an asset may have several rows of one thing. `storage` is None where the price does not depend
    on it."""
    statement = text(ASSET_USAGE).bindparams(**within(month, until))
    columns = {"asset_id": Text, "what": Text, "quality": Text, "tier": Text, "storage": Text}
    return statement.columns(**columns, quantity=Numeric).subquery("asset_usage")


def within(month: Month, until: datetime) -> dict[str, Any]:
    """The month as the relation's parameters, as far as `until`."""
    end_at = max(min(until, month.end_at), month.start_at)
    return {
        "start_at": month.start_at,
        "end_at": end_at,
        "month_s": month.hours * HOUR_S,
        "before_s": month.before.hours * HOUR_S,
        "minute_s": MINUTE_S,
        "first": month.first,
        "last": min((until - timedelta.resolution).date(), month.last),
    }
