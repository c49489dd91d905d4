"""Figures of what was watched: the first fill at Mux Data's limit, and lessons' days by the million."""

import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from bench import analytics_calls as calls
from bench.claim import EXACT, TIME, Claim, peak_mb, percentile
from bench.driving import prepared
from core import syncing
from core.access import SYSTEM
from core.figures import KEPT_BY_MUX_D, SETTLES
from core.period import Period, day_of
from core.ports import Services
from sandbox.stack import Stack, query, running_stack, wait_until

SETTLING_D = SETTLES.days + 1
"""Days that each run reads: today, and those that may still change."""

FILL = """
INSERT INTO mux_admin.lesson_days (lesson_id, day, mux_views, mux_watch_ms, mux_playing_ms, mux_whole_ms,
    own_learners, own_watch_ms, own_finished, views, watch_ms, joined)
SELECT n::text, %s::date, v, v * 60000, v * 50000, v * 100000, v, v * 30000, v / 2, v, v * 60000, 'mux'
FROM generate_series(1, %s) AS n, LATERAL (SELECT 1 + (n * 7919) %% 20 AS v) AS x
"""
LAST = date(2026, 10, 1)


PERIODS = (Period.WEEK, Period.FOUR_WEEKS)


def measure(*, quick: bool) -> Iterator[Claim]:
    rate_per_s = 10.0 if quick else 5.0
    flags = ["--data-per-s", str(rate_per_s), "--history-days", str(KEPT_BY_MUX_D + 1)]
    env = {"MUX_DATA_PER_S": str(rate_per_s)}
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(Path(folder), mux_flags=flags, **env) as stack,
    ):
        services = prepared(stack)
        days, assets = (6, 150) if quick else (KEPT_BY_MUX_D, 1_000)
        yield from _reading(stack, services, days=days, assets=assets, rate_per_s=rate_per_s)
        yield from _asking(stack, services, quick=quick)


