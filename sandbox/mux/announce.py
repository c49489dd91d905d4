"""Which event tells what: the subject and the data of each."""

from typing import Any

from sandbox.mux import asset as assets
from sandbox.mux.environment import Environment


def tell_asset(env: Environment, what: str, asset: dict[str, Any]) -> None:
    """`video.asset.<what>` with the asset as it is now."""
    env.outbox.emit(f"video.asset.{what}", ("asset", asset["id"]), assets.as_webhook(asset))


def tell_track(env: Environment, what: str, asset_id: str, track: dict[str, Any], **beside: Any) -> None:
    data = track | {"asset_id": asset_id} | beside
    env.outbox.emit(f"video.asset.track.{what}", ("track", track["id"]), data)


def tell_rendition(env: Environment, what: str, asset_id: str, file: dict[str, Any], **beside: Any) -> None:
    data = file | {"asset_id": asset_id} | beside
    env.outbox.emit(f"video.asset.static_rendition.{what}", ("static_rendition", file["id"]), data)


def tell_upload(env: Environment, what: str, upload: dict[str, Any]) -> None:
    env.outbox.emit(f"video.upload.{what}", ("upload", upload["id"]), upload)
