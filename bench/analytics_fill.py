"""What it costs to read Mux Data: a first fill with a kill on the way, and the first run of a day."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bench import analytics_assets as made
from bench import analytics_calls as calls
from bench.claim import EXACT, Claim, peak_mb
from core import syncing
from core.access import SYSTEM
from core.figures import KEPT_BY_MUX_D, SETTLES
from core.period import Period, day_of
from core.ports import Services
from sandbox.stack import Stack, query, wait_until

SETTLING_D = SETTLES.days + 1
"""Days that each run reads: today, and those that may still change."""

ASSETS_OF = "SELECT count(*) FROM mux_admin.asset_days WHERE day = %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Calls a second that Mux Data allows; days to be read, with so many assets viewed on each; how many more
    are viewed on one day; and of which periods quality is asked."""

    rate_per_s: float
    days: int
    assets: int
    of_a_large_day: int
    periods: Sequence[Period]


def stack(scale: Scale) -> dict[str, Any]:
    """What the stack is started with."""
    rate = str(scale.rate_per_s)
    flags = ["--data-per-s", rate, "--history-days", str(made.HISTORY_D), "--seed", str(made.SEED)]
    return {"mux_flags": flags, "MUX_DATA_PER_S": rate}


def claims(stack: Stack, services: Services, scale: Scale) -> Iterator[Claim]:
    today = day_of(services.clock(), services.settings.school_timezone)
    settling = today - timedelta(days=SETTLING_D - 1)
    names = made.always_watched(scale.assets + scale.of_a_large_day)
    made.add(stack, names[: scale.assets])
    yield from _first_fill(stack, services, scale, today=today, settling=settling)
    made.add(stack, names[scale.assets :], day=today - timedelta(days=1))
    yield _next_day(stack, services, scale, today=today, settling=settling)


def _first_fill(
    stack: Stack, services: Services, scale: Scale, *, today: date, settling: date
) -> Iterator[Claim]:
    """Some days that were never read, with a kill on the way."""
    first = today - timedelta(days=scale.days - 1)
    calls.be_read(stack, today - timedelta(days=KEPT_BY_MUX_D), first - timedelta(days=1))
    calls.keep_periods(services, today)
    _read_until_killed(stack, days=scale.days // 3)
    died_after = calls.read_since(stack, first)
    calls.grow_old(stack, settling)
    before, before_mb = calls.asked(stack), peak_mb()
    took_s = _sync_s(services)
    asked = calls.asked(stack)
    pages = calls.of_days(stack, calls.read_since(stack, first))
    quality = calls.of_quality_days(stack, first)
    again = calls.of_days(stack, [day for day in died_after if day >= settling])
    yield _rate(asked - before, took_s, scale)
    yield Claim(
        name="calls beyond the pages, killed once",
        figure=asked - pages - quality - again,
        unit="",
        most=calls.of_one_day(stack, first),
        slack=EXACT,
        beside=f"pages of the day it died in: of {asked:,} calls {pages:,} for pages of {scale.days} days, "
        f"{again} for those again that may change, {quality} for quality",
    )
    yield Claim(name="memory that a fill takes", figure=peak_mb() - before_mb, unit="MB", most=40)


def _rate(made_calls: int, took_s: float, scale: Scale) -> Claim:
    per_s = made_calls / took_s
    return Claim(
        name="first fill / limit of Mux Data",
        figure=per_s / scale.rate_per_s,
        unit="×",
        least=0.9,
        beside=f"{scale.days} days, {scale.assets:,} assets viewed on each: {per_s:.2f} a second",
    )


def _next_day(stack: Stack, services: Services, scale: Scale, *, today: date, settling: date) -> Claim:
    """Days that may change are read, on one of which very many assets were viewed, and quality of periods."""
    calls.forget_periods(stack, scale.periods)
    calls.grow_old(stack, settling)
    before = calls.asked(stack)
    _sync_s(services)
    asked = calls.asked(stack) - before
    pages = calls.of_days(stack, calls.read_since(stack, settling))
    quality = calls.of_quality_periods(stack, scale.periods)
    large = int(str(query(stack, ASSETS_OF, today - timedelta(days=1))[0][0]))
    assert large == scale.assets + scale.of_a_large_day, f"{large:,} assets were kept of the large day"
    return Claim(
        name="calls of the next run beyond its pages",
        figure=asked - pages - quality,
        unit="",
        most=0,
        slack=EXACT,
        beside=f"of {asked} calls {pages} for {SETTLING_D} days, {large:,} assets viewed on one of them, "
        f"{quality} for quality of {' and '.join(scale.periods)} days",
    )


def _sync_s(services: Services) -> float:
    began = time.perf_counter()
    syncing.sync(by=SYSTEM, services=services)
    return time.perf_counter() - began


def _read_until_killed(stack: Stack, *, days: int) -> None:
    """Another process reads so many days, and is killed on its way through the next one."""
    reader = stack.part("reader", "cli.py", "sync", "analytics")
    known = int(str(query(stack, "SELECT count(*) FROM mux_admin.figure_days")[0][0]))
    count = "SELECT count(*) >= %s FROM mux_admin.figure_days"
    wait_until(lambda: bool(query(stack, count, known + days)[0][0]), "no days were read", timeout_s=900)
    reader.kill()