def _reading(
    stack: Stack, services: Services, *, days: int, assets: int, rate_per_s: float
) -> Iterator[Claim]:
    """Some days that were never read, with a kill on the way."""
    today = day_of(services.clock(), services.settings.school_timezone)
    first = today - timedelta(days=days - 1)
    calls.be_read(stack, today - timedelta(days=KEPT_BY_MUX_D), first - timedelta(days=1))
    calls.keep_periods(services, today)
    _add_assets(stack, assets)
    _read_until_killed(stack, days=days // 2)
    before, began, before_mb = calls.asked(stack), time.perf_counter(), peak_mb()
    syncing.sync(by=SYSTEM, services=services)
    per_s = (calls.asked(stack) - before) / (time.perf_counter() - began)
    grown_mb = peak_mb() - before_mb
    asked, pages = calls.asked(stack), calls.of_days(stack, first)
    quality = calls.of_quality_days(stack, first)
    twice = calls.of_days(stack, today - timedelta(days=SETTLING_D - 1)) + pages / days
    before = calls.asked(stack)
    syncing.sync(by=SYSTEM, services=services)
    again = (calls.asked(stack) - before) / calls.of_days(stack, today - timedelta(days=SETTLING_D - 1))
    beside = (
        f"{days} days, {assets:,} assets: {asked:,} calls for {pages + quality:,} pages, {per_s:.2f} a second"
    )
    yield Claim(
        name="first fill / limit of Mux Data", figure=per_s / rate_per_s, unit="×", least=0.9, beside=beside
    )
    beside = f"pages, {quality} of them for quality; days that may change and the one it died in once more"
    figure = asked / (pages + quality + twice)
    yield Claim(
        name="calls, killed once / pages", figure=figure, unit="×", most=1.1, slack=EXACT, beside=beside
    )
    yield _quality(stack, services, today)
    beside = f"{SETTLING_D} days"
    yield Claim(
        name="calls of the next run / pages", figure=again, unit="×", most=1.1, slack=EXACT, beside=beside
    )
    yield Claim(name="memory that a fill takes", figure=grown_mb, unit="MB", most=40)


def _quality(stack: Stack, services: Services, today: date) -> Claim:
    """Of the shorter periods: for a year of so many videos the double makes up views for minutes."""
    calls.forget_periods(stack, PERIODS)
    settling = calls.of_days(stack, today - timedelta(days=SETTLING_D - 1))
    before = calls.asked(stack)
    syncing.sync(by=SYSTEM, services=services)
    asked, pages = calls.asked(stack) - before - settling, calls.of_quality_periods(stack, PERIODS)
    return Claim(
        name="calls for quality / pages",
        figure=asked / pages,
        unit="×",
        most=1.1,
        slack=EXACT,
        beside=f"{asked} calls once a day for periods of {' and '.join(PERIODS)} days",
    )


def _add_assets(stack: Stack, count: int) -> None:
    """Assets with views, in the double's own store: to make them by its API takes a thousand POSTs."""
    now = int(time.time())
    with sqlite3.connect(stack.folder / "mux" / "mux.db", timeout=30) as store:
        for number in range(count):
            asset = {
                "id": f"asset-{number}",
                "status": "ready",
                "created_at": str(now),
                "duration": 300.0,
                "playback_ids": [],
                "tracks": [],
                "meta": {"external_id": f"lesson-{number}"},
            }
            body = json.dumps({"asset": asset, "deleted_at": None, "inputs": []})
            store.execute(
                "INSERT INTO documents (kind, id, body) VALUES ('asset', ?, ?)", (asset["id"], body)
            )


def _read_until_killed(stack: Stack, *, days: int) -> None:
    """Another process reads so many days, and is killed on its way through the next one."""
    reader = stack.part("reader", "cli.py", "sync", "analytics")
    known = int(str(query(stack, "SELECT count(*) FROM mux_admin.figure_days")[0][0]))
    count = "SELECT count(*) >= %s FROM mux_admin.figure_days"
    wait_until(lambda: bool(query(stack, count, known + days)[0][0]), "no days were read", timeout_s=900)
    reader.kill()


def _asking(stack: Stack, services: Services, *, quick: bool) -> Iterator[Claim]:
    """What pages ask of lessons' days, of a teacher's and of the whole school."""
    lessons, days, runs = (1_000, 60, 5) if quick else (10_000, 400, 20)
    for back in range(days):
        calls.query_none(stack, FILL, LAST - timedelta(days=back), lessons)
    calls.query_none(stack, "VACUUM ANALYZE")
    scans = "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'lesson_days'"
    before = int(str(query(stack, scans)[0][0]))
    own = [str(number) for number in range(1, 101)]
    beside = f"{lessons:,} lessons, {days} days"
    for name, ask in _questions(services, own, days).items():
        took_ms = [_timed_ms(ask) for _ in range(runs)]
        yield Claim(
            name=f"{name}, p95",
            figure=percentile(took_ms, 0.95),
            unit="ms",
            most=1_000 if "all" in name else 300,
            slack=TIME,
            beside=f"{beside}, cold {took_ms[0]:.0f} ms",
        )
    time.sleep(1.5)  # the server counts a scan when its session has been idle for a second
    scanned = int(str(query(stack, scans)[0][0])) - before
    yield Claim(name="scans of the whole table", figure=scanned, unit="", most=0, slack=EXACT, beside=beside)


def _questions(services: Services, own: list[str], days: int) -> dict[str, Callable[[], object]]:
    month, whole = LAST - timedelta(days=27), LAST - timedelta(days=days - 1)

    def totals(lessons: list[str] | None, first: date) -> Callable[[], object]:
        def ask() -> object:
            with services.uow("bench.read") as tx:
                return tx.figures.totals(lessons, first, LAST)

        return ask

    def by_lesson(lessons: list[str] | None, first: date) -> Callable[[], object]:
        def ask() -> object:
            with services.uow("bench.read") as tx:
                return tx.figures.by_lesson(lessons, first, LAST)

        return ask

    return {
        "a teacher's days of 4 weeks": totals(own, month),
        "a teacher's lessons of all days": by_lesson(own, whole),
        "the school's days of 4 weeks": totals(None, month),
        "the school's lessons of 4 weeks": by_lesson(None, month),
        "the school's days of all": totals(None, whole),
        "the school's lessons of all days": by_lesson(None, whole),
    }


def _timed_ms(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000
