"""HLS: `/stream/{PLAYBACK_ID}.m3u8` and what it leads to."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.mux import asset as assets
from sandbox.mux import ingest
from sandbox.mux.api.answers import environment
from sandbox.mux.delivery.admission import Admission, Audience, admit, ready
from sandbox.mux.environment import Environment
from sandbox.mux.errors import bad_playback_request, no_such_playback, not_playable_yet
from sandbox.mux.media import hls
from sandbox.mux.media.pull import InputRefused
from sandbox.mux.rules import EXACT_SIZES

M3U8 = "application/vnd.apple.mpegurl"
CLIP = ("asset_start_time", "asset_end_time")


async def multivariant(request: Request) -> Response:
    env = environment(request)
    admission = ready(admit(env, request, Audience.VIDEO))
    for name in ("max_resolution", "min_resolution"):
        if admission.params.get(name, EXACT_SIZES[0]) not in EXACT_SIZES:
            raise bad_playback_request()
    body = admission.body
    source = await playable(env, body)
    clip = _clip_query(admission)
    carried = admission.query or clip
    playlist = hls.multivariant(source, body["facts"], admission.playback_id, carried, _extras(body))
    return PlainTextResponse(playlist, media_type=M3U8)


async def rendition(request: Request) -> Response:
    env = environment(request)
    admission = ready(admit(env, request, Audience.VIDEO))
    folder = await _segments(env, admission.body)
    playlist = (folder / hls.PLAYLIST).read_text()
    if clip := _clip(admission):
        playlist = hls.clipped(playlist, *clip)
    return PlainTextResponse(hls.with_query(playlist, admission.query), media_type=M3U8)


async def segment(request: Request) -> Response:
    env = environment(request)
    admission = ready(admit(env, request, Audience.VIDEO))
    path = await _segments(env, admission.body) / f"{request.path_params['number']}.ts"
    if not path.exists():
        raise no_such_playback()
    return FileResponse(path, media_type="video/mp2t")


async def playable(env: Environment, body: dict[str, Any]) -> Path:
    """The asset's file, fetched now if its bytes were left where they were."""
    folder = env.folder(body["asset"]["id"])
    if (path := ingest.playable(folder)).exists():
        return path
    try:
        return await env.workshop.once(f"{folder}:media", lambda: ingest.ensure_media(env, body))
    except InputRefused as refusal:
        raise not_playable_yet(refusal.message) from None


async def _segments(env: Environment, body: dict[str, Any]) -> Path:
    folder = env.folder(body["asset"]["id"]) / "hls"
    # Made by the first viewer: most assets of a load run are never played.
    if folder.exists():
        return folder
    source = await playable(env, body)
    return await env.workshop.once(str(folder), lambda: hls.make(source, folder, assets.stop_s(body)))


def _clip(admission: Admission) -> tuple[float, float] | None:
    """The part that is asked for, by the query of a public id or the claims of a signed one."""
    params, visible_s = admission.params, assets.visible_s(admission.body)
    if not any(name in params for name in CLIP):
        return None
    try:
        start_s, end_s = float(params.get(CLIP[0], 0)), float(params.get(CLIP[1], visible_s))
    except (TypeError, ValueError):
        raise bad_playback_request() from None
    if not 0 <= start_s < end_s or start_s >= visible_s:
        raise bad_playback_request()
    return start_s, end_s


def _clip_query(admission: Admission) -> str:
    """A public clip's ends go on in the address of the rendition; a signed one's are in its token."""
    ends = {name: admission.params[name] for name in CLIP if name in admission.params}
    return urlencode(ends) if _clip(admission) else ""


def _extras(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Ready tracks that were added to what the file itself holds."""
    added = body.get("track_sources", {})
    return [track for track in body["asset"]["tracks"] if track["id"] in added and track["status"] == "ready"]


ROUTES = [
    Route("/stream/{playback_id}.m3u8", multivariant),
    Route("/stream/{playback_id}/rendition.m3u8", rendition),
    Route("/stream/{playback_id}/{number:int}.ts", segment),
]
