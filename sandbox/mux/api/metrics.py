"""`/data/v1/metrics`: overall, timeseries, breakdown and comparison."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.mux.api.answers import data, environment, page_of
from sandbox.mux.errors import invalid
from sandbox.mux.views import metrics
from sandbox.mux.views.audience import views_for
from sandbox.mux.views.question import Question
from sandbox.mux.views.view import View, dimension, known_dimension

STEPS_S = {"minute": 60, "ten_minutes": 600, "hour": 3600, "day": 86_400}
MOST_STEPS = 5000
# Scores and what Mux shows below each in a comparison: (name, kind, metric, measurements).
CARD = (
    ("Overall Score", "score", "viewer_experience_score", ()),
    (
        "Playback Success Score",
        "score",
        "playback_success_score",
        (
            ("Playback Failure Percentage", "percentage", "playback_failure_percentage", None),
            ("Video Startup Failure Percentage", "percentage", "video_startup_failure_percentage", None),
            ("Exits Before Video Start", "percentage", "exits_before_video_start", None),
        ),
    ),
    (
        "Startup Time Score",
        "score",
        "startup_time_score",
        (
            ("Video Startup Time (median)", "milliseconds", "video_startup_time", "median"),
            ("Video Startup Time (95th %)", "milliseconds", "video_startup_time", "95th"),
            ("Player Startup Time (median)", "milliseconds", "player_startup_time", "median"),
        ),
    ),
    (
        "Rebuffer Score",
        "score",
        "rebuffer_score",
        (
            ("Rebuffer Percentage", "percentage", "rebuffer_percentage", None),
            ("Rebuffer Frequency", "per_minute", "rebuffer_frequency", None),
            ("Rebuffer Duration (median)", "milliseconds", "rebuffer_duration", "median"),
        ),
    ),
    ("Video Quality Score", "score", "video_quality_score", ()),
)


async def overall(request: Request) -> Response:
    metric, question, views = await _asked(request)
    return data(
        {
            "value": metrics.value(metric, views, request.query_params.get("measurement")),
            "total_watch_time": metrics.watch_ms(views),
            "total_playing_time": metrics.playing_ms(views),
            "total_views": len(views),
        },
        **_frame(question, metric, 1),
    )


async def timeseries(request: Request) -> Response:
    """`[time, value, views]` per step; numbers as strings, as in Mux's own example."""
    metric, question, views = await _asked(request)
    step_s = _step_s(request, question)
    start_s = question.from_s // step_s * step_s
    by_step: dict[int, list[View]] = defaultdict(list)
    for view in views:
        at_s = view.start_at_s if metric in metrics.ENGAGEMENT else view.end_at_s
        by_step[int(at_s // step_s * step_s)].append(view)
    measurement = request.query_params.get("measurement")
    points = [
        [
            _iso(at_s),
            str(metrics.value(metric, by_step[at_s], measurement)),
            str(metrics.counted(metric, by_step[at_s])),
        ]
        for at_s in range(start_s, question.until_s, step_s)
    ]
    if request.query_params.get("order_direction") == "desc":
        points.reverse()
    return data(points, **_frame(question, metric, len(points)))


async def breakdown(request: Request) -> Response:
    """One row per value of a dimension, ordered as asked, worst impact first by default."""
    metric, question, views = await _asked(request)
    name = known_dimension(request.query_params.get("group_by", ""))
    by_value: dict[str | None, list[View]] = defaultdict(list)
    for view in views:
        by_value[dimension(view, name)].append(view)
    measurement = request.query_params.get("measurement")
    rows = [_row(metric, field, group, measurement) for field, group in by_value.items()]
    rows.sort(key=_order(request), reverse=request.query_params.get("order_direction", "desc") == "desc")
    limit, offset = page_of(request)
    return data(rows[offset : offset + limit], **_frame(question, metric, len(rows)))


async def comparison(request: Request) -> Response:
    """Every metric at once for one value of one dimension."""
    env, query = environment(request), request.query_params
    question = Question.of(request, env.clock())
    if query.get("dimension"):
        question = question.only(query["dimension"], query.get("value", ""))
    ended = await views_for(env, question)
    views = await views_for(env, replace(question, by_start=True))
    viewers = int(metrics.value("unique_viewers", views))
    totals = {
        "name": "totals",
        "watch_time": metrics.watch_ms(views),
        "view_count": len(views),
        "started_views": sum(not view.left_before_start for view in views),
        "ended_views": len(ended),
        "unique_viewers": viewers,
        "total_playing_time": metrics.playing_ms(views),
    }
    counts = _measured(views, ("Views", "number", "views", None)) | {
        "items": [
            _measured(views, ("Unique Viewers", "number", "unique_viewers", None)),
            _measured(views, ("Playing Time", "milliseconds", "playing_time", None)),
        ]
    }
    scores = [
        _measured(ended, (name, kind, metric, None)) | {"items": [_measured(ended, item) for item in items]}
        for name, kind, metric, items in CARD
    ]
    return data([totals, counts, *scores], total_row_count=1, timeframe=question.timeframe)


async def _asked(request: Request) -> tuple[str, Question, list[View]]:
    env = environment(request)
    metric = metrics.known(request.path_params["metric"])
    question = Question.of(request, env.clock(), by_start=metric in metrics.ENGAGEMENT)
    return metric, question, await views_for(env, question)


def _frame(question: Question, metric: str, count: int) -> dict[str, Any]:
    meta = {"aggregation": metrics.aggregation(metric)}
    return {"total_row_count": count, "timeframe": question.timeframe, "meta": meta}


def _step_s(request: Request, question: Question) -> int:
    usual = "hour" if question.until_s - question.from_s <= 3 * 86_400 else "day"
    # Mux does not publish its default; this one keeps charts readable.
    step_s = STEPS_S.get(request.query_params.get("group_by", usual))
    if step_s is None or (question.until_s - question.from_s) // step_s > MOST_STEPS:
        raise invalid(f"group_by must be one of {', '.join(STEPS_S)} and fit the timeframe")
    return step_s


def _row(metric: str, field: str | None, views: Sequence[View], measurement: str | None) -> dict[str, Any]:
    return {
        "field": field,
        "value": metrics.value(metric, views, measurement),
        "views": metrics.counted(metric, views),
        "total_watch_time": metrics.watch_ms(views),
        "total_playing_time": metrics.playing_ms(views),
        "negative_impact": sum(view.score < 0.8 for view in views),
    }


def _order(request: Request) -> Any:
    by = request.query_params.get("order_by", "negative_impact")
    if by not in ("negative_impact", "value", "views", "field"):
        raise invalid("order_by must be one of negative_impact, value, views, field")
    return lambda row: (str(row[by] or "") if by == "field" else row[by], str(row["field"]))


def _measured(views: Sequence[View], item: tuple[str, str, str, str | None]) -> dict[str, Any]:
    name, kind, metric, measurement = item
    shown = {"name": name, "type": kind, "metric": metric, "value": metrics.value(metric, views, measurement)}
    return shown | ({"measurement": measurement} if measurement else {})


def _iso(at_s: int) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


ROUTES = [
    Route("/data/v1/metrics/comparison", comparison),
    Route("/data/v1/metrics/{metric}/overall", overall),
    Route("/data/v1/metrics/{metric}/timeseries", timeseries),
    Route("/data/v1/metrics/{metric}/breakdown", breakdown),
]
