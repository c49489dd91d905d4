"""What can happen to an asset: each change is stored, then told by an event."""

from typing import Any

from sandbox.mux import asset as assets
from sandbox.mux import ingest, renditions
from sandbox.mux.announce import tell_asset, tell_rendition
from sandbox.mux.chance import Kind
from sandbox.mux.environment import Environment


def add_asset(
    env: Environment,
    options: dict[str, Any],
    ingest_type: str,
    *,
    asset_id: str | None = None,
    upload_id: str | None = None,
) -> str:
    """Creates the asset with its playback ids and starts its ingest; the new asset's id."""
    asset_id = asset_id or env.chance.new_id(Kind.ASSET)
    body = assets.new_body(options, asset_id, env.clock(), ingest_type)
    if upload_id:
        body["asset"]["upload_id"] = upload_id
    if files := [renditions.new_file(env, wanted) for wanted in options.get("static_renditions", [])]:
        body["asset"]["static_renditions"] = {"files": files}
    with env.store.together():
        env.store.assets.add(asset_id, body, parent=upload_id)
        for policy in assets.policies_of(options):
            _add_playback_id(env, body["asset"], policy)
        env.store.assets.save(asset_id, body)
        tell_asset(env, "created", body["asset"])
        for file in files:
            tell_rendition(env, "created", asset_id, file)
    ingest.start(env, asset_id)
    return asset_id


def change_asset(env: Environment, asset_id: str, changes: dict[str, Any]) -> dict[str, Any]:
    """Merges changes into the asset and returns it."""
    body = env.asset(asset_id).body
    body["asset"] |= changes
    return _save_and_tell(env, body)


def delete_asset(env: Environment, asset_id: str) -> None:
    """Ends the asset: its playback ids answer 404 from now on, its bytes are gone."""
    body = env.asset(asset_id).body
    body["deleted_at"] = int(env.clock())
    with env.store.together():
        env.store.assets.save(asset_id, body, live=False)
        for playback_id in body["asset"]["playback_ids"]:
            env.store.playback_ids.remove(playback_id["id"])
        tell_asset(env, "deleted", body["asset"])
    # After the row: killed in between, the double has bytes too many, never an asset without them.
    env.drop_folder(asset_id)


def add_playback_id(env: Environment, asset_id: str, policy: str) -> dict[str, Any]:
    body = env.asset(asset_id).body
    with env.store.together():
        added = _add_playback_id(env, body["asset"], policy)
        _save_and_tell(env, body)
    return added


def remove_playback_id(env: Environment, asset_id: str, playback_id: str) -> None:
    body = env.asset(asset_id).body
    kept = [item for item in body["asset"]["playback_ids"] if item["id"] != playback_id]
    body["asset"]["playback_ids"] = kept
    with env.store.together():
        env.store.playback_ids.remove(playback_id)
        _save_and_tell(env, body)


def delete_expired(env: Environment) -> None:
    """Test assets live for a day."""
    for row in env.store.assets.due("$.expires_at", env.clock()):
        delete_asset(env, row.id)


def _add_playback_id(env: Environment, asset: dict[str, Any], policy: str) -> dict[str, Any]:
    added = {"id": env.chance.new_id(Kind.PLAYBACK_ID), "policy": policy}
    env.store.playback_ids.add(added["id"], added, parent=asset["id"])
    asset["playback_ids"].append(added)
    return added


def _save_and_tell(env: Environment, body: dict[str, Any]) -> dict[str, Any]:
    asset: dict[str, Any] = body["asset"]
    with env.store.together():
        env.store.assets.save(asset["id"], body)
        tell_asset(env, "updated", asset)
    return asset
