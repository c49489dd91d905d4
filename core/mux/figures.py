"""The calls of Mux Data; see `core.figures.DataHost`."""

from collections.abc import Callable, Mapping
from typing import Any

from mux_python import MetricsApi

from core.figures import Figure, FigurePage, Metric, Span
from core.heatmap import number
from core.mux.data import PacedData


class FigureCalls:
    """The part of `MuxApi` about figures."""

    _metrics: MetricsApi

    def breakdown(self, metric: Metric, *, group_by: str, span: Span, page: int, limit: int) -> FigurePage:
        query = {"timeframe": [span.start_s, span.end_s], "order_by": "field", "order_direction": "asc"}
        asked = self._metrics.list_breakdown_values
        answer = self._call(
            f"say {metric} by {group_by}",
            asked,
            metric.value,
            group_by=group_by,
            page=page,
            limit=limit,
            **query,
        )
        rows = tuple(_figure(row) for row in answer["data"])
        return FigurePage(rows=rows, total=_whole(answer.get("total_row_count")))

    def _call(self, action: str, method: Callable[..., Any], *args: Any, **query: Any) -> Mapping[str, Any]:
        raise NotImplementedError


class PacedFigures(PacedData):
    """The part of `PacedMux` about figures."""

    def breakdown(self, metric: Metric, *, group_by: str, span: Span, page: int, limit: int) -> FigurePage:
        return self._of_data(
            lambda: self._mux.breakdown(metric, group_by=group_by, span=span, page=page, limit=limit)
        )


def _figure(row: Mapping[str, Any]) -> Figure:
    return Figure(
        field=str(row["field"]) if row.get("field") else None,
        value=number(row.get("value")),
        views=_whole(row.get("views")),
        watch_ms=_whole(row.get("total_watch_time")),
        playing_ms=_whole(row.get("total_playing_time")),
    )


def _whole(value: object) -> int:
    """Mux's figures come as numbers, as text, or not at all."""
    return round(number(value) or 0)
