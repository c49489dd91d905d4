"""What the school's own table `video_analytics` is told of a lesson.

Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from core.playback import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """A lesson's days added up, and its learners of all time, each counted once. `known_ms` is the playing
    time of days of which `whole_ms`, what the views would have played to the end, is known."""

    lesson_id: str
    moved_on: date | None = None
    mux_views: int = 0
    mux_watch_ms: int = 0
    known_ms: int = 0
    whole_ms: int = 0
    views: int = 0
    watch_ms: int = 0
    learners: int = 0
    finished: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolFigures:
    """A row of `video_analytics`: times in seconds, rates from 0 to 1, None where nothing is known.
    `provider` says from where the lesson plays by now; a lesson has one row."""

    lesson_id: str
    provider: Provider
    mux_view_count: int | None
    mux_watch_time: Decimal | None
    mux_completion_rate: Decimal | None
    total_views: int
    average_watch_time: Decimal | None
    completion_rate: Decimal | None


class SchoolTable(Protocol):
    """The school's `video_analytics`, and which lessons it is to be told of."""

    def news(self, *, limit: int) -> Sequence[str]:
        """Lessons whose figures changed since the school was told; nobody else tells them until the
        transaction ends. Empty where the school has no such table yet: the news waits for it."""

    def sums(self, lessons: Sequence[str]) -> Sequence[Sums]:
        """Of each of these lessons."""

    def tell(self, rows: Sequence[SchoolFigures], *, at: datetime) -> int:
        """Write rows that say something new, of lessons that are there; returns how many. The news is told.

        Raises `ConfigError` or `InvalidInput` for what the table has against it.
        """


def school_figures(sums: Sums) -> SchoolFigures:
    """Mux's completion is an estimate: its playing time by what its views would have played to the end. The
    lesson's is the share of learners who finished, by the platform's own progress, else Mux's."""
    is_at_mux = sums.moved_on is not None
    is_counted = is_at_mux or sums.mux_views > 0
    estimate = _share(min(sums.known_ms, sums.whole_ms), sums.whole_ms)
    finished = _share(sums.finished, sums.learners)
    return SchoolFigures(
        lesson_id=sums.lesson_id,
        provider=Provider.MUX if is_at_mux else Provider.S3,
        mux_view_count=sums.mux_views if is_counted else None,
        mux_watch_time=_seconds(sums.mux_watch_ms) if is_counted else None,
        mux_completion_rate=estimate,
        total_views=sums.views,
        average_watch_time=_seconds(sums.watch_ms / sums.views) if sums.views else None,
        completion_rate=estimate if finished is None else finished,
    )


def _seconds(ms: float) -> Decimal:
    return Decimal(round(ms)).scaleb(-3)


def _share(part: int, whole: int) -> Decimal | None:
    return round(Decimal(part) / whole, 4) if whole else None
