"""Numbers with their units and words as they are, as the pages write them."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from core.bill import CENT
from core.phrases import DAY_S, HOUR_S, MINUTE_S
from core.phrases import NOTHING as NOTHING
from core.phrases import counted as counted
from core.phrases import duration as duration
from core.phrases import number as number
from core.phrases import percent as percent
from core.phrases import shortened as shortened
from core.phrases import usd as usd

SIZE_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")

MARKS = re.compile(r"[\\`*\[\]<>$~|&]|^[#+\-=]|(?<![^\W_])_|_(?![^\W_])")
ORDERED = re.compile(r"^(\d+)([.)])")
READ_LATER = re.compile(
    r"(?<=:)(?=[^\s\d])|(?<=\bwww)(?=\.)|(?<=\S@)(?=\S)|(?<!\S)(?=(?:<->?|->|--|[<>~]=)(?!\S))",
    re.IGNORECASE,
)
"""Where addresses, icons, colours and arrows begin. Streamlit looks for them after the escapes are gone."""

JOINER = "\u2060"
"""Takes no room, breaks no line, and parts what would be read as one."""


def literal(text: str) -> str:
    """Somebody else's words (a title, a name, Mux's message) for a line of Markdown: shown, never obeyed.

    >>> literal("a_b _c_ [logic]"), literal("1. Start"), literal("14:05")
    ('a_b \\\\_c\\\\_ \\\\[logic\\\\]', '1\\\\. Start', '14:05')
    """
    parted = READ_LATER.sub(JOINER, " ".join(text.split()))
    return ORDERED.sub(r"\1\\\2", MARKS.sub(r"\\\g<0>", parted))


def named(text: str, most: int = 60) -> str:
    """Somebody else's name of something within a line of Markdown, as much of it as there is room for.

    >>> named("Sets _and_ maps", 11)
    'Sets \\\\_and\\\\_…'
    """
    return literal(shortened(text, most))


def size(size_bytes: float) -> str:
    """Decimal units, three figures.

    >>> size(0), size(999), size(84_120_000), size(3_200_000_000)
    ('0 B', '999 B', '84 MB', '3.2 GB')
    """
    power = 0
    while size_bytes >= 999.5 and power < len(SIZE_UNITS) - 1:
        size_bytes /= 1000
        power += 1
    small = power > 0 and size_bytes < 9.95
    return f"{size_bytes:.1f} {SIZE_UNITS[power]}" if small else f"{size_bytes:.0f} {SIZE_UNITS[power]}"


def clock(duration_s: float | None) -> str:
    """The length of one video.

    >>> clock(724), clock(3_725), clock(None)
    ('12:04', '1:02:05', '–')
    """
    if duration_s is None:
        return NOTHING
    minutes, seconds = divmod(round(duration_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def price(amount: Decimal) -> str:
    """What something is likely to cost.

    >>> price(Decimal("1.50")), price(Decimal("0.004"))
    ('$1.50', 'less than a cent')
    """
    return usd(amount) if amount >= CENT else "less than a cent"


def rate(per_s: float) -> str:
    """
    >>> rate(0.98), rate(12.0), rate(float("inf"))
    ('0.98/s', '12/s', 'no limit')
    """
    if per_s == float("inf"):
        return "no limit"
    return f"{per_s:.2f}/s" if per_s < 9.95 else f"{per_s:.0f}/s"


def moment(at: datetime, *, zone: str = "UTC", now: datetime | None = None) -> str:
    """A point in time in the reader's zone; the year where it is another one.

    >>> moment(datetime(2026, 11, 12, 13, 5, tzinfo=UTC), zone="Europe/Berlin",
    ...        now=datetime(2026, 11, 21, tzinfo=UTC))
    '12 Nov, 14:05'
    """
    local = at.astimezone(_zone(zone))
    year = "" if local.year == (now or datetime.now(UTC)).year else f" {local.year}"
    return f"{local.day} {local:%b}{year}, {local:%H:%M}"


def ago(at: datetime, *, zone: str = "UTC", now: datetime | None = None) -> str:
    """Relative under a day, else the moment.

    >>> from datetime import timedelta
    >>> noon = datetime(2026, 11, 12, 12, 0, tzinfo=UTC)
    >>> ago(noon, now=noon + timedelta(minutes=12)), ago(noon, now=noon + timedelta(days=2))
    ('12 min ago', '12 Nov, 12:00')
    """
    now = now or datetime.now(UTC)
    seconds = (now - at).total_seconds()
    if seconds >= DAY_S or seconds < -MINUTE_S:
        return moment(at, zone=zone, now=now)
    if seconds < MINUTE_S:
        return "just now"
    whole = seconds // HOUR_S * HOUR_S if seconds >= HOUR_S else seconds // MINUTE_S * MINUTE_S
    return f"{duration(whole)} ago"


def actor(name: str) -> str:
    """Whoever did something, as the audit names them.

    >>> actor("dana"), actor("cli:dana"), actor("api-key")
    ('dana', 'dana (command line)', 'the API key')
    """
    shell = name.removeprefix("cli:")
    if shell != name:
        return f"{shell} (command line)"
    return "the API key" if name == "api-key" else name


def reader_zone() -> str:
    """The time zone of the browser; UTC where it does not say."""
    return st.context.timezone or "UTC"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
