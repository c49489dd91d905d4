"""Text and further audio tracks of a ready asset: uploaded by URL, or generated from speech."""

import asyncio
import logging
from pathlib import Path
from typing import Any

from sandbox.mux import asset as assets
from sandbox.mux.announce import tell_asset, tell_track
from sandbox.mux.chance import Kind
from sandbox.mux.environment import Environment
from sandbox.mux.errors import ApiError, invalid, not_found
from sandbox.mux.media import hls, pull, texts
from sandbox.mux.media.probe import probe
from sandbox.mux.media.pull import InputRefused, damage_refused

log = logging.getLogger(__name__)
DETECTED = {"language_code": "en", "auto_language_confidence": 0.98}
SHOWN = ("type", "text_type", "language_code", "name", "closed_captions", "passthrough")


def add(env: Environment, asset_id: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """Adds a track from a URL. The asset must be ready, the name new among its kind."""
    body = env.asset(asset_id).body
    if body["asset"]["status"] != "ready":
        raise ApiError(412, "precondition_failed", "The asset must be ready before tracks can be added")
    track = {"id": env.chance.new_id(Kind.TRACK), "status": "preparing"}
    track |= {name: wanted[name] for name in SHOWN if name in wanted}
    if track["type"] == "text":
        track |= {"text_type": "subtitles", "text_source": "uploaded"}
    _refuse_same_name(body["asset"], track)
    _record(env, body, track, {"url": wanted["url"]})
    return track


def generate(
    env: Environment, asset_id: str, track_id: str, wanted: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Adds subtitles made from an audio track, one per wanted language."""
    body = env.asset(asset_id).body
    if find(body["asset"], track_id)["type"] != "audio":
        raise invalid("Subtitles can only be generated for audio tracks")
    return [_add_generated(env, body, one) for one in wanted]


def change(env: Environment, asset_id: str, track_id: str, changes: dict[str, Any]) -> dict[str, Any]:
    body = env.asset(asset_id).body
    track = find(body["asset"], track_id)
    track |= changes
    env.store.assets.save(asset_id, body)
    tell_asset(env, "updated", body["asset"])
    return track


def remove(env: Environment, asset_id: str, track_id: str) -> None:
    body = env.asset(asset_id).body
    track = find(body["asset"], track_id)
    if track["type"] == "video" or track.get("primary"):
        raise invalid("Neither the video nor the primary audio track can be deleted")
    body["asset"]["tracks"].remove(track)
    with env.store.together():
        env.store.assets.save(asset_id, body)
        tell_track(env, "deleted", asset_id, track | {"status": "deleted"})


def start_from_inputs(env: Environment, asset_id: str) -> None:
    """Once an asset is ready: the captions its inputs asked for, and what a kill left unfinished."""
    body = env.asset(asset_id).body
    first, *others = body["inputs"] or [{}]
    # Only the first time: after a restart the tracks are there and merely unfinished.
    if "track_sources" not in body:
        for wanted in first.get("generated_subtitles", []) if _has_sound(body) else []:
            _add_generated(env, body, wanted)
        for wanted in others:
            if wanted.get("type") in ("text", "audio") and wanted.get("url"):
                _add_if_new(env, asset_id, {"language_code": "en", **wanted})
    for track in env.asset(asset_id).body["asset"]["tracks"]:
        if track["status"] == "preparing":
            env.spawn(_make(env, asset_id, track["id"]))


def _add_if_new(env: Environment, asset_id: str, wanted: dict[str, Any]) -> None:
    try:
        add(env, asset_id, wanted)
    except ApiError as error:
        # Found out only now: the film brought a track of this name itself.
        log.info("An input was left out: %s", "; ".join(error.messages))


def find(asset: dict[str, Any], track_id: str) -> dict[str, Any]:
    for track in asset.get("tracks", []):
        if track["id"] == track_id:
            found: dict[str, Any] = track
            return found
    raise not_found()


def text_path(env: Environment, asset_id: str, track_id: str) -> Path:
    return env.folder(asset_id) / f"{track_id}.vtt"


def sound_folder(env: Environment, asset_id: str, track_id: str) -> Path:
    return env.folder(asset_id) / f"audio-{track_id}"


def _add_generated(env: Environment, body: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    language = wanted.get("language_code", "en")
    track = {
        "id": env.chance.new_id(Kind.TRACK),
        "type": "text",
        "text_type": "subtitles",
        "text_source": "generated_vod",
        "status": "preparing",
        "language_code": language,
        "name": wanted.get("name") or f"{language} (generated)",
    }
    track |= {"passthrough": wanted["passthrough"]} if "passthrough" in wanted else {}
    _refuse_same_name(body["asset"], track)
    _record(env, body, track, {"generated": language})
    return track


def _record(env: Environment, body: dict[str, Any], track: dict[str, Any], source: dict[str, Any]) -> None:
    asset_id = body["asset"]["id"]
    body["asset"]["tracks"].append(track)
    body.setdefault("track_sources", {})[track["id"]] = source
    with env.store.together():
        env.store.assets.save(asset_id, body)
        tell_track(env, "created", asset_id, track)
    env.spawn(_make(env, asset_id, track["id"]))


async def _make(env: Environment, asset_id: str, track_id: str) -> None:
    await asyncio.sleep(env.faults.ingest_s)
    body = env.asset(asset_id).body
    try:
        with damage_refused():
            facts = await env.workshop.ingest(_prepare, env, body, track_id)
    except InputRefused as refusal:
        _settle(env, asset_id, track_id, {"status": "errored"}, refusal)
    else:
        _settle(env, asset_id, track_id, {"status": "ready", **facts}, None)


def _prepare(env: Environment, body: dict[str, Any], track_id: str) -> dict[str, Any]:
    """Writes the track's file; what became known about it."""
    asset_id, source = body["asset"]["id"], body["track_sources"][track_id]
    target = text_path(env, asset_id, track_id)
    target.parent.mkdir(parents=True, exist_ok=True)
    if "generated" in source:
        target.write_text(texts.as_vtt(texts.generated(assets.visible_s(body))))
        return DETECTED if source["generated"] == "auto" else {}
    download = env.folder(asset_id) / f"{track_id}.input"
    pull.fetch(source["url"], download, env.clock())
    if find(body["asset"], track_id)["type"] == "text":
        target.write_text(texts.as_vtt(texts.parse(download.read_text(errors="replace"))))
        return {}
    (sound,) = [track for track in probe(str(download))["tracks"] if track["type"] == "audio"][:1]
    hls.make(download, sound_folder(env, asset_id, track_id), assets.stop_s(body), kinds=("audio",))
    return {"duration": sound["duration"], "max_channels": sound["channels"]}


def _settle(
    env: Environment, asset_id: str, track_id: str, changes: dict[str, Any], refusal: InputRefused | None
) -> None:
    # Looked up again: while the track was made, the asset may have changed or gone.
    body = env.asset(asset_id).body
    track = find(body["asset"], track_id)
    track |= changes
    error = {"error": {"type": refusal.kind, "messages": [refusal.message]}} if refusal else {}
    with env.store.together():
        env.store.assets.save(asset_id, body)
        tell_track(env, track["status"], asset_id, track, **error)


def _refuse_same_name(asset: dict[str, Any], track: dict[str, Any]) -> None:
    track.setdefault("name", track.get("language_code", ""))
    for other in asset["tracks"]:
        if (other["type"], other.get("name")) == (track["type"], track["name"]):
            raise invalid(f"A {track['type']} track named {track['name']} already exists")


def _has_sound(body: dict[str, Any]) -> bool:
    return any(track["type"] == "audio" for track in body["asset"]["tracks"])
