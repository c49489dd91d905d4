"""Figures: what Mux Data measured of each asset on each day of the school, and which days are to be read.

Pure. Mux keeps its figures for 100 days and counts a view to the day on which it began. A view is final an
hour after its end, and comes late where a device was offline: so the last days are read again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from core.lesson_day import LessonDays
from core.lesson_day_asset import LessonAssets
from core.own_progress import OwnProgress
from core.period import Days, Period, day_of, days_of
from core.school_figures import SchoolTable

PAGE = 100
"""Rows in an answer, the most that Mux gives."""

KEPT_BY_MUX_D = 100
SETTLES = timedelta(days=3)
"""After its end, the figures of a day are read anew for so long."""

LATELY = timedelta(minutes=50)
"""A day that was read within it comes last: shorter than the hour after which days are read again."""


class Metric(StrEnum):
    """What is asked of Mux Data. Views carry watch and playing time; viewers of days do not add up, so they
    are a figure of their own."""

    VIEWS = "views"
    VIEWERS = "unique_viewers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row of a breakdown: `field` is the value of the dimension, None where Mux knows none."""

    field: str | None
    value: float | None
    views: int
    watch_ms: int
    playing_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FigurePage:
    """A page of a breakdown, and how many rows there are in all."""

    rows: Sequence[Figure]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Epoch seconds; the end is not in it."""

    start_s: int
    end_s: int


class DataHost(Protocol):
    """Mux Data; raises as `core.ports.VideoHost` does, and waits for the slots that Data has of its own."""

    def breakdown(self, metric: Metric, *, group_by: str, span: Span, page: int, limit: int) -> FigurePage:
        """Page `page` (from 1) of the metric by each value of a dimension, in the order of the values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetDay:
    """What was watched of one asset on one day of the school. `viewers` does not add up over days."""

    asset_id: str
    day: date
    views: int
    viewers: int
    watch_ms: int
    playing_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoIdDay:
    """Views on one day of the school whose player said which video it was: ours say the lesson's id."""

    video_id: str
    day: date
    views: int
    watch_ms: int
    playing_ms: int


class Outcome(StrEnum):
    """What became of a run; the last of each is kept."""

    READ = "read"
    """The days were read. What they are as of is when it began: a day may have ended meanwhile."""
    FAILED = "failed"
    """Days are missing."""
    PARTLY = "partly"
    """The days were read, and something beside them went wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How far the figures go. `tried_at` is later than `read_at` where the last try failed, for the reason in
    `error`; `final_to` is the last day that does not change any more. `is_partly`: the days came, and `error`
    is of something beside them."""

    read_at: datetime | None = None
    tried_at: datetime | None = None
    error: str | None = None
    hint: str = ""
    is_partly: bool = False
    final_to: date | None = None

    def days(self, period: Period, *, now: datetime, zone: ZoneInfo) -> Days:
        """The days of a period of which figures are told: up to the last whole one that was read."""
        return days_of(period, now=now, read_at=self.read_at, zone=zone)


class Figures(LessonDays, LessonAssets, OwnProgress, SchoolTable, Protocol):
    """`mux_admin.asset_days`, `video_id_days`, `figure_days` and `figure_reads`, and those of lessons."""

    def put_day(
        self,
        day: date,
        rows: Sequence[AssetDay],
        *,
        read_at: datetime,
        named: Sequence[VideoIdDay] = (),
    ) -> None:
        """Have exactly these rows for the day. Safe to repeat."""

    def read_days(self, *, since: date) -> Mapping[date, datetime]:
        """Days that were read, with the last time."""

    def note_read(
        self, at: datetime, outcome: Outcome = Outcome.READ, *, error: str | None = None, hint: str = ""
    ) -> None:
        """A read of what was due ended so."""

    def freshness(self, zone: ZoneInfo) -> Freshness:
        """How far the figures go, with the days counted in this zone."""


def span_of(day: date, zone: ZoneInfo) -> Span:
    """The day as the school's clocks count it: 23 or 25 hours where they change.

    >>> berlin = ZoneInfo("Europe/Berlin")
    >>> [(span_of(day, berlin).end_s - span_of(day, berlin).start_s) // 3600
    ...  for day in (date(2026, 3, 29), date(2026, 7, 1), date(2026, 10, 25))]
    [23, 24, 25]
    """
    start, end = (datetime.combine(one, time.min, zone) for one in (day, day + timedelta(days=1)))
    return Span(start_s=int(start.timestamp()), end_s=int(end.timestamp()))


def span_over(days: Days, zone: ZoneInfo) -> Span:
    """All of these days."""
    return Span(start_s=span_of(days.first, zone).start_s, end_s=span_of(days.last, zone).end_s)


def is_final(day: date, *, read_at: datetime, zone: ZoneInfo) -> bool:
    """Whether what was read then does not change any more."""
    return read_at.timestamp() >= span_of(day, zone).end_s + SETTLES.total_seconds()


def due(
    read: Mapping[date, datetime], *, now: datetime, zone: ZoneInfo, since: date | None = None
) -> list[date]:
    """Days to be read, the newest first: those that may still change, and those that were never read. Those
    read a moment ago come last: a run that was broken off goes on with what it did not come to.

    `since` reads all days from then on anew, as far as Mux keeps them.
    """
    today = day_of(now, zone)
    oldest = today - timedelta(days=KEPT_BY_MUX_D - 1)
    days = [today - timedelta(days=back) for back in range((today - max(oldest, since or oldest)).days + 1)]
    if since is not None:
        return days
    left = [day for day in days if day not in read or not is_final(day, read_at=read[day], zone=zone)]
    return sorted(left, key=lambda day: day in read and now - read[day] < LATELY)
