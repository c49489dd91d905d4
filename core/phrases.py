"""Numbers with their units, days and changes in words: the same on pages and in letters.

Pure.
"""

from datetime import date
from decimal import Decimal

from core.attention import Concern, Remark
from core.period import Days

MINUTE_S, HOUR_S, DAY_S = 60, 3_600, 86_400
HOUR_MS = 3_600_000
LONG_MS = 10 * HOUR_MS
"""From here on minutes say nothing."""

MANY_TIMES = 2.0
"""From here on a factor is easier to read than a percentage."""

NOTHING = "–"
"""Stands where there is no value, in lists too."""

FEW = "few"
"""Stands where there are fewer than five, or what would tell of these."""

MINUS = "\N{MINUS SIGN}"
GONE = "A lesson that is gone"


def shortened(text: str, most: int) -> str:
    """As much of a title as there is room for, on one line.

    >>> shortened("Sets and  functions", 40), shortened("Sets and functions", 6)
    ('Sets and functions', 'Sets…')
    """
    whole = " ".join(text.split())
    return whole if len(whole) <= most else f"{whole[: most - 1].rstrip()}…"


def number(value: float) -> str:
    """
    >>> number(1234)
    '1,234'
    """
    return f"{value:,.0f}"


def counted(count: int, thing: str, things: str | None = None) -> str:
    """
    >>> counted(1, "video"), counted(1200, "video"), counted(2, "batch", "batches")
    ('1 video', '1,200 videos', '2 batches')
    """
    return f"{number(count)} {thing if count == 1 else things or thing + 's'}"


def views(count: int | None) -> str:
    """
    >>> views(1), views(None)
    ('1 view', 'few views')
    """
    return f"{FEW} views" if count is None else counted(count, "view")


def percent(share: float) -> str:
    """
    >>> percent(0.05), percent(0.613), percent(12.34)
    ('5 %', '61 %', '1,234 %')
    """
    return f"{share * 100:,.0f} %"


def usd(amount: Decimal) -> str:
    """
    >>> usd(Decimal("1234.5")), usd(Decimal(-20))
    ('$1,234.50', '−$20.00')
    """
    return f"{MINUS if amount < 0 else ''}${abs(amount):,.2f}"


def duration(duration_s: float) -> str:
    """The two largest units.

    >>> duration(0), duration(42.4), duration(100), duration(15_120), duration(183_600)
    ('0 s', '42 s', '1 min 40 s', '4 h 12 min', '2 d 3 h')
    """
    seconds = round(duration_s)
    if seconds < MINUTE_S:
        return f"{seconds} s"
    if seconds < HOUR_S:
        return _two(seconds, MINUTE_S, "min", 1, "s")
    if seconds < DAY_S:
        return _two(seconds, HOUR_S, "h", MINUTE_S, "min")
    return _two(seconds, DAY_S, "d", HOUR_S, "h")


def _two(seconds: int, large_s: int, large: str, small_s: int, small: str) -> str:
    first, rest = divmod(seconds, large_s)
    second = rest // small_s
    return f"{number(first)} {large} {second} {small}" if second else f"{number(first)} {large}"


def day(one: date) -> str:
    """
    >>> day(date(2026, 11, 12))
    'Thu 12 Nov'
    """
    return f"{one:%a} {one.day} {one:%b}"


def full_date(one: date) -> str:
    """One that may be of another year.

    >>> full_date(date(2026, 1, 5))
    '5 January 2026'
    """
    return f"{one.day} {one:%B %Y}"


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
        return NOTHING
    if share >= MANY_TIMES:
        return f"× {share + 1:.1f}"
    if not round(share * 100):
        return "±0 %"
    sign = "+" if share > 0 else MINUS
    return f"{sign}{abs(share) * 100:.0f} %"


def watched(ms: float) -> str:
    """Never in days: nobody watches by day and night.

    >>> watched(15_120_000), watched(2_955_600_000)
    ('4 h 12 min', '821 h')
    """
    if ms >= LONG_MS:
        return f"{number(ms / HOUR_MS)} h"
    return duration(ms / 1000)


def concern(one: Remark, title: str, days: Days) -> str:
    """What is the matter with a lesson, with the figure behind it."""
    watched_by = views(one.views)
    if one.concern is Concern.FELL:
        return f"{title} had {watched_by}, after {number(one.views_before)} in the {len(days)} days before."
    if one.concern is Concern.REWATCHED:
        return f"{title} is much rewatched: whoever watches it on a day has {one.each:.1f} views that day."
    if one.starts:
        failed = f"{number(one.starts.failed)} of {counted(one.starts.views, 'view')}"
        return f"{title} often does not start: {failed} at Mux failed before the first picture."
    if one.left is not None:
        gone = percent(1 - one.left)
        return f"{title} is left early: by its curve {gone} are gone after the first tenth (of {watched_by})."
    share = percent(one.completion or 0.0)
    return f"{title} is left early: a view plays {share} of it on average (an estimate from {watched_by})."
