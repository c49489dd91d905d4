"""The page of analytics over days by the million: what it asks, how PostgreSQL reads that, and its reruns."""

import asyncio
import gc
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bench import analytics_school, plans, reruns
from bench.claim import EXACT, TIME, Claim, percentile
from core import viewing
from core.access import SYSTEM, Person, Role
from core.period import Days, Period
from core.ports import Services, Tx
from sandbox.stack import Stack, query

TEACHER = Person(subject="t7", email="", roles=frozenset({Role.TEACHER}), host_user_id="t7")
RERUN_MS, COLD_MS = 300, 1_000
"""What a rerun may take, and each question but the largest; what a look may that finds nothing kept."""

DAY_TABLES = ("asset_days", "lesson_days")
SCANS = "SELECT sum(seq_scan) FROM pg_stat_user_tables WHERE relname = ANY(%s)"
QUERIES = (
    "",
    "days=365",
    "days=7",
    "days=365&order=completion&page=3",
    "days=90",
    "course=8&days=365",
    "order=drop_off",
    "course=8",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Lessons watched on so many days; how often a question is asked; and addresses, how often looked at."""

    lessons: int
    days: int
    asked: int
    addresses: int
    runs: int


FULL = Scale(lessons=10_000, days=400, asked=20, addresses=len(QUERIES), runs=15)
QUICK = Scale(lessons=1_000, days=40, asked=3, addresses=2, runs=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a page asks, and how long that may take."""

    name: str
    most_ms: float
    ask: Callable[[], object]


def claims(stack: Stack, services: Services, scale: Scale) -> Iterator[Claim]:
    last = analytics_school.fill(stack, services, lessons=scale.lessons, days=scale.days)
    gc.freeze()  # as the dashboard does: else each fifth question waits for a look over all that is loaded
    beside = f"{scale.lessons:,} lessons, {scale.days} days"
    before = _scans(stack)
    asked = questions(services, last, scale.days)
    for one in asked:
        yield _timed(one, scale.asked, beside)
    yield _plans(asked)
    yield from _looks(stack, scale, beside)
    for part in stack.parts.values():
        part.stop()  # a server counts a scan at the latest when its session ends
    yield Claim(
        name="scans of all lessons' or assets' days",
        figure=_scans(stack) - before,
        unit="",
        most=0,
        slack=EXACT,
        beside="by the page and all questions",
    )


def questions(services: Services, last: date, days: int) -> Sequence[Question]:
    """Of a teacher and of the whole school."""
    month = Days(first=last - timedelta(days=27), last=last)
    whole = Days(first=last - timedelta(days=days - 1), last=last)
    own = [str(number) for number in range(1, 101)]

    def of_figures(read: Callable[[Tx], object]) -> Callable[[], object]:
        def ask() -> object:
            with services.uow("bench.read") as tx:
                return read(tx)

        return ask

    def overview(period: Period, by: Person) -> Callable[[], object]:
        return lambda: viewing.overview(period, by=by, services=services)

    def by_day(lessons: Sequence[str] | None, of: Days) -> Callable[[], object]:
        return of_figures(lambda tx: tx.figures.totals(lessons, of.first, of.last))

    def by_lesson(lessons: Sequence[str] | None, of: Days) -> Callable[[], object]:
        return of_figures(lambda tx: tx.figures.by_lesson(lessons, of.first, of.last))

    found = {
        "a teacher's days of 4 weeks": (RERUN_MS, by_day(own, month)),
        "a teacher's lessons of all days": (RERUN_MS, by_lesson(own, whole)),
        "the school's days of all": (RERUN_MS, by_day(None, whole)),
        "the school's lessons of 4 weeks": (RERUN_MS, by_lesson(None, month)),
        "the school's lessons of all days": (COLD_MS, by_lesson(None, whole)),
        "a teacher's overview of a year": (COLD_MS, overview(Period.YEAR, TEACHER)),
        "the school's overview of 4 weeks": (COLD_MS, overview(Period.FOUR_WEEKS, SYSTEM)),
        "the school's overview of a year": (COLD_MS, overview(Period.YEAR, SYSTEM)),
    }
    return [Question(name=name, most_ms=most_ms, ask=ask) for name, (most_ms, ask) in found.items()]


def _timed(one: Question, times: int, beside: str) -> Claim:
    took_ms = [_ms(one.ask) for _ in range(times)]
    p95_ms = percentile(took_ms, 0.95)
    beside = f"{beside}, first {took_ms[0]:.0f} ms"
    return Claim(
        name=f"{one.name}, p95", figure=p95_ms, unit="ms", most=one.most_ms, slack=TIME, beside=beside
    )


def _plans(asked: Collection[Question]) -> Claim:
    found = [plans.looks(one.ask) for one in asked]
    of_days = [look for _, looks in found for look in looks if look.table.endswith(("_days", "_weeks"))]
    indexes = sorted({look.index for look in of_days if look.index})
    return Claim(
        name="plans without an index of days",
        figure=sum(not look.index for look in of_days if look.table in DAY_TABLES),
        unit="",
        most=0,
        slack=EXACT,
        beside=f"{sum(count for count, _ in found)} questions, days by {', '.join(indexes)}",
    )


def _looks(stack: Stack, scale: Scale, beside: str) -> Iterator[Claim]:
    queries = QUERIES[: scale.addresses]
    stack.postgres.stop()
    stack.postgres.start()
    port = reruns.dashboard(stack)
    cold = asyncio.run(reruns.first_looks(port, "analytics", queries, warmed_by="course=none"))
    yield Claim(
        name="analytics page, slowest first look",
        figure=max(one.ms for one in cold),
        unit="ms",
        most=COLD_MS,
        slack=TIME,
        beside=f"{beside}, {len(cold)} addresses, database just started",
    )
    yield from reruns.claims(
        "analytics", queries, port=port, runs=scale.runs, most=8, most_ms=RERUN_MS, beside=beside
    )


def _scans(stack: Stack) -> int:
    return int(str(query(stack, SCANS, list(DAY_TABLES))[0][0]))


def _ms(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000
