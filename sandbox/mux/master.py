"""Temporary access to an asset's master: a real MP4 behind a signed URL, for a day."""

import hmac
from pathlib import Path
from typing import Any

from sandbox.mux import ingest
from sandbox.mux.announce import tell_asset
from sandbox.mux.chance import Kind
from sandbox.mux.environment import Environment
from sandbox.mux.errors import invalid
from sandbox.mux.media import files
from sandbox.mux.media.pull import InputRefused, damage_refused

LIFETIME_S = 24 * 60 * 60
NAME = "master.mp4"


def set_access(env: Environment, asset_id: str, access: str) -> dict[str, Any]:
    """`temporary` makes the file and its URL, `none` takes both away."""
    body = env.asset(asset_id).body
    asset: dict[str, Any] = body["asset"]
    if asset["status"] != "ready":
        raise invalid("The asset must be ready before its master can be accessed")
    if access == "none":
        _withdraw(env, body)
    # Asking again while it is ready changes nothing; a new day needs `none` in between.
    elif asset.get("master", {}).get("status") != "ready":
        _prepare(env, body)
    return asset


def start_for(env: Environment, asset_id: str) -> None:
    """Once an asset is ready: what its creation asked for, or a kill interrupted."""
    body = env.asset(asset_id).body
    asset = body["asset"]
    if asset["master_access"] == "temporary" and asset.get("master", {}).get("status") != "ready":
        _prepare(env, body)


def end_overdue(env: Environment) -> None:
    """After a day the access is `none` again."""
    for row in env.store.assets.due("$.master_until", env.clock()):
        _withdraw(env, row.body)


def may_download(body: dict[str, Any], signature: str) -> bool:
    return hmac.compare_digest(body.get("master_signature", "\0").encode(), signature.encode())


def path(env: Environment, asset_id: str) -> Path:
    return env.folder(asset_id) / NAME


def _prepare(env: Environment, body: dict[str, Any]) -> None:
    asset = body["asset"]
    asset |= {"master_access": "temporary", "master": {"status": "preparing"}}
    with env.store.together():
        env.store.assets.save(asset["id"], body)
        tell_asset(env, "master.preparing", asset)
    env.spawn(_make(env, asset["id"]))


async def _make(env: Environment, asset_id: str) -> None:
    before = env.asset(asset_id).body
    try:
        with damage_refused():
            await env.workshop.ingest(_write, env, before)
        status = "ready"
    except InputRefused:
        status = "errored"
    body = env.asset(asset_id).body
    asset = body["asset"]
    if asset["master_access"] != "temporary":
        return
    asset["master"] = {"status": status}
    if status == "ready":
        body["master_signature"] = env.chance.new_id(Kind.SIGNATURE)
        body["master_until"] = env.clock() + LIFETIME_S
        link = f"{env.config.public_url}/master/{asset_id}/{NAME}?signature={body['master_signature']}"
        asset["master"]["url"] = link
    with env.store.together():
        env.store.assets.save(asset_id, body)
        tell_asset(env, f"master.{status}", asset)


def _write(env: Environment, body: dict[str, Any]) -> None:
    files.film(ingest.ensure_media(env, body), path(env, body["asset"]["id"]), None, None)


def _withdraw(env: Environment, body: dict[str, Any]) -> None:
    asset = body["asset"]
    had_one = asset.pop("master", None)
    asset["master_access"] = "none"
    for name in ("master_signature", "master_until"):
        body.pop(name, None)
    path(env, asset["id"]).unlink(missing_ok=True)
    with env.store.together():
        env.store.assets.save(asset["id"], body)
        if had_one:
            tell_asset(env, "master.deleted", asset)
