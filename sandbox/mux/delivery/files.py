"""Captions, transcripts, further sound, static renditions and masters."""

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.mux import asset as assets
from sandbox.mux import master, tracks
from sandbox.mux.api.answers import environment
from sandbox.mux.delivery.admission import Admission, Audience, admit, ready
from sandbox.mux.delivery.stream import M3U8
from sandbox.mux.errors import ApiError, no_such_playback, playback_forbidden
from sandbox.mux.media import hls, texts

MEDIA_TYPES = {"mp4": "video/mp4", "m4a": "audio/m4a"}


async def captions(request: Request) -> Response:
    _, path = _text(request)
    return PlainTextResponse(path.read_text(), media_type="text/vtt")


async def transcript(request: Request) -> Response:
    _, path = _text(request)
    return PlainTextResponse(texts.as_transcript(path.read_text()))


async def captions_playlist(request: Request) -> Response:
    admission, _ = _text(request)
    duration_s = assets.visible_s(admission.body)
    playlist = hls.subtitles_playlist(request.path_params["track_id"], duration_s, admission.query)
    return PlainTextResponse(playlist, media_type=M3U8)


async def sound_playlist(request: Request) -> Response:
    admission, folder = _sound(request)
    playlist = hls.with_query((folder / hls.PLAYLIST).read_text(), admission.query)
    return PlainTextResponse(playlist, media_type=M3U8)


async def sound_segment(request: Request) -> Response:
    path = _sound(request)[1] / f"{request.path_params['number']}.ts"
    if not path.exists():
        raise no_such_playback()
    return FileResponse(path, media_type="video/mp2t")


async def rendition(request: Request) -> Response:
    """`highest.mp4`, `720p.mp4`, `audio.m4a` …; with `download`, as a file of that name."""
    env = environment(request)
    admission = ready(admit(env, request, Audience.VIDEO))
    name = request.path_params["name"]
    files = admission.body["asset"].get("static_renditions", {}).get("files", [])
    path = env.folder(admission.body["asset"]["id"]) / name
    known = any(file["name"] == name and file.get("status", "ready") == "ready" for file in files)
    if not known or not path.exists():
        raise no_such_playback()
    title = admission.params.get("download")
    extension = name.rsplit(".", 1)[1]
    filename = f"{title}.{extension}" if title else None
    return FileResponse(path, media_type=MEDIA_TYPES[extension], filename=filename)


async def master_file(request: Request) -> Response:
    env, asset_id = environment(request), request.path_params["asset_id"]
    try:
        body = env.asset(asset_id).body
    except ApiError:
        raise no_such_playback() from None
    if not master.may_download(body, request.query_params.get("signature", "")):
        raise playback_forbidden("The signature is not valid")
    return FileResponse(master.path(env, asset_id), media_type="video/mp4")


def _text(request: Request) -> tuple[Admission, Path]:
    admission, track = _ready_track(request, "text")
    asset_id = admission.body["asset"]["id"]
    return admission, tracks.text_path(environment(request), asset_id, track["id"])


def _sound(request: Request) -> tuple[Admission, Path]:
    admission, track = _ready_track(request, "audio")
    folder = tracks.sound_folder(environment(request), admission.body["asset"]["id"], track["id"])
    if not folder.exists():
        raise no_such_playback()
    return admission, folder


def _ready_track(request: Request, kind: str) -> tuple[Admission, dict[str, Any]]:
    admission = ready(admit(environment(request), request, Audience.VIDEO))
    for track in admission.body["asset"]["tracks"]:
        if (track["id"], track["type"], track["status"]) == (request.path_params["track_id"], kind, "ready"):
            return admission, track
    raise no_such_playback()


ROUTES = [
    Route("/stream/{playback_id}/text/{track_id}.vtt", captions),
    Route("/stream/{playback_id}/text/{track_id}.txt", transcript),
    Route("/stream/{playback_id}/text/{track_id}.m3u8", captions_playlist),
    Route("/stream/{playback_id}/audio/{track_id}/rendition.m3u8", sound_playlist),
    Route("/stream/{playback_id}/audio/{track_id}/{number:int}.ts", sound_segment),
    Route("/stream/{playback_id}/{name}", rendition),
    Route("/master/{asset_id}/master.mp4", master_file),
]
