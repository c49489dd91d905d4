"""The words for how lessons are watched."""

from collections.abc import Collection, Mapping
from datetime import date

from core.few import FEWEST_TOLD, fewer
from core.lesson_day import Ranking
from core.lesson_day_told import Told
from core.period import Days, Grain, Period
from core.period import change as change_of
from core.phrases import FEW as FEW
from core.phrases import GONE as GONE
from core.phrases import MINUS as MINUS
from core.phrases import change as change
from core.phrases import day as day
from core.phrases import span as span
from core.phrases import views as views
from core.phrases import watched as watched
from core.viewings import Overview
from dashboard import formats

PERIOD: Mapping[Period, str] = {
    Period.WEEK: "7 days",
    Period.FOUR_WEEKS: "28 days",
    Period.QUARTER: "90 days",
    Period.YEAR: "A year",
}

ORDER: Mapping[Ranking, str] = {
    Ranking.WATCH: "Longest watched",
    Ranking.VIEWS: "Most views",
    Ranking.COMPLETION: "Watched furthest",
    Ranking.DROP_OFF: "Left earliest",
}

GRAIN: Mapping[Grain, str] = {Grain.WEEK: "week", Grain.MONTH: "month"}

LESSON_PAGE = "lesson_analytics.py"
FEW_IS = f"fewer than {FEWEST_TOLD} views, and the next larger figure where the sum would give those away"


def compared(found: Overview) -> str:
    """With what the period is compared, or why with nothing."""
    if found.is_compared:
        return f"compared with the {len(found.days)} days before"
    first = min(found.known, default=None)
    return f"not compared: figures begin on {day(first)} {first.year}" if first else "not compared"


def gaps(days: Days, known: Collection[date]) -> str:
    """Of how many days nothing is known, as a sentence behind others; "" where all are.

    >>> gaps(Days(first=date(2026, 11, 12), last=date(2026, 11, 18)), [date(2026, 11, 18)])
    ' Of 6 of 7 days there are no figures.'
    """
    unknown = sum(day not in known for day in days)
    return f" Of {unknown} of {len(days)} days there are no figures." if unknown else ""


def count(views: int | None) -> str:
    """
    >>> count(1200), count(None)
    ('1,200', 'few')
    """
    return FEW if views is None else formats.number(views)


def watch_time(ms: float | None) -> str:
    """Of few views nothing is told.

    >>> watch_time(90_000), watch_time(None)
    ('1 min 30 s', '–')
    """
    return formats.NOTHING if ms is None else watched(ms)


def each(watch_ms: float | None, views: int | None) -> float | None:
    """How long a view lasts, in milliseconds; None of few views.

    >>> each(90_000, 3), each(0, 0), each(None, None)
    (30000.0, 0.0, None)
    """
    if watch_ms is None or views is None:
        return None
    return watch_ms / views if views else 0.0


def changed(now: float | None, before: float | None) -> float | None:
    """By what share it grew or fell; None where either is not told, or there was nothing before."""
    return None if now is None or before is None else change_of(now, before)


def few_cells(count: int, unit: str = "day") -> str:
    """Why days are missing, as a sentence behind others; "" where none is.

    >>> few_cells(0), few_cells(2)[:41]
    ('', ' 2 days of few views are left out: fewer ')
    """
    verb = "is" if count == 1 else "are"
    return f" {formats.counted(count, unit)} of few views {verb} left out: {FEW_IS}." if count else ""


HOVER: Mapping[bool, str] = {False: "%a %-d %b %Y", True: "week from %-d %b %Y"}
"""How a chart tells a day, and a week."""


def unit(told: Told) -> str:
    """Of what its cells are."""
    return "week" if told.is_weekly else "day"


def one_by_one(told: Told) -> str:
    """The heading above them."""
    return f"{unit(told).capitalize()} by {unit(told)}"


def on(cell: date, told: Told) -> str:
    """On a day, or in a week."""
    return f"in the week from {day(cell)}" if told.is_weekly else f"on {day(cell)}"


def by_weeks(told: Told) -> str:
    """Why there are no days, as a sentence behind others."""
    cut = "the period may cut the first and the last"
    return f" By weeks, because most days have few views; {cut}." if told.is_weekly else ""


def learners(count: int) -> str:
    """Few of them are told as few, so that nobody is known by a count.

    >>> learners(0), learners(3), learners(12)
    ('0', 'fewer than 5', '12')
    """
    return f"fewer than {FEWEST_TOLD}" if fewer(count) is None else formats.number(count)
