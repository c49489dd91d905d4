"""`/video/v1/assets/{id}/tracks`."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.mux import rules, tracks
from sandbox.mux.api.answers import data, environment, gone, path_id
from sandbox.mux.validation import body_of


async def create(request: Request) -> Response:
    asset_id = path_id(request, "asset_id")
    wanted = await body_of(request, rules.NEW_TRACK)
    return data(tracks.add(environment(request), asset_id, wanted), 201)


async def change(request: Request) -> Response:
    ids = path_id(request, "asset_id"), path_id(request, "track_id")
    changes = await body_of(request, rules.TRACK_CHANGES)
    return data(tracks.change(environment(request), *ids, changes))


async def delete(request: Request) -> Response:
    tracks.remove(environment(request), path_id(request, "asset_id"), path_id(request, "track_id"))
    return gone()


async def generate_subtitles(request: Request) -> Response:
    ids = path_id(request, "asset_id"), path_id(request, "track_id")
    wanted = await body_of(request, rules.SUBTITLES_WANTED)
    return data(tracks.generate(environment(request), *ids, wanted["generated_subtitles"]), 201)


_ONE = "/video/v1/assets/{asset_id}/tracks/{track_id}"
ROUTES = [
    Route("/video/v1/assets/{asset_id}/tracks", create, methods=["POST"]),
    Route(_ONE, change, methods=["PATCH"]),
    Route(_ONE, delete, methods=["DELETE"]),
    Route(_ONE + "/generate-subtitles", generate_subtitles, methods=["POST"]),
]
