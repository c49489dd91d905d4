"""`mux_admin.heatmaps`: how much of each part of a video was watched, as it was read last."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from core.audience import Group, Side
from core.audience_week import WeekHour
from core.db.lesson_sums import among, bound
from core.db.tables import asset_days, assets, heatmaps, lesson_assets, own_seen
from core.heatmap import NEAR, Heatmap, Heatmaps, Hotspot, KeptHeatmap, LessonHeatmap, Progress
from core.period import Days

c = heatmaps.c
KEY = ["asset_id", "period_d"]


class SqlHeatmaps(Heatmaps):
    """Fills `Heatmaps`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, asset_id: str, period_d: int) -> KeptHeatmap | None:
        query = select(heatmaps).where(c.asset_id == asset_id, c.period_d == period_d)
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _kept(row)

    def put(self, kept: KeptHeatmap) -> None:
        self._write(kept.asset_id, kept.period_d, _values(kept))

    def note_failed(self, asset_id: str, period_d: int, *, at: datetime, error: str, hint: str) -> None:
        self._write(asset_id, period_d, {"tried_at": at, "error": error, "hint": hint})

    def _write(self, asset_id: str, period_d: int, facts: Mapping[str, Any]) -> None:
        new = insert(heatmaps).values(asset_id=asset_id, period_d=period_d, **facts)
        self._connection.execute(new.on_conflict_do_update(index_elements=KEY, set_=facts))

    def views(self, asset_id: str, days: Days) -> int:
        d = asset_days.c
        query = select(func.coalesce(func.sum(d.views), 0)).where(
            d.asset_id == asset_id, d.day.between(days.first, days.last)
        )
        return int(self._connection.scalar(query) or 0)

    def most_watched(self, days: Days, *, limit: int) -> Mapping[str, int]:
        d, played = asset_days.c, lesson_assets.c
        views = func.sum(d.views)
        is_played = exists().where(played.asset_id == d.asset_id, played.last_day.is_(None))
        found = select(d.asset_id, views).where(d.day.between(days.first, days.last), is_played)
        ranked = found.group_by(d.asset_id).order_by(views.desc(), d.asset_id).limit(limit)
        return {asset_id: int(count) for asset_id, count in self._connection.execute(ranked)}

    def of_lessons(self, lessons: Sequence[str], days: Days) -> Mapping[str, LessonHeatmap]:
        played = lesson_assets.c
        query = (
            select(played.lesson_id, c.buckets, c.total_views, c.audience, assets.c.duration_s)
            .join(heatmaps, c.asset_id == played.asset_id)
            .outerjoin(assets, assets.c.id == c.asset_id)
            .where(
                among(played.lesson_id, lessons),
                played.last_day.is_(None),
                c.period_d == len(days),
                c.last_day.between(days.last - NEAR, days.last),
            )
        )
        rows = self._connection.execute(query, bound(lessons)).mappings()
        return {
            row["lesson_id"]: LessonHeatmap(
                heatmap=_heatmap(row), duration_s=row["duration_s"], audience=groups(row["audience"])
            )
            for row in rows
        }

    def progress(self, lesson_id: str) -> Progress:
        s = own_seen.c
        began = or_(s.watched_ms > 0, s.completed)  # who only opened it has a row as well
        query = select(func.count(), func.count().filter(s.completed))
        learners, finished = self._connection.execute(query.where(s.lesson_id == lesson_id, began)).one()
        return Progress(learners=learners, finished=finished)

    def alike(
        self, asset_id: str, period_d: int, *, least_s: float, most_s: float, limit: int
    ) -> Sequence[Heatmap]:
        query = (
            select(c.buckets, c.total_views)
            .join(assets, assets.c.id == c.asset_id)
            .where(
                c.period_d == period_d,
                c.asset_id != asset_id,
                c.read_at.is_not(None),
                assets.c.duration_s.between(least_s, most_s),
            )
            .order_by(c.read_at.desc())
            .limit(limit)
        )
        return [_heatmap(row) for row in self._connection.execute(query).mappings()]


def _heatmap(row: Mapping[Any, Any]) -> Heatmap:
    return Heatmap(buckets=tuple(row["buckets"] or ()), total_views=row["total_views"])


def _kept(row: Mapping[Any, Any]) -> KeptHeatmap:
    is_read = row["read_at"] is not None
    return KeptHeatmap(
        asset_id=row["asset_id"],
        period_d=row["period_d"],
        heatmap=_heatmap(row) if is_read else None,
        hotspots=tuple(Hotspot(**one) for one in row["hotspots"]),
        audience=groups(row["audience"]),
        week=tuple(WeekHour(**one) for one in row["week"]),
        days=Days(first=row["first_day"], last=row["last_day"]) if is_read else None,
        views=row["views"],
        read_at=row["read_at"],
        tried_at=row["tried_at"],
        error=row["error"],
        hint=row["hint"],
    )


def _values(kept: KeptHeatmap) -> dict[str, Any]:
    return {
        "buckets": list(kept.heatmap.buckets) if kept.heatmap else None,
        "total_views": kept.heatmap.total_views if kept.heatmap else None,
        "hotspots": [asdict(one) for one in kept.hotspots],
        "audience": [asdict(one) for one in kept.audience],
        "week": [asdict(one) for one in kept.week],
        "first_day": kept.days.first if kept.days else None,
        "last_day": kept.days.last if kept.days else None,
        "views": kept.views,
        "read_at": kept.read_at,
        "tried_at": kept.tried_at,
        "error": kept.error,
        "hint": kept.hint,
    }


def groups(rows: Iterable[Mapping[str, Any]]) -> tuple[Group, ...]:
    """An audience as it is kept."""
    return tuple(Group(**{**one, "side": Side(one["side"])}) for one in rows)
