"""Engagement: which parts of a film are watched, and which stand out."""

from collections.abc import Sequence

from sandbox.mux.views.view import View

BUCKETS = 100
HOTSPOT_BUCKETS = 5


def heatmap(views: Sequence[View]) -> list[float]:
    """Share of views that played each of 100 equal parts; above 1 where a part is played again."""
    started = [view for view in views if view.reached_ms]
    if not started:
        return [0.0] * BUCKETS
    return [round(_played(started, bucket), 4) for bucket in range(BUCKETS)]


def hotspots(views: Sequence[View], limit: int, *, most_first: bool) -> list[dict[str, float]]:
    """Parts that stand out, none overlapping another; `score` is relative to the best."""
    heat = heatmap(views)
    if not any(heat):
        return []
    bucket_ms = views[0].video_duration_ms / BUCKETS
    starts = range(0, BUCKETS, HOTSPOT_BUCKETS)
    scores = {start: sum(heat[start : start + HOTSPOT_BUCKETS]) for start in starts}
    # Relative to the film itself: the scale of Mux is not published.
    best = max(scores.values())
    chosen = sorted(scores, key=scores.__getitem__, reverse=most_first)[:limit]
    return [
        {
            "start_ms": int(start * bucket_ms),
            "end_ms": int((start + HOTSPOT_BUCKETS) * bucket_ms),
            "score": round(scores[start] / best, 4),
        }
        for start in chosen
    ]


def _played(started: Sequence[View], bucket: int) -> float:
    """How often the middle of the bucket was played, for each view that began."""
    at_ms = (bucket + 0.5) / BUCKETS * started[0].video_duration_ms
    return sum(_times(view, at_ms) for view in started) / len(started)


def _times(view: View, at_ms: float) -> int:
    once = view.reached_ms >= at_ms
    start_ms, end_ms = view.again_ms
    return once + (once and start_ms <= at_ms < end_ms)
