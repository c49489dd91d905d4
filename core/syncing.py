"""Syncing: what was watched is fetched from Mux Data day by day, and kept for ever.

A day is one transaction: killed anywhere, the next run goes on with the days that are missing. No call is
made for a single video: a page of figures holds a hundred.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from core.access import Action, Person, check
from core.errors import InvalidInput, UpstreamError
from core.figures import (
    PAGE,
    AssetDay,
    Figure,
    Freshness,
    Metric,
    Outcome,
    Span,
    VideoIdDay,
    due,
    is_final,
    span_of,
)
from core.heatmap_reading import want_most_watched
from core.joining import join_day, note_assets
from core.own_progress_taking import take_own
from core.period import day_of
from core.ports import Services
from core.quality_reading import read_quality
from core.run_trouble import foremost, noting, said
from core.school_telling import tell_school

BREAKDOWNS: tuple[tuple[Metric, str], ...] = (
    (Metric.VIEWERS, "asset_id"),
    (Metric.VIEWS, "asset_id"),
    (Metric.VIEWS, "video_id"),
)
"""What is asked of a day."""

MOST_FAILED = 3
"""Days that Mux does not give before a run asks for no other. One alone does not keep the others back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What a run read."""

    days: int = 0
    rows: int = 0
    """Assets that were watched, day by day."""
    first: date | None = None
    """The oldest day that was read: of days before Mux keeps nothing."""


def sync(*, by: Person, services: Services, since: date | None = None) -> Synced:
    """Read every day that may have changed, the newest first; `since` reads all days from then on anew.

    Raises `InvalidInput` for a day to come, and what Mux and the school's tables raise: what was read by then
    is kept, and why it stopped is told beside the figures. One of them in trouble does not keep the others
    back; what nobody foresaw is raised rather than what may pass, so that a log has it.
    """
    check(by, Action.SYNC)
    if since is not None and since > day_of(services.clock(), services.settings.school_timezone):
        raise InvalidInput(f"{since} is a day to come.", hint="Name a day that has begun.")
    found, of_days, beside = Synced(), list[Exception](), list[Exception]()
    with noting(beside):
        note_assets(services=services)
        take_own(services=services)
    with noting(of_days):
        found = _read_days(since, beside, services)
    with noting(beside):
        read_quality(services=services, since=since)
    with noting(beside):
        tell_school(services=services)
    with noting(beside):
        want_most_watched(services=services)
    if troubles := [*of_days, *beside]:
        _note(Outcome.FAILED if of_days else Outcome.PARTLY, services.clock(), services, troubles[0])
        raise foremost(troubles)
    return found


def freshness(*, services: Services) -> Freshness:
    """How far the figures go."""
    with services.uow("figures.fresh.read") as tx:
        return tx.figures.freshness(services.settings.school_timezone)


def _read_days(since: date | None, beside: list[Exception], services: Services) -> Synced:
    """Raises where the newest days did not come; that an older one did not stands `beside`."""
    now, zone = services.clock(), services.settings.school_timezone
    with services.uow("figures.days.read") as tx:
        known = tx.figures.read_days(since=date.min)
    days, rows, failed = (
        due(known, now=now, zone=zone, since=since),
        dict[date, int](),
        dict[date, UpstreamError](),
    )
    for day in days:
        try:
            rows[day] = _read(day, zone, services)
        except UpstreamError as error:
            failed[day] = error
            if error.account_wide or len(failed) == MOST_FAILED:
                break
    if any(day not in rows and not is_final(day, read_at=now, zone=zone) for day in days):
        raise next(iter(failed.values()))
    _note(Outcome.READ, now, services)
    beside += [_missing(day, error) for day, error in failed.items()]
    return Synced(days=len(rows), rows=sum(rows.values()), first=min(rows, default=None))


def _missing(day: date, error: UpstreamError) -> UpstreamError:
    """The same error, with the day that it is about."""
    error = copy(error)
    error.args = (f"Of {day} there are no figures yet: {error}",)
    return error


def _read(day: date, zone: ZoneInfo, services: Services) -> int:
    read_at = services.clock()  # before it is asked: what comes meanwhile is read next time
    span = span_of(day, zone)
    # Beside each other: an answer may take longer than the limit has us wait between two calls.
    with ThreadPoolExecutor(len(BREAKDOWNS)) as asking:
        answers = asking.map(lambda one: [*_pages(one[0], one[1], span, services)], BREAKDOWNS)
        # By name: what is first watched between two pages moves another row to the next, so it comes twice.
        viewers, assets, videos = ({row.field: row for row in answer if row.field} for answer in answers)
    rows = [_of_asset(row, day, viewers.get(name)) for name, row in assets.items()]
    named = [_of_id(row, day) for row in videos.values()]
    with services.uow("figures.day") as tx:
        tx.figures.put_day(day, rows, read_at=read_at, named=named)
        join_day(day, tx=tx)
        tx.commit()
    return len(rows)


def _pages(metric: Metric, group_by: str, span: Span, services: Services) -> Iterator[Figure]:
    page, seen, total = 1, 0, 1
    while seen < total:
        found = services.mux.breakdown(metric, group_by=group_by, span=span, page=page, limit=PAGE)
        yield from found.rows
        page, seen = page + 1, seen + len(found.rows)
        total = found.total if found.rows else 0


def _of_asset(row: Figure, day: date, viewers: Figure | None) -> AssetDay:
    return AssetDay(
        asset_id=str(row.field),
        day=day,
        views=row.views,
        viewers=round((viewers and viewers.value) or 0),
        watch_ms=row.watch_ms,
        playing_ms=row.playing_ms,
    )


def _of_id(row: Figure, day: date) -> VideoIdDay:
    return VideoIdDay(
        video_id=str(row.field),
        day=day,
        views=row.views,
        watch_ms=row.watch_ms,
        playing_ms=row.playing_ms,
    )


def _note(outcome: Outcome, at: datetime, services: Services, trouble: Exception | None = None) -> None:
    error, hint = said(trouble) if trouble else (None, "")
    with services.uow("figures.note") as tx:
        tx.figures.note_read(at, outcome, error=error, hint=hint)
        tx.commit()
