"""Stills: `/image/{PLAYBACK_ID}/thumbnail.jpg`, previews and storyboards."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.mux import asset as assets
from sandbox.mux.api.answers import environment
from sandbox.mux.delivery.admission import Admission, Audience, admit, ready
from sandbox.mux.delivery.stream import playable
from sandbox.mux.environment import Environment
from sandbox.mux.errors import bad_playback_request, no_such_playback
from sandbox.mux.media import pictures

FIT_MODES = ("preserve", "stretch", "crop", "smartcrop", "pad")
LARGEST_SIDE = 4096


async def thumbnail(request: Request) -> Response:
    env, extension = environment(request), _extension(request, pictures.FORMATS)
    admission = _with_picture(ready(admit(env, request, Audience.THUMBNAIL), images=True))
    params = admission.params
    visible_s = assets.visible_s(admission.body)
    # The middle of the film, unless the asset or the request names a better moment.
    at_s = _number(params, "time", admission.body["asset"].get("thumbnail_time", visible_s / 2))
    if at_s > visible_s:
        raise bad_playback_request("The time is beyond the end of the video")
    source = await playable(env, admission.body)
    look = _look(params)
    return await _made(
        env,
        admission,
        extension,
        ["thumbnail", at_s, look],
        lambda: pictures.thumbnail(source, at_s, extension, look),
    )


async def animated(request: Request) -> Response:
    env, extension = environment(request), _extension(request, ("gif", "webp"))
    admission = _with_picture(ready(admit(env, request, Audience.GIF), images=True))
    visible_s = assets.visible_s(admission.body)
    start_s = _number(admission.params, "start", 0.0)
    end_s = min(_number(admission.params, "end", start_s + 5), visible_s)
    width = int(_number(admission.params, "width", 320))
    fps = int(_number(admission.params, "fps", 15))
    if not (0 < end_s - start_s <= 10 and 1 <= width <= 640 and 1 <= fps <= 30):
        raise bad_playback_request()
    source = await playable(env, admission.body)
    recipe = ["animated", start_s, end_s, width, fps]

    def make() -> bytes:
        return pictures.animated(source, extension, start_s, end_s, width, fps)

    return await _made(env, admission, extension, recipe, make)


async def storyboard_image(request: Request) -> Response:
    env, extension = environment(request), _extension(request, pictures.FORMATS)
    admission = _with_picture(ready(admit(env, request, Audience.STORYBOARD), images=True))
    source = await playable(env, admission.body)
    visible_s = assets.visible_s(admission.body)
    return await _made(
        env, admission, extension, ["storyboard"], lambda: pictures.storyboard(source, visible_s, extension)
    )


async def storyboard_vtt(request: Request) -> Response:
    layout, url = await _layout(request)
    return PlainTextResponse(pictures.storyboard_vtt(layout, url), media_type="text/vtt")


async def storyboard_json(request: Request) -> Response:
    layout, url = await _layout(request)
    shown = {name: layout[name] for name in ("tile_width", "tile_height", "duration", "tiles")}
    return JSONResponse({"url": url, **shown})


async def _layout(request: Request) -> tuple[dict[str, Any], str]:
    """Where the tiles are, and the address of their picture in the format that was asked for."""
    env = environment(request)
    admission = _with_picture(ready(admit(env, request, Audience.STORYBOARD), images=True))
    extension = admission.params.get("format", "jpg")
    if extension not in pictures.FORMATS:
        raise bad_playback_request()
    source = await playable(env, admission.body)
    layout = pictures.tiles(source, assets.visible_s(admission.body))
    suffix = f"?{admission.query}" if admission.query else ""
    base = f"{env.config.public_url}/image/{admission.playback_id}"
    return layout, f"{base}/storyboard.{extension}{suffix}"


async def _made(
    env: Environment, admission: Admission, extension: str, recipe: list[Any], make: Callable[[], bytes]
) -> Response:
    """A picture from the asset's folder, made on the first request for this recipe."""
    name = hashlib.sha1(json.dumps(recipe, sort_keys=True).encode(), usedforsecurity=False).hexdigest()[:16]
    path = env.folder(admission.body["asset"]["id"]) / f"{name}.{extension}"
    if not path.exists():
        await env.workshop.once(str(path), lambda: _write(path, make()))
    return FileResponse(path, media_type=pictures.MEDIA_TYPES[extension])


def _write(path: Path, content: bytes) -> None:
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)


def _with_picture(admission: Admission) -> Admission:
    if "aspect_ratio" not in admission.body["asset"]:
        raise bad_playback_request("The asset has no video track")
    return admission


def _look(params: dict[str, Any]) -> dict[str, Any]:
    """Mux's image parameters, read and bounded."""
    look: dict[str, Any] = {
        name: int(_number(params, name, 0)) for name in ("width", "height", "rotate") if name in params
    }
    if any(not 0 < look.get(side, 1) <= LARGEST_SIDE for side in ("width", "height")):
        raise bad_playback_request()
    if look.get("rotate", 90) not in (90, 180, 270):
        raise bad_playback_request()
    if params.get("fit_mode", "preserve") not in FIT_MODES:
        raise bad_playback_request("Unrecognized fit-mode")
    flips = {name: str(params.get(name)).lower() == "true" for name in ("flip_v", "flip_h")}
    return look | flips | {"fit_mode": params.get("fit_mode", "preserve")}


def _number(params: dict[str, Any], name: str, default: float) -> float:
    try:
        value = float(params.get(name, default))
    except (TypeError, ValueError):
        raise bad_playback_request() from None
    if not 0 <= value < 1e9:
        raise bad_playback_request()
    return value


def _extension(request: Request, allowed: Any) -> str:
    extension: str = request.path_params["extension"]
    if extension not in allowed:
        raise no_such_playback()
    return extension


ROUTES = [
    Route("/image/{playback_id}/thumbnail.{extension}", thumbnail),
    Route("/image/{playback_id}/animated.{extension}", animated),
    Route("/image/{playback_id}/storyboard.vtt", storyboard_vtt),
    Route("/image/{playback_id}/storyboard.json", storyboard_json),
    Route("/image/{playback_id}/storyboard.{extension}", storyboard_image),
]
