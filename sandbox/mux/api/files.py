"""Downloadable files of an asset: static renditions, the old MP4 support, master access."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.mux import master, renditions, rules
from sandbox.mux.api.answers import data, environment, gone, path_id
from sandbox.mux.validation import body_of


async def create_rendition(request: Request) -> Response:
    asset_id = path_id(request, "asset_id")
    wanted = await body_of(request, rules.STATIC_RENDITION)
    return data(renditions.add(environment(request), asset_id, wanted), 201)


async def delete_rendition(request: Request) -> Response:
    renditions.remove(environment(request), path_id(request, "asset_id"), path_id(request, "rendition_id"))
    return gone()


async def set_mp4_support(request: Request) -> Response:
    asset_id = path_id(request, "asset_id")
    wanted = await body_of(request, rules.MP4_SUPPORT_WANTED)
    return data(renditions.set_mp4_support(environment(request), asset_id, wanted["mp4_support"]))


async def set_master_access(request: Request) -> Response:
    asset_id = path_id(request, "asset_id")
    wanted = await body_of(request, rules.MASTER_ACCESS_WANTED)
    return data(master.set_access(environment(request), asset_id, wanted["master_access"]))


_ASSET = "/video/v1/assets/{asset_id}"
ROUTES = [
    Route(_ASSET + "/static-renditions", create_rendition, methods=["POST"]),
    Route(_ASSET + "/static-renditions/{rendition_id}", delete_rendition, methods=["DELETE"]),
    Route(_ASSET + "/mp4-support", set_mp4_support, methods=["PUT"]),
    Route(_ASSET + "/master-access", set_master_access, methods=["PUT"]),
]
