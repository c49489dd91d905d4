"""Mux Data's measures of quality, and its list of single views; see `core.quality.QualityHost`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from mux_python import MetricsApi, VideoViewsApi

from core.figures import Span
from core.heatmap import number
from core.mux.data import PacedData
from core.quality import Measure, Reading, ReadingPage
from core.quality_failure import LONGEST_MESSAGE, FailedView
from core.redaction import scrubbed

ASKED: Mapping[Measure, tuple[str, str | None]] = {
    Measure.VIEWERS: ("unique_viewers", None),
    Measure.STARTUP: ("video_startup_time", "median"),
    Measure.SLOW_STARTUP: ("video_startup_time", "95th"),
    Measure.WAITING: ("rebuffer_percentage", None),
    Measure.STOPS: ("rebuffer_frequency", None),
    Measure.NOT_STARTED: ("video_startup_failure_percentage", None),
    Measure.FAILED: ("playback_failure_percentage", None),
    Measure.SCORE: ("viewer_experience_score", None),
}
"""Mux's metric and how it is summed up; None: in the one way that Mux has for it."""

ANY_ERROR = "any"


class QualityCalls:
    """The part of `MuxApi` about quality."""

    _metrics: MetricsApi
    _views: VideoViewsApi

    def measured(self, measure: Measure, *, span: Span) -> Reading:
        metric, query = _query(measure, span)
        answer = self._call(f"say {metric}", self._metrics.get_overall_values, metric, **query)
        return _reading(answer["data"], "total_views")

    def measured_by_asset(self, measure: Measure, *, span: Span, page: int, limit: int) -> ReadingPage:
        metric, query = _query(measure, span)
        query |= {"group_by": "asset_id", "order_by": "views", "order_direction": "desc"}
        asked = self._metrics.list_breakdown_values
        answer = self._call(f"say {metric} by asset_id", asked, metric, page=page, limit=limit, **query)
        data = answer["data"]
        rows = {str(row["field"]): _reading(row, "views") for row in data if row.get("field")}
        total = number(answer.get("total_row_count")) or 0
        return ReadingPage(rows=rows, is_last=not data or page * limit >= total)

    def failed_views(self, asset_id: str, *, span: Span, limit: int) -> Sequence[FailedView]:
        answer = self._call(
            "list views that failed",
            self._views.list_video_views,
            error_id=ANY_ERROR,
            filters=[f"asset_id:{asset_id}"],
            timeframe=[span.start_s, span.end_s],
            order_direction="desc",
            limit=limit,
        )
        found = (_failed(row) for row in answer["data"] if row.get("playback_failure"))
        return [one for one in found if one is not None]

    def _call(self, action: str, method: Callable[..., Any], *args: Any, **query: Any) -> Mapping[str, Any]:
        raise NotImplementedError


class PacedQuality(PacedData):
    """The part of `PacedMux` about quality."""

    def measured(self, measure: Measure, *, span: Span) -> Reading:
        return self._of_data(lambda: self._mux.measured(measure, span=span))

    def measured_by_asset(self, measure: Measure, *, span: Span, page: int, limit: int) -> ReadingPage:
        return self._of_data(lambda: self._mux.measured_by_asset(measure, span=span, page=page, limit=limit))

    def failed_views(self, asset_id: str, *, span: Span, limit: int) -> Sequence[FailedView]:
        return self._of_data(lambda: self._mux.failed_views(asset_id, span=span, limit=limit))


def _query(measure: Measure, span: Span) -> tuple[str, dict[str, Any]]:
    metric, measurement = ASKED[measure]
    query: dict[str, Any] = {"timeframe": [span.start_s, span.end_s]}
    return metric, query | ({"measurement": measurement} if measurement else {})


def _reading(data: Mapping[str, Any], views: str) -> Reading:
    return Reading(value=number(data.get("value")), views=round(number(data.get(views)) or 0))


def _failed(row: Mapping[str, Any]) -> FailedView | None:
    """None for one that says not when. A player's own words may carry the address that it played, with its
    token."""
    at = _moment(row.get("view_end"))
    if at is None or not row.get("id"):
        return None
    return FailedView(
        id=str(row["id"]),
        at=at,
        code=_text(row.get("player_error_code")),
        message=scrubbed(_text(row.get("player_error_message")))[:LONGEST_MESSAGE],
        browser=_text(row.get("viewer_application_name")),
        system=_text(row.get("viewer_os_family")),
        country=_text(row.get("country_code")),
    )


def _moment(value: object) -> datetime | None:
    """As Mux writes it, in UTC; None for what is none."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _text(value: object) -> str:
    return "" if value is None else str(value)
