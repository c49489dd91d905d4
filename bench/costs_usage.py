"""Usage: ninety days of deliveries at Mux's limit, and what a million rows of them cost whom."""

import json
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from bench import analytics_assets as made
from bench.analytics_calls import query_none
from bench.claim import EXACT, TIME, Claim, medians_s
from core import usage_reading
from core.access import SYSTEM
from core.ports import Services
from core.usage import Month, Sku, StorageClass, What
from core.usage_delivery import KEPT_BY_MUX_D, PAGE
from sandbox.stack import Stack, query

MONTH = Month(2026, 3)
DAYS, TIERS = 25, ("720p", "1080p", "1440p", "2160p")
RUNS = 5

FILL_ASSETS = """
INSERT INTO mux_admin.assets (id, status, created_at, ready_at, duration_s, resolution_tier, video_quality,
    test, error_messages, tracks, static_renditions, seen_at)
SELECT 'used-' || n, 'ready', '2026-01-01+00', '2026-01-01+00', 300 + n %% 600, '1080p', 'plus', false,
    '[]', '[]', '[]', now()
FROM generate_series(1, %s) AS n
"""
FILL_LESSONS = """
INSERT INTO mux_admin.lesson_assets (lesson_id, asset_id, first_day)
SELECT n::text, 'used-' || n, '2026-01-01' FROM generate_series(1, %s) AS n
"""
FILL_DAYS = """
INSERT INTO mux_admin.delivery_days (day, asset_id, quality, tier, seconds)
SELECT date '2026-03-01' + day, 'used-' || n, 'plus', tier, 10 + (n * 7 + day) %% 900
FROM generate_series(0, %s - 1) AS day, generate_series(1, %s) AS n, unnest(%s::text[]) AS tier
"""
FILL_SPANS = """
INSERT INTO mux_admin.storage_spans (asset_id, storage, from_at, to_at)
SELECT 'used-' || n, 'standard', '2026-03-01+00', '2026-04-25+00' FROM generate_series(1, %s) AS n
"""
SUMMED = """
SELECT count(*), max(used) FROM (
    SELECT asset_id, quality, tier, sum(seconds) AS used FROM mux_admin.delivery_days
    WHERE day BETWEEN '2026-03-01' AND '2026-03-31' GROUP BY asset_id, quality, tier
) AS sums
"""
"""The baseline: the same rows added up, and nothing else. PostgreSQL skips a sum that nobody asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Calls a second that Mux allows, assets delivered on each of ninety days, and assets of a month of very
    many rows."""

    rate_per_s: float
    watched: int
    used: int

    @property
    def rows(self) -> int:
        return self.used * DAYS * len(TIERS)


FULL = Scale(rate_per_s=5.0, watched=150, used=10_000)
QUICK = Scale(rate_per_s=30.0, watched=60, used=1_000)


def stack(scale: Scale) -> dict[str, Any]:
    """What the stack is started with."""
    rate = str(scale.rate_per_s)
    flags = ["--other-per-s", rate, "--history-days", str(made.HISTORY_D), "--seed", str(made.SEED)]
    return {"mux_flags": [*flags, "--no-usage-exports"], "MUX_OTHER_PER_S": rate}


def claims(stack: Stack, services: Services, scale: Scale) -> Iterator[Claim]:
    made.add(stack, made.always_watched(scale.watched))
    yield from _sync(stack, services, scale)
    yield from _allocation(stack, services, scale)


def _sync(stack: Stack, services: Services, scale: Scale) -> Iterator[Claim]:
    """The first run, and the one after it."""
    before, began = _asked(stack), time.perf_counter()
    found = usage_reading.read_usage(by=SYSTEM, services=services)
    took_s, asked = time.perf_counter() - began, _asked(stack) - before
    assert found.days >= KEPT_BY_MUX_D - 1, f"{found.days} days were read"  # of today Mux tells from noon on
    floor_s = (asked - 1) / scale.rate_per_s
    yield Claim(
        name="usage of 90 days / limit's floor",
        figure=took_s / floor_s,
        unit="×",
        most=1.1,
        beside=f"{found.rows:,} rows by {asked} calls at {scale.rate_per_s:g} a second: {took_s:.1f} s, "
        f"floor {floor_s:.1f} s",
    )
    pages = -(-scale.watched // PAGE)
    yield Claim(name="calls for a day", figure=asked / found.days, unit="", most=pages, slack=EXACT)
    before = _asked(stack)
    usage_reading.read_usage(by=SYSTEM, services=services)
    again = len(_not_final(stack))
    beside = f"{again} days that may still change"
    figure = _asked(stack) - before - again * pages
    yield Claim(
        name="calls of the next run beyond them", figure=figure, unit="", most=0, slack=EXACT, beside=beside
    )


def _allocation(stack: Stack, services: Services, scale: Scale) -> Iterator[Claim]:
    for statement, values in (
        (FILL_ASSETS, (scale.used,)),
        (FILL_LESSONS, (scale.used,)),
        (FILL_DAYS, (DAYS, scale.used, list(TIERS))),
        (FILL_SPANS, (scale.used,)),
        ("ANALYZE mux_admin.delivery_days, mux_admin.assets, mux_admin.storage_spans", ()),
    ):
        query_none(stack, statement, *values)
    summed_s, allocated_s = medians_s(lambda: query(stack, SUMMED), lambda: _allocated(services), runs=RUNS)
    beside = f"{scale.rows:,} rows: {allocated_s:.2f} s, adding them up alone {summed_s:.2f} s"
    yield Claim(
        name="allocation / adding its rows up", figure=allocated_s / summed_s, unit="×", most=3, beside=beside
    )
    yield Claim(name="allocation of a month", figure=allocated_s, unit="s", most=2, slack=TIME, beside=beside)


def _allocated(services: Services) -> None:
    until = datetime(2026, 4, 1, tzinfo=UTC)
    prices = {Sku(what=What.DELIVERY, quality="plus", tier=tier): Decimal("0.001") for tier in TIERS}
    prices |= {
        Sku(what=What.STORAGE, quality="plus", tier="1080p", storage=storage): Decimal("0.003")
        for storage in (StorageClass.STANDARD, StorageClass.INFREQUENT, StorageClass.COLD)
    }
    with services.uow("bench.allocation.read") as tx:
        assert tx.cost_shares.by_lesson(MONTH, until=until, prices=prices)


def _asked(stack: Stack) -> int:
    stats = json.load(urllib.request.urlopen(f"{stack.mux.url}/sandbox/stats"))
    return int(stats["requests"].get("video_other", 0))


def _not_final(stack: Stack) -> list[date]:
    sql = (
        "SELECT day FROM mux_admin.usage_days "
        "WHERE read_at < (day + 1)::timestamp AT TIME ZONE 'UTC' + interval '13 hours'"
    )
    return [date.fromisoformat(str(day)) for (day,) in query(stack, sql)]
