"""Reading a heatmap: asked for by whoever looks at a lesson, read from Mux by a job."""

from core.audience import Side
from core.audience_week import week_of
from core.errors import AppError
from core.figures import span_over
from core.heatmap import HOTSPOTS, KeptHeatmap, is_due
from core.period import Days
from core.ports import Services, Tx
from core.records import Job


def want(tx: Tx, asset_id: str, days: Days) -> None:
    """Have it read, unless somebody waits for it already."""
    tx.enqueue(
        Job.HEATMAP,
        key=f"heatmap:{asset_id}:{len(days)}",
        asset_id=asset_id,
        first=days.first.isoformat(),
        last=days.last.isoformat(),
    )


def read(asset_id: str, days: Days, *, services: Services) -> None:
    """Ask Mux, unless somebody did meanwhile. Safe to run twice; one that failed is tried again at once.

    Raises what Mux raises: what was kept stays, and why it failed stands beside it.
    """
    now = services.clock()
    with services.uow("heatmap.read") as tx:
        views, kept = tx.heatmaps.views(asset_id, days), tx.heatmaps.get(asset_id, len(days))
    if kept and kept.error is None and not is_due(kept, now=now, days=days, views=views):
        return
    try:
        found = _asked(asset_id, days, views, services)
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


def _asked(asset_id: str, days: Days, views: int, services: Services) -> KeptHeatmap:
    now, span = services.clock(), span_over(days, services.settings.school_timezone)
    heatmap = services.mux_now.heatmap(asset_id, span=span)
    hotspots = services.mux_now.hotspots(asset_id, span=span, limit=HOTSPOTS) if any(heatmap.buckets) else ()
    audience = [group for side in Side for group in services.mux_now.viewers_by(side, asset_id, span=span)]
    week = week_of(services.mux_now.hours(asset_id, span=span), services.settings.school_timezone)
    return KeptHeatmap(
        asset_id=asset_id,
        period_d=len(days),
        heatmap=heatmap,
        hotspots=tuple(hotspots),
        audience=tuple(audience),
        week=week,
        days=days,
        views=views,
        read_at=now,
        tried_at=now,
    )
