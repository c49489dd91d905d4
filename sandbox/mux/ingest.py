"""From bytes to a ready asset: pull, read, make playable; or an honest `errored`."""

import asyncio
from pathlib import Path
from typing import Any

from sandbox.mux import asset as assets
from sandbox.mux import uploads
from sandbox.mux.announce import tell_asset
from sandbox.mux.chance import Kind
from sandbox.mux.environment import Environment
from sandbox.mux.media import pull, transcode
from sandbox.mux.media.probe import probe, probe_header
from sandbox.mux.media.pull import InputRefused, damage_refused

SOURCE, STANDARD = "source", "standard.mp4"
# A heavy file plays as it is; the other reasons mean that a browser may not play it at all.
PLAYS_ANYWAY = {"video_bitrate"}


def start(env: Environment, asset_id: str) -> None:
    env.spawn(run(env, asset_id))


def resume(env: Environment) -> None:
    """Takes up what a killed process left unfinished."""
    for row in env.store.assets.every(live_only=True):
        if row.body["asset"]["status"] == "preparing":
            start(env, row.id)
        elif row.body["asset"]["status"] == "ready":
            env.follow_up(row.id)


async def run(env: Environment, asset_id: str) -> None:
    """Ends with the asset `ready` or `errored`, unless it was deleted meanwhile."""
    body = env.asset(asset_id).body
    # Rolled before the wait, so that the order of assets decides and not that of downloads.
    doomed = env.strikes("errored_rate", env.faults.errored_rate)
    await asyncio.sleep(env.faults.ingest_s)
    try:
        if doomed:
            raise InputRefused("invalid_input", "The input could not be processed (a fault of the sandbox)")
        with damage_refused():
            facts = await env.workshop.ingest(_prepare, env, body)
    except InputRefused as refusal:
        _finish(env, asset_id, None, refusal)
    else:
        _finish(env, asset_id, facts, None)


def playable(folder: Path) -> Path:
    """The file that segments and pictures are made from."""
    standard = folder / STANDARD
    return standard if standard.exists() else folder / SOURCE


def ensure_media(env: Environment, body: dict[str, Any]) -> Path:
    """The playable file; pulled now if the asset became ready without its bytes. Blocks."""
    folder = env.folder(body["asset"]["id"])
    if not playable(folder).exists():
        _obtain(env, body, folder)
        _standardise(body, folder, probe(str(folder / SOURCE)))
    return playable(folder)


def _prepare(env: Environment, body: dict[str, Any]) -> dict[str, Any]:
    folder = env.folder(body["asset"]["id"])
    source = folder / SOURCE
    # An upload has its bytes here already; reading them is cheaper than asking anyone.
    if env.config.instant and not source.exists():
        pull.refuse_expired(body["inputs"][0]["url"], env.clock())
        return probe_header(body["inputs"][0]["url"])
    _obtain(env, body, folder)
    facts = probe(str(source))
    _standardise(body, folder, facts)
    return facts


def _obtain(env: Environment, body: dict[str, Any], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / SOURCE).exists():
        pull.fetch(body["inputs"][0]["url"], folder / SOURCE, env.clock())


def _standardise(body: dict[str, Any], folder: Path, facts: dict[str, Any]) -> None:
    if set(facts["non_standard"]) - PLAYS_ANYWAY:
        transcode.standardise(folder / SOURCE, folder / STANDARD, assets.stop_s(body))


def _finish(
    env: Environment, asset_id: str, facts: dict[str, Any] | None, refusal: InputRefused | None
) -> None:
    row = env.store.assets.find(asset_id)
    # Deleted while it was prepared: Mux sends neither ready nor errored then.
    if row is None or not row.live:
        env.drop_folder(asset_id)
        return
    body = row.body
    body["facts"] = facts
    if refusal:
        # Nothing can be made from these bytes; a retry is a new asset.
        env.drop_folder(asset_id)
        assets.make_errored(body, refusal.kind, refusal.message)
    else:
        assets.make_ready(body, lambda: env.chance.new_id(Kind.TRACK))
    with env.store.together():
        env.store.assets.save(asset_id, body)
        if facts and facts["non_standard"]:
            tell_asset(env, "non_standard_input_detected", body["asset"])
        tell_asset(env, body["asset"]["status"], body["asset"])
        if refusal and "upload_id" in body["asset"]:
            uploads.fail(env, body["asset"]["upload_id"], refusal.kind, refusal.message)
    if not refusal:
        env.follow_up(asset_id)
