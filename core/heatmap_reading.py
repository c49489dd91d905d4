"""Reading a heatmap: asked for by whoever looks at a lesson, and once a day for what is watched most; read
from Mux by a job."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from core.audience import Group, Side
from core.audience_week import week_of
from core.errors import AppError
from core.figures import span_over
from core.heatmap import HOTSPOTS, UNASKED, Hotspot, KeptHeatmap, is_due
from core.period import Days, Period
from core.ports import Lane, Services, Tx
from core.records import Job

Row = TypeVar("Row")

UNHURRIED = -20
"""What is added to the job's own priority where nobody waits for it."""


def want(tx: Tx, asset_id: str, days: Days, *, lane: Lane = Lane.INTERACTIVE) -> None:
    """Have it read, unless somebody waits for it already."""
    behind: dict[str, Any] = {} if lane is Lane.INTERACTIVE else {"lane": lane.value, "priority": UNHURRIED}
    tx.enqueue(
        Job.HEATMAP,
        key=f"heatmap:{asset_id}:{len(days)}",
        asset_id=asset_id,
        first=days.first.isoformat(),
        last=days.last.isoformat(),
        **behind,
    )


def want_most_watched(*, services: Services) -> None:
    """Have the curves of what is watched most read anew, behind people, when the four weeks have moved on:
    usual curves are made of them."""
    now, zone = services.clock(), services.settings.school_timezone
    with services.uow("heatmap.unasked") as tx:
        days = tx.figures.freshness(zone).days(Period.FOUR_WEEKS, now=now, zone=zone)
        for asset_id, views in tx.heatmaps.most_watched(days, limit=UNASKED).items():
            kept = tx.heatmaps.get(asset_id, len(days))
            if (kept is None or kept.days != days) and is_due(kept, now=now, days=days, views=views):
                want(tx, asset_id, days, lane=Lane.BATCH)
        tx.commit()


def read(asset_id: str, days: Days, *, lane: Lane = Lane.INTERACTIVE, services: Services) -> None:
    """Ask Mux, unless somebody did meanwhile. Safe to run twice; one that failed is tried again at once.

    Raises what Mux raises: what was kept stays, and why it failed stands beside it. Where the curve came, it
    is kept whatever became of the parts beside it.
    """
    now = services.clock()
    with services.uow("heatmap.read") as tx:
        views, kept = tx.heatmaps.views(asset_id, days), tx.heatmaps.get(asset_id, len(days))
    if kept and kept.error is None and not is_due(kept, now=now, days=days, views=views):
        return
    try:
        found, troubles = _asked(asset_id, days, views, kept, lane, services)
    except AppError as error:
        with services.uow("heatmap.failed") as tx:
            tx.heatmaps.note_failed(
                asset_id, len(days), at=services.clock(), error=str(error), hint=error.hint
            )
            tx.commit()
        raise
    with services.uow("heatmap.put") as tx:
        tx.heatmaps.put(found)
        tx.commit()
    if troubles:
        raise troubles[0]


def _asked(
    asset_id: str, days: Days, views: int, kept: KeptHeatmap | None, lane: Lane, services: Services
) -> tuple[KeptHeatmap, Sequence[AppError]]:
    now, zone = services.clock(), services.settings.school_timezone
    mux = services.mux if lane is Lane.BATCH else services.mux_now
    span, troubles = span_over(days, zone), list[AppError]()
    none = KeptHeatmap(asset_id=asset_id, period_d=len(days), tried_at=now)
    before = kept if kept and kept.days == days else none
    heatmap = mux.heatmap(asset_id, span=span)

    def of_side(side: Side) -> Sequence[Group]:
        had = [one for one in before.audience if one.side is side]
        return _part(lambda: mux.viewers_by(side, asset_id, span=span), had, troubles)

    def hotspots() -> Sequence[Hotspot]:
        return mux.hotspots(asset_id, span=span, limit=HOTSPOTS) if any(heatmap.buckets) else ()

    found = replace(
        none,
        heatmap=heatmap,
        hotspots=_part(hotspots, before.hotspots, troubles),
        audience=tuple(group for side in Side for group in of_side(side)),
        week=_part(lambda: week_of(mux.hours(asset_id, span=span), zone), before.week, troubles),
        days=days,
        views=views,
        read_at=now,
    )
    if troubles:
        found = replace(found, error=str(troubles[0]), hint=troubles[0].hint)
    return found, troubles


def _part(
    ask: Callable[[], Sequence[Row]], before: Sequence[Row], troubles: list[AppError]
) -> tuple[Row, ...]:
    """What Mux says now, else what it said of the same days before."""
    try:
        return tuple(ask())
    except AppError as error:
        troubles.append(error)
        return tuple(before)
