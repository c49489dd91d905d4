"""A heatmap: how much of a video's parts was watched at Mux over a period, and when it is to be read anew.

Pure. Mux cuts the video into 10 to 1000 equal parts and gives each a figure, of which it does not publish the
scale; nothing is done to the figures here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import isfinite
from typing import Any, Protocol

from core.audience import Group, Side
from core.audience_week import WatchedHour, WeekHour
from core.figures import KEPT_BY_MUX_D, Span
from core.period import Days

FRESH = timedelta(hours=1)
"""What was read so lately is not read again, whatever came in since."""

AGAIN = timedelta(minutes=10)
"""After a try that failed, the next one waits so long."""

NEAR = timedelta(days=7)
"""A curve that ends so long before other figures is told beside them."""

HOTSPOTS = 3

UNASKED = 20
"""Videos whose curve of four weeks is read each day though nobody looks: those with most views."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heatmap:
    """`buckets` are equal parts from the start of the video to its end, None where Mux gave no number; there
    are none where it gave no list. `total_views` None: it did not say."""

    buckets: tuple[float | None, ...]
    total_views: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hotspot:
    """A part that Mux finds much watched; the score is between 0 and 1, relative to the video itself."""

    start_s: float
    end_s: float
    score: float | None


class EngagementHost(Protocol):
    """Mux's engagement figures; raises as `core.ports.VideoHost` does, and waits for Data's own slots."""

    def heatmap(self, asset_id: str, *, span: Span) -> Heatmap:
        """Of all views that began in the span, under whichever playback id."""

    def hotspots(self, asset_id: str, *, span: Span, limit: int) -> Sequence[Hotspot]:
        """The most watched parts, the best first."""

    def viewers_by(self, side: Side, asset_id: str | None, *, span: Span) -> Sequence[Group]:
        """Unique viewers by their device, country or browser, at most a hundred groups, the largest first;
        without an asset, of all of them."""

    def hours(self, asset_id: str, *, span: Span) -> Sequence[WatchedHour]:
        """Views and unique viewers of each hour; those that Mux names by no time are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptHeatmap:
    """What was read of an asset last, for periods of this length. `days` and `read_at` None: never yet.

    `views` is how many the figures by day had of these days then. `tried_at` is later than `read_at` where
    the last try failed, for the reason in `error`.
    """

    asset_id: str
    period_d: int
    heatmap: Heatmap | None = None
    hotspots: tuple[Hotspot, ...] = ()
    audience: tuple[Group, ...] = ()
    week: tuple[WeekHour, ...] = ()
    days: Days | None = None
    views: int = 0
    read_at: datetime | None = None
    tried_at: datetime
    error: str | None = None
    hint: str = ""

    @property
    def is_partly(self) -> bool:
        """The curve came with the last try, and something beside it did not."""
        return self.error is not None and self.read_at == self.tried_at


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonHeatmap:
    """Of the video that a lesson plays, with its length and those who watched it."""

    heatmap: Heatmap
    duration_s: float | None
    audience: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The platform's own record of one lesson: how many learners began it, and how many came to its end."""

    learners: int = 0
    finished: int = 0


class Heatmaps(Protocol):
    """`mux_admin.heatmaps`, and what is beside it of one lesson."""

    def get(self, asset_id: str, period_d: int) -> KeptHeatmap | None:
        """As it was read, or tried, last."""

    def put(self, kept: KeptHeatmap) -> None:
        """Have this in the place of what was kept."""

    def note_failed(self, asset_id: str, period_d: int, *, at: datetime, error: str, hint: str) -> None:
        """A try failed: what was read before stays."""

    def views(self, asset_id: str, days: Days) -> int:
        """How many the figures by day have."""

    def most_watched(self, days: Days, *, limit: int) -> Mapping[str, int]:
        """Assets that lessons play now with most views in these days, and how many, the most first."""

    def of_lessons(self, lessons: Sequence[str], days: Days) -> Mapping[str, LessonHeatmap]:
        """Of the assets that these lessons play at present, over a period of this length that ended with
        these days or up to `NEAR` earlier; without those that have none."""

    def progress(self, lesson_id: str) -> Progress:
        """Since the lesson is there, not of a period."""

    def alike(
        self, asset_id: str, period_d: int, *, least_s: float, most_s: float, limit: int
    ) -> Sequence[Heatmap]:
        """Those of other videos whose length lies between the two, the newest first."""


def kept_by_mux(days: Days, *, today: date) -> Days:
    """As much of the period as Mux still tells of.

    >>> year = Days(first=date(2025, 11, 22), last=date(2026, 11, 21))
    >>> str(kept_by_mux(year, today=date(2026, 11, 22)).first)
    '2026-08-15'
    """
    return Days(first=max(days.first, today - timedelta(days=KEPT_BY_MUX_D - 1)), last=days.last)


def is_due(kept: KeptHeatmap | None, *, now: datetime, days: Days, views: int) -> bool:
    """Whether to want it from Mux: for other days than are kept, and where these have other views by now."""
    if kept is None:
        return True
    if kept.error is not None:
        return now - kept.tried_at >= AGAIN
    is_fresh = now - kept.tried_at < FRESH
    return kept.days != days or (views != kept.views and not is_fresh)


def heatmap_from_json(data: Mapping[str, Any]) -> Heatmap:
    """Mux's own words. Text that is a number counts as one; anything else is no number, and stays a gap.

    >>> heatmap_from_json({"value": [0.42, "0.5", None, "?"], "total_views": "7"})
    Heatmap(buckets=(0.42, 0.5, None, None), total_views=7)
    """
    values = data.get("value")
    views = number(data.get("total_views"))
    return Heatmap(
        buckets=tuple(number(one) for one in values) if isinstance(values, list) else (),
        total_views=None if views is None else round(views),
    )


def hotspots_from_json(data: Mapping[str, Any]) -> tuple[Hotspot, ...]:
    """Those that say where they are."""
    rows = data.get("hotspots")
    found = (_hotspot(row) for row in rows if isinstance(row, Mapping)) if isinstance(rows, list) else ()
    return tuple(one for one in found if one is not None)


def _hotspot(row: Mapping[str, Any]) -> Hotspot | None:
    start_ms, end_ms = number(row.get("start_ms")), number(row.get("end_ms"))
    if start_ms is None or end_ms is None:
        return None
    return Hotspot(start_s=start_ms / 1000, end_s=end_ms / 1000, score=number(row.get("score")))


def number(value: object) -> float | None:
    """None for what is none: NaN and infinities neither."""
    try:
        found = float(str(value))
    except ValueError:
        return None
    return found if isfinite(found) else None
