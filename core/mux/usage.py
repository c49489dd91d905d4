"""What Mux delivered; see `core.usage_delivery.DeliveryHost`."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from mux_python import DeliveryUsageApi

from core.figures import Span
from core.heatmap import number
from core.mux.usage_exports import PacedUsageExports, UsageExportCalls, rows_of
from core.ports import VideoHost
from core.usage_delivery import DeliveryPage


class UsageCalls(UsageExportCalls):
    """The part of `MuxApi` about usage."""

    _deliveries: DeliveryUsageApi

    def deliveries(self, *, span: Span, page: int, limit: int) -> DeliveryPage:
        asked = self._deliveries.list_delivery_usage
        query = {"timeframe": [span.start_s, span.end_s], "page": page, "limit": limit}
        answer = self._call("say what was delivered", asked, **query)
        total = number(answer.get("total_row_count"))
        rows = rows_of(answer, "what was delivered")
        return DeliveryPage(rows=rows, total=None if total is None else round(total))

    def _call(self, action: str, method: Callable[..., Any], *args: Any, **query: Any) -> Mapping[str, Any]:
        raise NotImplementedError


class PacedUsage(PacedUsageExports):
    """The part of `PacedMux` about usage."""

    _mux: VideoHost

    def deliveries(self, *, span: Span, page: int, limit: int) -> DeliveryPage:
        with self._slot():
            return self._mux.deliveries(span=span, page=page, limit=limit)

    def _slot(self) -> AbstractContextManager[None]:
        raise NotImplementedError
