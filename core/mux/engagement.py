"""Mux's engagement figures, which mux-python has no methods for; see `core.heatmap.EngagementHost`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from mux_python import MetricsApi

from core.audience import Group, Side
from core.audience_week import WatchedHour
from core.figures import Metric, Span
from core.heatmap import Heatmap, Hotspot, heatmap_from_json, hotspots_from_json, number
from core.mux.data import PacedData

MOST_GROUPS = 100
HOUR = "hour"
Query = list[tuple[str, str]]


class EngagementCalls:
    """The part of `MuxApi` about engagement."""

    _metrics: MetricsApi

    def heatmap(self, asset_id: str, *, span: Span) -> Heatmap:
        return heatmap_from_json(self._asked(asset_id, "heatmap", _timeframe(span)))

    def hotspots(self, asset_id: str, *, span: Span, limit: int) -> Sequence[Hotspot]:
        query = [*_timeframe(span), ("limit", str(limit)), ("order_direction", "desc")]
        return hotspots_from_json(self._asked(asset_id, "hotspots", query))

    def viewers_by(self, side: Side, asset_id: str | None, *, span: Span) -> Sequence[Group]:
        answer = self._call(
            "tell who watches",
            self._metrics.list_breakdown_values,
            Metric.VIEWERS.value,
            group_by=side.value,
            filters=[f"asset_id:{asset_id}"] if asset_id else [],
            timeframe=[span.start_s, span.end_s],
            order_by="value",
            order_direction="desc",
            limit=MOST_GROUPS,
        )
        return [_group(side, row) for row in answer["data"] if isinstance(row, Mapping)]

    def hours(self, asset_id: str, *, span: Span) -> Sequence[WatchedHour]:
        answer = self._call(
            "tell when it is watched",
            self._metrics.get_metric_timeseries_data,
            Metric.VIEWERS.value,
            group_by=HOUR,
            filters=[f"asset_id:{asset_id}"],
            timeframe=[span.start_s, span.end_s],
        )
        found = (_hour(row) for row in answer["data"] if isinstance(row, Sequence))
        return [one for one in found if one is not None]

    def _asked(self, asset_id: str, what: str, query: Query) -> Mapping[str, Any]:
        path = f"/data/v1/engagement/assets/{quote(asset_id, safe='')}/{what}"
        # Without the id: whoever looks at a lesson reads it, and sees which lesson it is.
        answer = self._call("tell which parts are watched", self._call_unlisted, path, query_params=query)
        data = answer["data"]
        return data if isinstance(data, Mapping) else {}

    def _call(self, action: str, method: Callable[..., Any], *args: Any, **query: Any) -> Mapping[str, Any]:
        raise NotImplementedError

    def _call_unlisted(self, path: str, **options: Any) -> Any:
        raise NotImplementedError


class PacedEngagement(PacedData):
    """The part of `PacedMux` about engagement."""

    def heatmap(self, asset_id: str, *, span: Span) -> Heatmap:
        return self._of_data(lambda: self._mux.heatmap(asset_id, span=span))

    def hotspots(self, asset_id: str, *, span: Span, limit: int) -> Sequence[Hotspot]:
        return self._of_data(lambda: self._mux.hotspots(asset_id, span=span, limit=limit))

    def viewers_by(self, side: Side, asset_id: str | None, *, span: Span) -> Sequence[Group]:
        return self._of_data(lambda: self._mux.viewers_by(side, asset_id, span=span))

    def hours(self, asset_id: str, *, span: Span) -> Sequence[WatchedHour]:
        return self._of_data(lambda: self._mux.hours(asset_id, span=span))


def _group(side: Side, row: Mapping[str, Any]) -> Group:
    field = row.get("field")
    return Group(side=side, name=str(field) if field else None, viewers=round(number(row.get("value")) or 0))


def _hour(row: Sequence[Any]) -> WatchedHour | None:
    """`[time, viewers, views]`."""
    try:
        start_at = datetime.fromisoformat(str(row[0]))
        viewers, views = (round(number(one) or 0) for one in row[1:3])
    except ValueError:
        return None
    known = start_at if start_at.tzinfo else start_at.replace(tzinfo=UTC)
    return WatchedHour(start_at=known, views=views, viewers=viewers)


def _timeframe(span: Span) -> Query:
    return [("timeframe[]", str(span.start_s)), ("timeframe[]", str(span.end_s))]
