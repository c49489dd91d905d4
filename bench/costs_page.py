"""The pages of costs over a year of many assets: their reruns, and a first look."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from bench import library, reruns
from bench.claim import TIME, Claim
from core.ports import Services
from core.usage import Month
from sandbox.stack import Stack

RERUN_MS, COLD_MS, SCENARIO_MS = 300, 3_000, 1_000
"""What a rerun may take; what a look may that finds nothing kept of a month; and how long figures and chart
of a forecast may take to follow a slider."""

SCENARIOS = tuple(f"hours={hours}&views={views}" for hours in (1, 50) for views in ("0.5", "2"))

PRICED_SINCE = Month(2026, 4)
"""The first whole month that the price cards cover."""

MOVED_ONE_IN = 3
"""Lessons of the library's school, for each that has an asset."""

EMPTIED = """
TRUNCATE mux_admin.assets, mux_admin.lesson_assets, mux_admin.delivery_days, mux_admin.storage_spans CASCADE
"""
"""What the claims about usage left would be counted as well."""

FILL = (
    """
    UPDATE mux_admin.assets SET created_at = %(first)s + right(id, 2)::int * interval '1 day',
        resolution_tier = CASE WHEN id LIKE '%%0' THEN '720p' ELSE '1080p' END
    WHERE id LIKE 'asset-%%'
    """,
    """
    INSERT INTO mux_admin.lesson_assets (lesson_id, asset_id, first_day)
    SELECT id::text, mux_asset_id, '2025-01-01' FROM lessons WHERE mux_asset_id IS NOT NULL
    """,
    """
    INSERT INTO mux_admin.delivery_days (day, asset_id, quality, tier, seconds)
    SELECT day::date, id, video_quality, '720p', 10 + duration_s
    FROM mux_admin.assets, generate_series(created_at, now(), interval '3 days') AS day
    WHERE id LIKE 'asset-%%'
    """,
    """
    INSERT INTO mux_admin.storage_spans (asset_id, storage, from_at, to_at)
    SELECT id, 'standard', created_at, now() + interval '30 days' FROM mux_admin.assets
    WHERE id LIKE 'asset-%%'
    """,
    """
    INSERT INTO mux_admin.usage_days (day, read_at, covers_to, tried_at)
    SELECT day::date, now(), day + interval '1 day', now()
    FROM generate_series(%(first)s, now() - interval '2 days', interval '1 day') AS day
    ON CONFLICT DO NOTHING
    """,
    "VACUUM ANALYZE",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Assets of a year, and how often each address is looked at."""

    assets: int
    runs: int


FULL = Scale(assets=10_000, runs=15)
QUICK = Scale(assets=500, runs=2)


def claims(stack: Stack, services: Services, scale: Scale) -> Iterator[Claim]:
    months = _months(Month.of(services.clock().date()))
    with psycopg.connect(stack.env["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(EMPTIED.encode())
        library.fill(stack, scale.assets * MOVED_ONE_IN)
        for statement in FILL:
            connection.execute(statement.encode(), {"first": months[-1].start_at})
    beside = f"{scale.assets:,} assets, {len(months)} months"
    port = reruns.dashboard(stack)
    yield from _looks("costs", _addresses(months, ("",)), port, scale, beside)
    by = ("by=course", "by=lesson&shared=evenly", "by=teacher&page=2")
    yield from _looks("cost_table", _addresses(months[:2], by), port, scale, beside)
    yield from reruns.claims(
        "forecast", SCENARIOS, port=port, runs=scale.runs, most=8, most_ms=SCENARIO_MS, beside=beside
    )


def _looks(page: str, queries: tuple[str, ...], port: int, scale: Scale, beside: str) -> Iterator[Claim]:
    cold = asyncio.run(reruns.first_looks(port, page, queries[:1], warmed_by="month=2020-01"))
    yield Claim(
        name=f"{page} page, first look",
        figure=max(one.ms for one in cold),
        unit="ms",
        most=COLD_MS,
        slack=TIME,
        beside=beside,
    )
    yield from reruns.claims(
        page, queries, port=port, runs=scale.runs, most=8, most_ms=RERUN_MS, beside=beside
    )


def _months(this: Month) -> list[Month]:
    """The last twelve, as far as prices are known, the newest first."""
    found = [this]
    while len(found) < 12 and found[-1] > PRICED_SINCE:
        found.append(found[-1].before)
    return found


def _addresses(months: list[Month], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"month={month}&{one}".rstrip("&") for month in months for one in more)
