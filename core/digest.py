"""The weekly digest: which week it tells of, to whom, and what became of each person's letter.

Pure.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from core.lesson_day import Ranking
from core.period import Days, day_of
from core.viewings import Overview, Watched

SENT_FROM = time(6)
"""On Monday by the school's clocks; later where the figures are late."""

MOST_WATCHED = 5
MOST_REMARKS = 5
WEEK = re.compile(r"(\d{4})-W(\d{2})")


class DigestState(StrEnum):
    """What became of a person's letter."""

    SENDING = "sending"
    """Begun, and its end was never heard of: it may have arrived, so it is not sent again."""
    SENT = "sent"
    EMPTY = "empty"
    """There was nothing to tell."""
    PUT_OFF = "put_off"
    """It was certainly not taken, and is tried again."""
    REFUSED = "refused"
    """It was certainly not taken, and would not be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What one person is told of a week: of the whole school, or of their own lessons."""

    found: Overview
    titles: Mapping[str, str]
    is_school: bool

    @property
    def week(self) -> Days:
        return self.found.days

    @property
    def is_empty(self) -> bool:
        """Nothing was watched in this week or the one before, and nothing waits to be."""
        return not (self.found.lessons or self.found.before.lessons or self.found.unwatched)

    @property
    def most_watched(self) -> Sequence[Watched]:
        """Those of few views are not told of."""
        return [one for one in self.found.ranked(Ranking.WATCH) if one.now][:MOST_WATCHED]

    @property
    def named(self) -> Sequence[str]:
        """The lessons whose titles are needed."""
        told = (one.lesson_id for one in self.found.remarks[:MOST_REMARKS])
        return [*dict.fromkeys((*(one.lesson_id for one in self.most_watched), *told))]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestWeek:
    """What became of the letters of a week, and the trouble that was met last."""

    week: Days
    counts: Mapping[DigestState, int] = field(default_factory=dict)
    error: str | None = None


class Digests(Protocol):
    """`mux_admin.digests`, one row for each person and week."""

    def settled(self, week: date) -> Collection[str]:
        """Ids of those whose letter of the week that begins then is not to be begun (any more)."""

    def begin(self, week: date, user_id: str, *, at: datetime) -> bool:
        """Note that the letter is being sent; False where it was begun before."""

    def settle(
        self, week: date, user_id: str, state: DigestState, *, at: datetime, error: str | None = None
    ) -> None:
        """Note what became of it."""

    def newest(self) -> DigestWeek | None:
        """The last week of which letters were begun; None where none ever was."""


def last_week(now: datetime, zone: ZoneInfo) -> Days:
    """The last whole week, Monday to Sunday, by the school's calendar.

    >>> from datetime import UTC
    >>> sunday_night = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # in Berlin it is Monday
    >>> found = last_week(sunday_night, ZoneInfo("Europe/Berlin"))
    >>> str(found.first), str(found.last)
    ('2026-11-16', '2026-11-22')
    """
    today = day_of(now, zone)
    return week_from(today - timedelta(days=today.weekday() + 7))


def is_time(now: datetime, zone: ZoneInfo) -> bool:
    """Whether letters of the last week may leave: not in the night to Monday."""
    here = now.astimezone(zone)
    return here.weekday() > 0 or here.time() >= SENT_FROM


def week_named(name: str) -> Days | None:
    """The week of an ISO name; None where there is no such week.

    >>> str(week_named("2026-W47").first), week_named("2026-W54"), week_named("47")
    ('2026-11-16', None, None)
    """
    found = WEEK.fullmatch(name)
    if not found:
        return None
    try:
        return week_from(date.fromisocalendar(int(found[1]), int(found[2]), 1))
    except ValueError:
        return None


def name_of(week: Days) -> str:
    """
    >>> name_of(Days(first=date(2026, 11, 16), last=date(2026, 11, 22)))
    '2026-W47'
    """
    year, number, _ = week.first.isocalendar()
    return f"{year}-W{number:02}"


def week_from(monday: date) -> Days:
    """The week that begins on this day."""
    return Days(first=monday, last=monday + timedelta(days=6))
