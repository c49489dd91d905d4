"""Calls of Mux Data: how many were made, and how many the figures that are kept now ask for."""

import json
import urllib.request
from collections.abc import Collection, Sequence
from datetime import date

import psycopg

from core.audience import Side
from core.period import Period
from core.ports import Services
from core.quality import AUDIENCE_OF, Quality, whole_days
from sandbox.stack import Stack, query

PAGES = """
SELECT day, (2 * greatest(1, ceil(assets / 100.0)) + greatest(1, ceil(named / 100.0)))::int FROM (
    SELECT day, (SELECT count(*) FROM mux_admin.asset_days AS a WHERE a.day = d.day) AS assets,
        (SELECT count(*) FROM mux_admin.video_id_days AS v WHERE v.day = d.day) AS named
    FROM mux_admin.figure_days AS d WHERE day >= %s
) AS days
"""
"""Calls that each day costs: two breakdowns by asset, one by the video's name."""

QUALITY_DAYS = "SELECT 3 * count(*)::int FROM mux_admin.quality_days WHERE day >= %s"
"""Three measures of each whole day of the school."""

QUALITY_PERIODS = """
SELECT sum(8 * (1 + greatest(1, ceil(assets / 100.0))))::int + (
    SELECT least(20, count(*)) FROM mux_admin.quality_periods
    WHERE period_d = 7 AND asset_id <> '' AND round(failed * views) > 0
)::int FROM (
    SELECT count(*) FILTER (WHERE asset_id <> '') AS assets FROM mux_admin.quality_periods
    WHERE period_d = ANY(%s) GROUP BY period_d
) AS periods
"""
"""Of each period eight measures, of the school and by asset; with the week single views of the videos that
fail most."""

QUALITY_BEFORE = """
INSERT INTO mux_admin.quality_days (day, read_at, views)
SELECT day::date, now(), 0 FROM generate_series(%s::date, %s::date, interval '1 day') AS day
"""
READ_BEFORE = """
INSERT INTO mux_admin.figure_days (day, read_at)
SELECT day::date, now() FROM generate_series(%s::date, %s::date, interval '1 day') AS day
"""


def asked(stack: Stack) -> int:
    """Calls of Mux Data so far."""
    stats = json.load(urllib.request.urlopen(f"{stack.mux.url}/sandbox/stats"))
    return int(stats["requests"].get("data", 0))


def read_since(stack: Stack, first: date) -> Collection[date]:
    """Days from one on that were read."""
    return [*_pages(stack, first)]


def of_days(stack: Stack, days: Collection[date]) -> int:
    """Figures of these days."""
    return sum(pages for day, pages in _pages(stack, min(days)).items() if day in days) if days else 0


def of_one_day(stack: Stack, first: date) -> int:
    """The most that figures of a day cost, of those from one on."""
    return max(_pages(stack, first).values())


def of_quality_days(stack: Stack, first: date) -> int:
    return int(str(query(stack, QUALITY_DAYS, first)[0][0]))


def of_quality_periods(stack: Stack, periods: Sequence[Period]) -> int:
    measured = int(str(query(stack, QUALITY_PERIODS, [int(one) for one in periods])[0][0]))
    return measured + (len(Side) if AUDIENCE_OF in periods else 0)  # who watches, from each side


def _pages(stack: Stack, first: date) -> dict[date, int]:
    return {date.fromisoformat(str(day)): int(str(pages)) for day, pages in query(stack, PAGES, first)}


def query_none(stack: Stack, sql: str, *values: object) -> None:
    """A statement that answers nothing."""
    with psycopg.connect(stack.env["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(sql.encode(), values)


def be_read(stack: Stack, first: date, last: date) -> None:
    """As if these days had been read, and nobody had watched."""
    for statement in (READ_BEFORE, QUALITY_BEFORE):
        query_none(stack, statement, first, last)


def grow_old(stack: Stack, first: date) -> None:
    """As if an hour had gone by since the days from one on were read."""
    sql = "UPDATE mux_admin.figure_days SET read_at = read_at - interval '1 hour' WHERE day >= %s"
    query_none(stack, sql, first)


def keep_periods(services: Services, today: date) -> None:
    """As if the periods had been read today, and nobody had watched."""
    with services.uow("bench.periods") as tx:
        for period in Period:
            days = whole_days(period, today=today)
            tx.quality.put_period(period, days, Quality(), {}, read_at=services.clock())
        tx.commit()


def forget_periods(stack: Stack, periods: Sequence[Period]) -> None:
    """As if they had never been read."""
    sql = "DELETE FROM mux_admin.quality_periods WHERE period_d = ANY(%s)"
    query_none(stack, sql, [int(one) for one in periods])
