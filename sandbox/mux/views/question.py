"""What a Data API call asks for: a window of time, and which views count."""

import operator
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from starlette.requests import Request

from sandbox.mux.errors import invalid
from sandbox.mux.views import metrics
from sandbox.mux.views.view import View, dimension, known_dimension

UNITS_S = {"minutes": 60, "hours": 3600, "days": 86_400, "weeks": 7 * 86_400, "months": 30 * 86_400}
DAY_S = 86_400
COMPARISONS = {">=": operator.ge, "<=": operator.le, "=": operator.eq, ">": operator.gt, "<": operator.lt}
_METRIC_FILTER = re.compile(r"(\w+)(>=|<=|=|>|<)(-?\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Window in epoch seconds; filters as (dimension, value, wanted or not)."""

    from_s: int
    until_s: int
    filters: tuple[tuple[str, str, bool], ...] = ()
    metric_filters: tuple[tuple[str, str, float], ...] = ()
    by_start: bool = False
    """A view belongs to the moment it began, not to that of its end."""

    @classmethod
    def of(cls, request: Request, now_s: float, *, by_start: bool = False) -> "Question":
        query = request.query_params
        from_s, until_s = window(query.getlist("timeframe[]"), now_s)
        return cls(
            from_s=from_s,
            until_s=until_s,
            filters=tuple(_filter(text) for text in query.getlist("filters[]")),
            metric_filters=tuple(_metric_filter(text) for text in query.getlist("metric_filters[]")),
            by_start=by_start,
        )

    @property
    def timeframe(self) -> list[int]:
        return [self.from_s, self.until_s]

    def only(self, name: str, wanted: str) -> "Question":
        """The same question about one value of one dimension."""
        return replace(self, filters=(*self.filters, (known_dimension(name), wanted, True)))

    def accepts(self, view: View) -> bool:
        """Values of one dimension are alternatives, dimensions must all agree."""
        if not self.filters and not self.metric_filters:
            return True
        wanted: dict[str, list[str]] = defaultdict(list)
        for name, text, include in self.filters:
            if include:
                wanted[name].append(text)
            elif dimension(view, name) == text:
                return False
        # An empty value asks for views that have none.
        if any((dimension(view, name) or "") not in values for name, values in wanted.items()):
            return False
        return all(self._compares(view, *one) for one in self.metric_filters)

    @staticmethod
    def _compares(view: View, metric: str, sign: str, bound: float) -> bool:
        value = metrics.of_view(metric, view)
        return value is not None and COMPARISONS[sign](value, bound)


def window(given: Sequence[str], now_s: float) -> tuple[int, int]:
    """From `[start, end]` in epoch seconds, or one duration such as `7:days`; the last day by default."""
    if not given:
        return int(now_s) - DAY_S, int(now_s)
    if len(given) == 2 and all(text.isdecimal() for text in given):
        from_s, until_s = int(given[0]), int(given[1])
        if from_s >= until_s:
            raise invalid("timeframe must start before it ends")
        return from_s, until_s
    count, _, unit = given[0].partition(":")
    if len(given) != 1 or not count.isdecimal() or unit not in UNITS_S:
        raise invalid("timeframe must be two epoch timestamps or a duration such as 7:days")
    return int(now_s) - int(count) * UNITS_S[unit], int(now_s)


def _filter(text: str) -> tuple[str, str, bool]:
    include = not text.startswith("!")
    name, colon, wanted = text.lstrip("!+-").partition(":")
    if not colon:
        raise invalid(f"filters[] takes dimension:value, got {text}")
    return known_dimension(name), wanted, include and not text.startswith("-")


def _metric_filter(text: str) -> tuple[str, str, float]:
    if not (found := _METRIC_FILTER.fullmatch(text)):
        raise invalid(f"metric_filters[] takes a comparison such as video_startup_time>=1000, got {text}")
    metric, sign, bound = found.groups()
    return metrics.known(metric), sign, float(bound)
