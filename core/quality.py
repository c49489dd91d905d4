"""Quality of experience: how soon views start, how long they wait, how many fail, as Mux Data measures it.

Pure. Medians, percentages and viewers of days do not add up, so that each period is asked of Mux anew, once a
day; a day of the whole school is kept for ever.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from core.audience import Group
from core.few import FEWEST_TOLD
from core.figures import KEPT_BY_MUX_D, Span, is_final
from core.heatmap import kept_by_mux
from core.period import Days, Period, day_of
from core.quality_failure import FailedViews, FailureHost

MOST_WATCHED = 200
"""Videos of a period whose quality is asked for, those with most views first: the order that Mux offers."""

AUDIENCE_OF = Period.FOUR_WEEKS
"""The one period of which the viewers of the whole school are told apart: the one that pages begin with."""

LEAST_VIEWS = 5
"""Of fewer views nothing is told, nor of fewer viewers where these are known: they are single people."""


class Measure(StrEnum):
    """What is asked, by the name of the field that keeps it."""

    VIEWERS = "viewers"
    STARTUP = "startup_ms"
    SLOW_STARTUP = "slow_startup_ms"
    WAITING = "waiting"
    STOPS = "stops_per_min"
    NOT_STARTED = "not_started"
    FAILED = "failed"
    SCORE = "score"


OF_A_DAY = (Measure.STARTUP, Measure.WAITING, Measure.FAILED)
"""What is shown of single days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One measure of many views; `views` of them have a value, and `value` is None where none has."""

    value: float | None
    views: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingPage:
    """A page of the measure by asset, and whether it is the last one."""

    rows: Mapping[str, Reading]
    is_last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Of views that ended in some days; None where nothing is known. Shares are of 1.

    `views` are those that failures are counted among. Half of those that began did so within `startup_ms`,
    19 of 20 within `slow_startup_ms`. `waiting` is the share of the watch time in which nothing moved,
    `stops_per_min` how often that happened. `not_started` failed before the first picture, `failed` then or
    later. `score` is Mux's own, of 1.
    """

    views: int = 0
    viewers: float | None = None
    startup_ms: float | None = None
    slow_startup_ms: float | None = None
    waiting: float | None = None
    stops_per_min: float | None = None
    not_started: float | None = None
    failed: float | None = None
    score: float | None = None

    @property
    def is_told(self) -> bool:
        return self.views >= LEAST_VIEWS and (self.viewers is None or self.viewers >= FEWEST_TOLD)

    @property
    def views_failed(self) -> int:
        return round((self.failed or 0.0) * self.views)

    @property
    def views_not_started(self) -> int:
        return round((self.not_started or 0.0) * self.views)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptQuality:
    """As it was read last for periods of a length: of these days, then. `audience` is known of the whole
    school alone, and of `AUDIENCE_OF`; None: not yet."""

    days: Days
    read_at: datetime
    quality: Quality
    audience: tuple[Group, ...] | None = None


class QualityHost(FailureHost, Protocol):
    """Mux Data's measures of quality; raises as `core.ports.VideoHost` does, and waits for Data's own
    slots."""

    def measured(self, measure: Measure, *, span: Span) -> Reading:
        """Of all views of the environment."""

    def measured_by_asset(self, measure: Measure, *, span: Span, page: int, limit: int) -> ReadingPage:
        """Page `page` (from 1), the assets with most views first."""


class Qualities(FailedViews, Protocol):
    """`mux_admin.quality_periods` and `quality_days`, and the views that failed."""

    def put_period(
        self,
        period: Period,
        days: Days,
        school: Quality,
        assets: Mapping[str, Quality],
        *,
        read_at: datetime,
    ) -> None:
        """Have exactly these for the period; its viewers are not told apart until `put_audience`."""

    def put_audience(self, period: Period, audience: Sequence[Group]) -> None:
        """Have these for the whole school's viewers of the period, as it was read last."""

    def of_school(self, period_d: int) -> KeptQuality | None:
        """As it was read last of a period of so many days."""

    def of_asset(self, period_d: int, asset_id: str) -> KeptQuality | None:
        """The same; None of an asset that is not among the most watched."""

    def of_lessons(self, lessons: Sequence[str] | None, days: Days) -> Mapping[str, Quality]:
        """Of the assets that these lessons play at present (None: all of the school's), by lesson; of
        lessons that share one the first. None where it was read last of other days."""

    def put_day(self, day: date, school: Quality, *, read_at: datetime) -> None:
        """Have this for the day of the whole school."""

    def read_days(self, *, since: date) -> Mapping[date, datetime]:
        """Days that were read, with the last time."""

    def days(self, days: Days) -> Mapping[date, Quality]:
        """The whole school's, of those among them that were read."""


def quality_of(readings: Mapping[Measure, Reading]) -> Quality:
    """What was read, together. A figure of no views is none, whatever number Mux gives for it."""
    values = {one.value: found.value for one, found in readings.items() if found.views}
    among = readings.get(Measure.FAILED)
    return Quality(views=among.views if among else 0, **values)


def whole_days(period: Period, *, today: date) -> Days:
    """As much of the period as Mux still tells of, up to yesterday."""
    last = today - timedelta(days=1)
    return kept_by_mux(Days(first=last - timedelta(days=int(period) - 1), last=last), today=today)


def due_days(
    read: Mapping[date, datetime], *, now: datetime, zone: ZoneInfo, since: date | None = None
) -> Iterator[date]:
    """Whole days to be read, the newest first: those that were never read, and once a day those that may
    still change. `since` reads all days from then on anew, as far as Mux keeps them."""
    today = day_of(now, zone)
    for back in range(1, KEPT_BY_MUX_D):
        day = today - timedelta(days=back)
        at = read.get(day)
        is_due = at is None or (day_of(at, zone) < today and not is_final(day, read_at=at, zone=zone))
        if day >= since if since else is_due:
            yield day
