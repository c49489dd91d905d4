"""What was used on each day of a month. What is kept is added up from its comings and goings, so that a day
costs no more than a month does."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Connection, text

from core.db.usage_assets import DELIVERED, LIVES, within
from core.usage import HOUR_S, MINUTE_S, Basis, Month, Sku, StorageClass, Usage, What

DAY_S = 24 * HOUR_S
TURNS = text(f"""
WITH {LIVES},
pieces AS (
    SELECT what, quality, tier, 'cold' AS storage, seconds AS weight, from_at, to_at FROM kept
    UNION ALL
    SELECT what, quality, tier, turn.storage, seconds * turn.sign, greatest(span.from_at, kept.from_at),
        least(span.to_at, kept.to_at)
    FROM kept JOIN storage_spans AS span
        ON span.asset_id = kept.asset_id AND span.from_at < kept.to_at AND span.to_at > kept.from_at
    CROSS JOIN LATERAL (VALUES (span.storage, 1), ('cold', -1)) AS turn (storage, sign)
), turns AS (
    SELECT what, quality, tier, storage, weight, from_at AS at FROM pieces
    UNION ALL
    SELECT what, quality, tier, storage, -weight, to_at FROM pieces
)
SELECT what, quality, tier, storage, utc_at::date AS day, sum(weight) AS weight,
    sum(weight * ({DAY_S} - extract(epoch FROM utc_at - date_trunc('day', utc_at)))) AS within_s
FROM turns CROSS JOIN LATERAL (SELECT at AT TIME ZONE 'UTC' AS utc_at) AS its
GROUP BY 1, 2, 3, 4, 5
""")  # noqa: S608 - of our own words alone
"""On a day so many seconds of video came to a thing, less those that went, and came to so many seconds times
seconds by its end."""

SINGLE = text(f"""
WITH {LIVES}
SELECT 'storage' AS what, quality, tier, storage, (deleted_at AT TIME ZONE 'UTC')::date AS day,
    sum(seconds / :minute_s * months) AS quantity
FROM rest WHERE months > 0 GROUP BY 2, 3, 4, 5
UNION ALL
SELECT 'input', quality, tier, NULL, (created_at AT TIME ZONE 'UTC')::date, sum(seconds) / :minute_s
FROM life WHERE created_at >= :start_at GROUP BY 2, 3, 5
UNION ALL
SELECT 'rendition input', quality, tier, NULL, (made_at AT TIME ZONE 'UTC')::date, sum(seconds) / :minute_s
FROM made WHERE advanced AND made_at >= :start_at GROUP BY 2, 3, 5
UNION ALL
SELECT 'delivery', quality, tier, NULL, day, sum(seconds) / :minute_s
FROM delivery_days WHERE {DELIVERED} GROUP BY 2, 3, 5
""")  # noqa: S608 - of our own words alone
"""What happens on a day, all of it."""

Found = tuple[date, Sku, Decimal]


def of_days(connection: Connection, month: Month, *, until: datetime) -> Iterator[Usage]:
    """What was used at Mux, a row for each day and thing."""
    asked = within(month, until)
    quantities: dict[tuple[date, Sku], Decimal] = defaultdict(Decimal)
    for row in connection.execute(SINGLE, asked):
        quantities[row.day, sku_of(row)] += row.quantity
    for day, sku, quantity in _kept(connection, month, asked):
        quantities[day, sku] += quantity
    for (day, sku), quantity in quantities.items():
        if quantity:
            yield Usage(sku=sku, quantity=quantity, first=day, last=day, basis=basis_of(sku.what))


def _kept(connection: Connection, month: Month, asked: Mapping[str, object]) -> Iterator[Found]:
    turns: dict[Sku, dict[date, tuple[Decimal, Decimal]]] = defaultdict(dict)
    for row in connection.execute(TURNS, asked):
        turns[sku_of(row)][row.day] = (row.weight, row.within_s)
    for sku, by_day in turns.items():
        weight = Decimal(0)
        for day in month.days():
            came, within_s = by_day.get(day, (Decimal(0), Decimal(0)))
            yield day, sku, (weight * DAY_S + within_s) / (MINUTE_S * month.hours * HOUR_S)
            weight += came


def basis_of(what: What) -> Basis:
    """Mux tells what it delivered; the rest follows from what it tells of each asset."""
    return Basis.MEASURED if what is What.DELIVERY else Basis.DERIVED


def sku_of(row: object) -> Sku:
    """Of a row's what, quality, tier and storage."""
    what, quality, tier, storage = (getattr(row, name) for name in ("what", "quality", "tier", "storage"))
    kept = StorageClass(storage) if storage else None
    return Sku(what=What(what), quality=quality, tier=tier, storage=kept)


def by_date(found: Sequence[Usage]) -> Mapping[date, Sequence[Usage]]:
    """By the day that each is of, in order."""
    days: dict[date, list[Usage]] = {one.first: [] for one in sorted(found, key=lambda one: one.first)}
    for one in found:
        days[one.first].append(one)
    return days
