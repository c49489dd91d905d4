"""Mux Data's metrics over a set of views."""

from collections.abc import Callable, Sequence
from statistics import fmean, median

from sandbox.mux.errors import invalid
from sandbox.mux.views.names import NOUGHT_METRICS
from sandbox.mux.views.view import View

Number = Callable[[View], float | None]


def _startup_ms(view: View) -> float | None:
    """None where no picture was ever seen: a view counts only where it has a value."""
    return view.startup_ms if view.reached_ms else None


# What one view contributes, and how Mux sums it up when nothing is said.
SUMMED = "sum"
MIDDLE = "median"
MEAN = "avg"
PER_VIEW: dict[str, tuple[Number, str]] = {
    "playing_time": (lambda view: view.playing_ms, SUMMED),
    "viewer_experience_score": (lambda view: view.score, MEAN),
    "playback_success_score": (lambda view: 0.0 if view.failed else 1.0, MEAN),
    "startup_time_score": (lambda view: max(0.0, 1 - max(0, view.startup_ms - 400) / 8000), MEAN),
    "rebuffer_score": (lambda view: max(0.0, 1 - 4 * view.rebuffer_ms / max(1, view.watch_ms)), MEAN),
    "video_quality_score": (lambda _: 1.0, MEAN),
    "playback_failure_percentage": (lambda view: float(view.failed), MEAN),
    "video_startup_failure_percentage": (lambda view: float(view.never_started), MEAN),
    "exits_before_video_start": (lambda view: float(view.left_before_start), MEAN),
    "video_startup_time": (_startup_ms, MIDDLE),
    "aggregate_startup_time": (lambda view: view.startup_ms + 250, MIDDLE),
    "player_startup_time": (lambda view: view.startup_ms * 0.3, MIDDLE),
    "page_load_time": (lambda _: 900.0, MIDDLE),
    "rebuffer_count": (lambda view: view.rebuffer_count, MIDDLE),
    "rebuffer_duration": (lambda view: view.rebuffer_ms, MIDDLE),
    "rebuffer_percentage": (lambda view: view.rebuffer_ms / max(1, view.watch_ms), MEAN),
    "rebuffer_frequency": (lambda view: view.rebuffer_count / max(1, view.watch_ms) * 60_000, MEAN),
    "weighted_average_bitrate": (lambda view: view.bits_per_s, MIDDLE),
}
COUNTED = {"views", "unique_viewers"}

ENGAGEMENT = {"views", "unique_viewers", "playing_time"}
MEASUREMENTS: dict[str, Callable[[Sequence[float]], float]] = {
    "sum": sum,
    "avg": fmean,
    "median": median,
    "count": len,
    "95th": lambda values: sorted(values)[min(len(values) - 1, int(len(values) * 0.95))],
}


def known(metric: str) -> str:
    """The metric's name, or a 400."""
    if metric not in PER_VIEW.keys() | COUNTED | NOUGHT_METRICS:
        raise invalid(f"{metric} is not a known metric")
    return metric


def value(metric: str, views: Sequence[View], measurement: str | None = None) -> float:
    """The metric over these views; 0 where there are none."""
    if measurement is not None and measurement not in MEASUREMENTS:
        raise invalid(f"measurement must be one of {', '.join(MEASUREMENTS)}")
    if metric == "views":
        return len(views)
    if metric == "unique_viewers":
        return len({view.viewer for view in views})
    # The schema wants a number even where there is nothing to measure.
    if metric in NOUGHT_METRICS or not views:
        return 0
    number, usual = PER_VIEW[metric]
    known = [found for view in views if (found := number(view)) is not None]
    return round(MEASUREMENTS[measurement or usual](known), 6) if known else 0


def of_view(metric: str, view: View) -> float | None:
    """What `metric_filters[]` compares."""
    return PER_VIEW[metric][0](view) if metric in PER_VIEW else 0.0


def counted(metric: str, views: Sequence[View]) -> int:
    """How many of the views have a value of this metric."""
    return sum(of_view(metric, view) is not None for view in views)


def aggregation(metric: str) -> str:
    """Engagement is counted when a view starts, quality when it ends."""
    return "view_start" if metric in ENGAGEMENT else "view_end"


def watch_ms(views: Sequence[View]) -> int:
    return sum(view.watch_ms for view in views)


def playing_ms(views: Sequence[View]) -> int:
    return sum(view.playing_ms for view in views)
