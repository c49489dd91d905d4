"""The words for how lessons are watched."""

from collections.abc import Collection, Mapping
from datetime import date

from core.attention import FEWEST_TOLD, fewer
from core.lesson_day import Ranking
from core.period import Days, Grain, Period
from core.phrases import GONE as GONE
from core.phrases import MINUS as MINUS
from core.phrases import change as change
from core.phrases import day as day
from core.phrases import span as span
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


def learners(count: int) -> str:
    """Few of them are told as few, so that nobody is known by a count.

    >>> learners(0), learners(3), learners(12)
    ('0', 'fewer than 5', '12')
    """
    return f"fewer than {FEWEST_TOLD}" if fewer(count) is None else formats.number(count)
