"""`/data/v1/video-views` and `/data/v1/engagement`."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.mux.api.answers import data, environment, page_of
from sandbox.mux.errors import not_found
from sandbox.mux.validation import whole_number
from sandbox.mux.views import attention, detail
from sandbox.mux.views.audience import view_by_id, views_for
from sandbox.mux.views.question import Question
from sandbox.mux.views.view import View

# The three ways to name a film, and the dimension each stands for.
SUBJECTS = {"assets": "asset_id", "videos": "video_id", "playback-ids": "playback_id"}


async def listing(request: Request) -> Response:
    """By the end of the view, newest first unless asked otherwise."""
    env, query = environment(request), request.query_params
    question = Question.of(request, env.clock())
    if query.get("viewer_id"):
        question = question.only("viewer_user_id", query["viewer_id"])
    views = await views_for(env, question)
    if wanted := query.get("error_id"):
        views = [view for view in views if view.fault and wanted in ("any", str(view.fault.id))]
    if query.get("order_direction") != "asc":
        views.reverse()
    limit, offset = page_of(request)
    shown = [detail.short(view, len(views)) for view in views[offset : offset + limit]]
    return data(shown, total_row_count=len(views), timeframe=question.timeframe)


async def show(request: Request) -> Response:
    view = await view_by_id(environment(request), request.path_params["view_id"])
    if view is None:
        raise not_found()
    around = [int(view.start_at_s), int(view.end_at_s) + 1]
    return data(detail.long(view), total_row_count=None, timeframe=around)


async def heatmap(request: Request) -> Response:
    question, views = await _watched(request)
    value = attention.heatmap(views)
    shown = {"value": value, "total_views": len(views)}
    return data(shown, total_row_count=1, timeframe=question.timeframe)


async def hotspots(request: Request) -> Response:
    question, views = await _watched(request)
    limit = whole_number(request, "limit", 5, most=20)
    most_first = request.query_params.get("order_direction", "desc") == "desc"
    found = attention.hotspots(views, limit, most_first=most_first)
    shown = {"hotspots": found, "total_views": len(views)}
    return data(shown, total_row_count=len(found), timeframe=question.timeframe)


async def _watched(request: Request) -> tuple[Question, list[View]]:
    env = environment(request)
    if request.path_params["subject"] not in SUBJECTS:
        raise not_found()
    name = SUBJECTS[request.path_params["subject"]]
    question = Question.of(request, env.clock()).only(name, request.path_params["subject_id"])
    return question, await views_for(env, question)


ROUTES = [
    Route("/data/v1/video-views", listing),
    Route("/data/v1/video-views/{view_id}", show),
    Route("/data/v1/engagement/{subject}/{subject_id}/heatmap", heatmap),
    Route("/data/v1/engagement/{subject}/{subject_id}/hotspots", hotspots),
]
