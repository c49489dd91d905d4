"""Periods of whole days that are looked at, and what changed against the one before.

Pure. A period ends with the last day that is complete: half a day beside whole ones would look like a fall.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

MONTHS_FROM_D = 100
"""Longer periods are told by months, shorter ones by weeks."""


class Period(StrEnum):
    """How many days are looked at."""

    WEEK = "7"
    FOUR_WEEKS = "28"
    QUARTER = "90"
    YEAR = "365"


class Grain(StrEnum):
    """Into what a period is cut, as PostgreSQL names it."""

    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Days of the school, both ends among them."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=number) for number in range(len(self)))

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Days":
        """As many days, up to the day ahead of the first."""
        return Days(first=self.first - timedelta(days=len(self)), last=self.first - timedelta(days=1))

    @property
    def grain(self) -> Grain:
        return Grain.MONTH if len(self) >= MONTHS_FROM_D else Grain.WEEK


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """The day on the school's calendar at this moment."""
    return at.astimezone(zone).date()


def days_of(period: Period, *, now: datetime, read_at: datetime | None, zone: ZoneInfo) -> Days:
    """The days up to the last one that was over when the figures were read.

    >>> from datetime import UTC
    >>> read_at = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # in Berlin it is the 21st
    >>> found = days_of(Period.WEEK, now=read_at, read_at=read_at, zone=ZoneInfo("Europe/Berlin"))
    >>> str(found.first), str(found.last), str(found.before.first), str(found.before.last)
    ('2026-11-14', '2026-11-20', '2026-11-07', '2026-11-13')
    """
    last = day_of(read_at or now, zone) - timedelta(days=1)
    return Days(first=last - timedelta(days=int(period) - 1), last=last)


def pieces(days: Days) -> list[date]:
    """The first days of the weeks or months that a period touches; a week begins on Monday."""
    return list(dict.fromkeys(piece_of(day, days.grain) for day in days))


def piece_of(day: date, grain: Grain) -> date:
    """The first day of its week or month."""
    return day.replace(day=1) if grain is Grain.MONTH else day - timedelta(days=day.weekday())


def change(now: float, before: float) -> float | None:
    """By what share it grew or fell; None where there was nothing to compare with.

    >>> change(150, 100), change(0, 40), change(3, 0)
    (0.5, -1.0, None)
    """
    return now / before - 1 if before else None
