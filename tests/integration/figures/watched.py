"""A school of which every single view is written down, and Mux Data that counts them by separate code."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Lock
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from core.audience import Group, Side
from core.figures import Figure, FigurePage, Metric, Span
from core.ports import Services
from core.quality import Measure, Reading, ReadingPage
from core.quality_failure import FailedView
from sandbox.mux.views.made_up import WEEK, popularity
from tests.integration.uploads.stage import Stage

BERLIN = ZoneInfo("Europe/Berlin")


SEED = 1509
"""With it the double's first two assets, and the file of the second lesson, are watched every day."""


def views_a_day(name: str) -> int:
    """So many at least, each day, has what the double makes up for an asset's id or `file of <lesson>`."""
    return int(popularity(SEED, name) * min(WEEK))


class View(NamedTuple):
    """Somebody pressed play: when, which asset (None: a file in S3), what the player called it, how long."""

    at: datetime
    asset: str | None
    video: str | None
    watch_s: int
    played_s: int


def berlin(day: int, hour: int = 12, minute: int = 0, *, month: int = 10) -> datetime:
    """A moment of 2026 by the school's clocks."""
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


NOW = berlin(28, 13)


class NoQuality:
    """Mux Data that measured no quality, for what is not about it."""

    def measured(self, _measure: Measure, *, span: Span) -> Reading:
        return Reading(value=0.0, views=0)

    def measured_by_asset(self, _measure: Measure, *, span: Span, page: int, limit: int) -> ReadingPage:
        return ReadingPage(rows={}, is_last=True)

    def viewers_by(self, _side: Side, _asset_id: str | None, *, span: Span) -> Sequence[Group]:
        return ()

    def failed_views(self, _asset_id: str, *, span: Span, limit: int) -> Sequence[FailedView]:
        return ()


@dataclass
class Views(NoQuality):
    """Mux Data over a list of views. `errors` are raised by the calls they are numbered by, from 1."""

    seen: list[View] = field(default_factory=list)
    errors: dict[int, Exception] = field(default_factory=dict)
    calls: int = 0
    lock: Any = field(default_factory=Lock)

    def breakdown(self, metric: Metric, *, group_by: str, span: Span, page: int, limit: int) -> FigurePage:
        with self.lock:
            self.calls += 1
            error = self.errors.pop(self.calls, None)
        if error:
            raise error
        groups: dict[str, list[View]] = defaultdict(list)
        for view in self.seen:
            name = view.asset if group_by == "asset_id" else view.video
            if name and span.start_s <= view.at.timestamp() < span.end_s:
                groups[name].append(view)
        rows = [_figure(name, groups[name]) for name in sorted(groups)]
        return FigurePage(rows=rows[(page - 1) * limit : page * limit], total=len(rows))


def _figure(name: str, views: Sequence[View]) -> Figure:
    return Figure(
        field=name,
        value=1.0,
        views=len(views),
        watch_ms=sum(view.watch_s for view in views) * 1000,
        playing_ms=sum(view.played_s for view in views) * 1000,
    )


def school(stage: Stage, views: Any, *, now: datetime = NOW, zone: ZoneInfo = BERLIN) -> Services:
    settings = replace(stage.services.settings, school_timezone=zone)
    return replace(stage.services, mux=views, settings=settings, clock=lambda: now)


def asset(stage: Stage, asset_id: str, *, ready_at: datetime, duration_s: float | None = 100.0) -> str:
    stage.ask(
        "INSERT INTO mux_admin.assets (id, status, ready_at, duration_s, test, error_messages, tracks, "
        "static_renditions, seen_at) "
        "VALUES (%s, 'ready', %s, %s, false, '[]', '[]', '[]', now()) RETURNING 1",
        asset_id,
        ready_at,
        duration_s,
    )
    return asset_id


def plays(stage: Stage, lesson_id: str, asset_id: str | None) -> None:
    stage.ask("UPDATE lessons SET mux_asset_id = %s WHERE id = %s RETURNING 1", asset_id, int(lesson_id))


def replaced(stage: Stage, lesson_id: str, asset_id: str, at: datetime) -> None:
    """The lesson played this asset until then."""
    sql = (
        "INSERT INTO mux_admin.former_versions (lesson_id, what, asset_id, rows, at, person, why) "
        "VALUES (%s, %s, %s, '[]', %s, 'ada', 'uploaded') RETURNING 1"
    )
    stage.ask(sql, lesson_id, asset_id, asset_id, at)


def progress(
    stage: Stage, user: str, lesson_id: str, watched_s: float, at: datetime, *, completed: bool = False
) -> None:
    """What the platform's own row of this learner says from then on."""
    naive = at.astimezone(UTC).replace(tzinfo=None)
    known = stage.ask(
        "UPDATE lesson_progress SET watched_s = %s, completed = %s, updated_at = %s "
        "WHERE user_id = %s AND lesson_id = %s RETURNING 1",
        *(watched_s, completed, naive, user, int(lesson_id)),
    )
    if not known:
        sql = "INSERT INTO lesson_progress VALUES (%s, %s, 0, %s, %s, %s) RETURNING 1"
        stage.ask(sql, user, int(lesson_id), watched_s, completed, naive)


DAYS = """
SELECT lesson_id, extract(day FROM day)::int, mux_views, mux_watch_ms / 1000, mux_playing_ms / 1000,
    mux_whole_ms / 1000, own_learners, own_watch_ms / 1000, own_finished, views, watch_ms / 1000, joined
FROM mux_admin.lesson_days ORDER BY day, lesson_id
"""


def days(stage: Stage) -> list[tuple[Any, ...]]:
    """lesson, day | Mux: views, watched, played, whole | own: learners, watched, finished | joint: views,
    watched, from where; times in seconds."""
    return stage.ask(DAYS)
