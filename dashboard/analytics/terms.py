"""The words for how lessons are watched."""

from collections.abc import Mapping
from datetime import date

from core.attention import FEWEST_TOLD, fewer
from core.lesson_day import Ranking
from core.period import Days, Grain, Period
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

HOUR_MS = 3_600_000
LONG_MS = 10 * HOUR_MS
"""From here on minutes say nothing."""

MINUS = "\N{MINUS SIGN}"
GONE = "A lesson that is gone"
LESSON_PAGE = "lesson_analytics.py"


def day(one: date) -> str:
    """
    >>> day(date(2026, 11, 12))
    'Thu 12 Nov'
    """
    return f"{one:%a} {one.day} {one:%b}"


def span(days: Days) -> str:
    """
    >>> span(Days(first=date(2026, 11, 12), last=date(2026, 11, 18)))
    '12 Nov to 18 Nov 2026'
    >>> span(Days(first=date(2025, 11, 19), last=date(2026, 11, 18)))
    '19 Nov 2025 to 18 Nov 2026'
    """
    year = f" {days.first.year}" if days.first.year != days.last.year else ""
    return f"{days.first.day} {days.first:%b}{year} to {days.last.day} {days.last:%b} {days.last.year}"


def change(share: float | None) -> str:
    """
    >>> change(0.124), change(-0.5), change(0.0), change(None), change(1.5), change(11.5)
    ('+12 %', '−50 %', '±0 %', '–', '+150 %', '× 12.5')
    """
    if share is None:
        return formats.NOTHING
    if share >= MANY_TIMES:
        return f"× {share + 1:.1f}"
    if not round(share * 100):
        return "±0 %"
    sign = "+" if share > 0 else MINUS
    return f"{sign}{abs(share) * 100:.0f} %"


MANY_TIMES = 2.0
"""From here on a factor is easier to read than a percentage."""


def watched(ms: float) -> str:
    """Never in days: nobody watches by day and night.

    >>> watched(15_120_000), watched(2_955_600_000)
    ('4 h 12 min', '821 h')
    """
    if ms >= LONG_MS:
        return f"{formats.number(ms / HOUR_MS)} h"
    return formats.duration(ms / 1000)


def learners(count: int) -> str:
    """Few of them are told as few, so that nobody is known by a count.

    >>> learners(0), learners(3), learners(12)
    ('0', 'fewer than 5', '12')
    """
    return f"fewer than {FEWEST_TOLD}" if fewer(count) is None else formats.number(count)
