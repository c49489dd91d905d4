"""Mux's engagement figures, which mux-python has no methods for; see `core.heatmap.EngagementHost`."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import quote

from core.figures import Span
from core.heatmap import Heatmap, Hotspot, heatmap_from_json, hotspots_from_json
from core.ports import VideoHost

Query = list[tuple[str, str]]


class EngagementCalls:
    """The part of `MuxApi` about engagement."""

    def heatmap(self, asset_id: str, *, span: Span) -> Heatmap:
        return heatmap_from_json(self._asked(asset_id, "heatmap", _timeframe(span)))

    def hotspots(self, asset_id: str, *, span: Span, limit: int) -> Sequence[Hotspot]:
        query = [*_timeframe(span), ("limit", str(limit)), ("order_direction", "desc")]
        return hotspots_from_json(self._asked(asset_id, "hotspots", query))

    def _asked(self, asset_id: str, what: str, query: Query) -> Mapping[str, Any]:
        path = f"/data/v1/engagement/assets/{quote(asset_id, safe='')}/{what}"
        answer = self._call(
            f"say the {what} of asset {asset_id}", self._call_unlisted, path, query_params=query
        )
        data = answer["data"]
        return data if isinstance(data, Mapping) else {}

    def _call(self, action: str, method: Callable[..., Any], *args: Any, **query: Any) -> Mapping[str, Any]:
        raise NotImplementedError

    def _call_unlisted(self, path: str, **options: Any) -> Any:
        raise NotImplementedError


class PacedEngagement:
    """The part of `PacedMux` about engagement."""

    _mux: VideoHost

    def heatmap(self, asset_id: str, *, span: Span) -> Heatmap:
        with self._data_slot():
            return self._mux.heatmap(asset_id, span=span)

    def hotspots(self, asset_id: str, *, span: Span, limit: int) -> Sequence[Hotspot]:
        with self._data_slot():
            return self._mux.hotspots(asset_id, span=span, limit=limit)

    def _data_slot(self) -> AbstractContextManager[None]:
        raise NotImplementedError


def _timeframe(span: Span) -> Query:
    return [("timeframe[]", str(span.start_s)), ("timeframe[]", str(span.end_s))]
