"""Static renditions: MP4 and M4A files made from a ready asset, by the new API and by `mp4_support`."""

from pathlib import Path
from typing import Any

from sandbox.mux import asset as assets
from sandbox.mux import ingest
from sandbox.mux.announce import tell_asset, tell_rendition
from sandbox.mux.chance import Kind
from sandbox.mux.environment import Environment
from sandbox.mux.errors import invalid, not_found
from sandbox.mux.media import files
from sandbox.mux.media.pull import InputRefused, damage_refused
from sandbox.mux.rules import rendition_conflicts

NAMES = {"highest": "highest.mp4", "audio-only": "audio.m4a"}
# What the old setting makes: file name and the lines it has at most.
OLD_FILES = {
    "capped-1080p": (("capped-1080p.mp4", 1080),),
    "audio-only": (("audio.m4a", None),),
    "audio-only,capped-1080p": (("audio.m4a", None), ("capped-1080p.mp4", 1080)),
    "standard": (("low.mp4", 270), ("medium.mp4", 480), ("high.mp4", 1080)),
    "none": (),
}


def add(env: Environment, asset_id: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """Asks for one more file; it is made once the asset is ready."""
    body = env.asset(asset_id).body
    present = [file["resolution"] for file in _files(body) if "resolution" in file]
    if problems := list(rendition_conflicts([*present, wanted["resolution"]])):
        raise invalid(*problems)
    file = new_file(env, wanted)
    body["asset"].setdefault("static_renditions", {}).setdefault("files", []).append(file)
    with env.store.together():
        env.store.assets.save(asset_id, body)
        tell_rendition(env, "created", asset_id, file)
    if body["asset"]["status"] == "ready":
        env.spawn(_make(env, asset_id, file["id"]))
    return file


def new_file(env: Environment, wanted: dict[str, Any]) -> dict[str, Any]:
    resolution = wanted["resolution"]
    name = NAMES.get(resolution, f"{resolution}.mp4")
    return {
        "id": env.chance.new_id(Kind.RENDITION),
        "name": name,
        "ext": name.rsplit(".", 1)[1],
        "resolution": resolution,
        "type": "standard" if resolution in NAMES else "advanced",
        "status": "preparing",
        **({"passthrough": wanted["passthrough"]} if "passthrough" in wanted else {}),
    }


def remove(env: Environment, asset_id: str, rendition_id: str) -> None:
    body = env.asset(asset_id).body
    file = _file(body, rendition_id)
    _files(body).remove(file)
    (env.folder(asset_id) / file["name"]).unlink(missing_ok=True)
    with env.store.together():
        env.store.assets.save(asset_id, body)
        tell_rendition(env, "deleted", asset_id, file)


def set_mp4_support(env: Environment, asset_id: str, support: str) -> dict[str, Any]:
    """The deprecated way: replaces all old files of the asset."""
    body = env.asset(asset_id).body
    asset: dict[str, Any] = body["asset"]
    if any("id" in file for file in _files(body)):
        raise invalid("mp4_support cannot be combined with static_renditions")
    if asset["status"] != "ready":
        raise invalid("The asset must be ready before mp4_support can change")
    asset |= {"mp4_support": support, "static_renditions": {"status": "disabled", "files": []}}
    with env.store.together():
        if support != "none":
            asset["static_renditions"]["status"] = "preparing"
        env.store.assets.save(asset_id, body)
        tell_asset(env, f"static_renditions.{'deleted' if support == 'none' else 'preparing'}", asset)
    if support != "none":
        env.spawn(_make_old(env, asset_id))
    return asset


def start_for(env: Environment, asset_id: str) -> None:
    """Once an asset is ready: makes every file it still owes."""
    body = env.asset(asset_id).body
    for file in _files(body):
        if file.get("status") == "preparing":
            env.spawn(_make(env, asset_id, file["id"]))
    old = body["asset"].get("mp4_support", "none")
    status = body["asset"].get("static_renditions", {}).get("status")
    if old != "none" and status in (None, "preparing"):
        body["asset"].setdefault("static_renditions", {"status": "preparing", "files": []})
        env.store.assets.save(asset_id, body)
        env.spawn(_make_old(env, asset_id))


async def _make(env: Environment, asset_id: str, rendition_id: str) -> None:
    body = env.asset(asset_id).body
    wanted = _file(body, rendition_id)
    error: dict[str, Any] = {}
    try:
        with damage_refused():
            made = await env.workshop.ingest(_write, env, body, wanted["name"], _lines(wanted["resolution"]))
    except InputRefused as refusal:
        made, error = {"status": "errored"}, {"error": {"type": refusal.kind, "messages": [refusal.message]}}
    # Looked up again: while the file was made, the asset may have changed or gone.
    body = env.asset(asset_id).body
    file = _file(body, rendition_id)
    file |= made
    with env.store.together():
        env.store.assets.save(asset_id, body)
        tell_rendition(env, file["status"], asset_id, file, **error)


async def _make_old(env: Environment, asset_id: str) -> None:
    try:
        with damage_refused():
            made = {"status": "ready", "files": await _old_files(env, env.asset(asset_id).body)}
    except InputRefused:
        made = {"status": "errored", "files": []}
    row = env.asset(asset_id)
    row.body["asset"]["static_renditions"] = made
    with env.store.together():
        env.store.assets.save(asset_id, row.body)
        tell_asset(env, f"static_renditions.{made['status']}", row.body["asset"])


async def _old_files(env: Environment, body: dict[str, Any]) -> list[dict[str, Any]]:
    made = []
    for name, lines in OLD_FILES[body["asset"]["mp4_support"]]:
        facts = await env.workshop.ingest(_write, env, body, name, lines)
        if facts.pop("status") == "ready":
            facts.pop("resolution_tier", None)
            made.append({"name": name, "ext": name.rsplit(".", 1)[1], **facts})
    return made


def _write(env: Environment, body: dict[str, Any], name: str, lines: int | None) -> dict[str, Any]:
    """Makes the file and tells its facts; `skipped` where it would have to be made up."""
    source = ingest.ensure_media(env, body)
    target: Path = env.folder(body["asset"]["id"]) / name
    tracks = {track["type"]: track for track in body["facts"]["tracks"]}
    if name.endswith(".m4a"):
        return (
            files.sound(source, target, assets.stop_s(body)) if "audio" in tracks else {"status": "skipped"}
        )
    picture = tracks.get("video")
    # The old names are ceilings, the new ones promises: only a promise can be broken by upscaling.
    exact = f"{lines}p.mp4" == name
    if picture is None or (exact and min(picture["width"], picture["height"]) < (lines or 0)):
        return {"status": "skipped"}
    return files.film(source, target, assets.stop_s(body), lines)


def _lines(resolution: str) -> int | None:
    return int(resolution[:-1]) if resolution.endswith("p") else None


def _files(body: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = body["asset"].get("static_renditions", {}).get("files", [])
    return found


def _file(body: dict[str, Any], rendition_id: str) -> dict[str, Any]:
    for file in _files(body):
        if file.get("id") == rendition_id:
            return file
    raise not_found()
