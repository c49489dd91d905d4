"""Which event tells what: the subject and the data of each."""

from enum import StrEnum
from typing import Any

from sandbox.mux import asset as assets
from sandbox.mux.environment import Environment


class Event(StrEnum):
    """Every event that the double can send; Mux knows more."""

    ASSET_CREATED = "video.asset.created"
    ASSET_READY = "video.asset.ready"
    ASSET_ERRORED = "video.asset.errored"
    ASSET_UPDATED = "video.asset.updated"
    ASSET_DELETED = "video.asset.deleted"
    NON_STANDARD_INPUT = "video.asset.non_standard_input_detected"
    MASTER_PREPARING = "video.asset.master.preparing"
    MASTER_READY = "video.asset.master.ready"
    MASTER_ERRORED = "video.asset.master.errored"
    MASTER_DELETED = "video.asset.master.deleted"
    OLD_RENDITIONS_PREPARING = "video.asset.static_renditions.preparing"
    OLD_RENDITIONS_READY = "video.asset.static_renditions.ready"
    OLD_RENDITIONS_ERRORED = "video.asset.static_renditions.errored"
    OLD_RENDITIONS_DELETED = "video.asset.static_renditions.deleted"
    TRACK_CREATED = "video.asset.track.created"
    TRACK_READY = "video.asset.track.ready"
    TRACK_ERRORED = "video.asset.track.errored"
    TRACK_DELETED = "video.asset.track.deleted"
    RENDITION_CREATED = "video.asset.static_rendition.created"
    RENDITION_READY = "video.asset.static_rendition.ready"
    RENDITION_SKIPPED = "video.asset.static_rendition.skipped"
    RENDITION_ERRORED = "video.asset.static_rendition.errored"
    RENDITION_DELETED = "video.asset.static_rendition.deleted"
    UPLOAD_CREATED = "video.upload.created"
    UPLOAD_ASSET_CREATED = "video.upload.asset_created"
    UPLOAD_CANCELLED = "video.upload.cancelled"
    UPLOAD_ERRORED = "video.upload.errored"


def tell_asset(env: Environment, what: str, asset: dict[str, Any]) -> None:
    """`video.asset.<what>` with the asset as it is now."""
    env.outbox.emit(Event(f"video.asset.{what}"), ("asset", asset["id"]), assets.as_webhook(asset))


def tell_track(env: Environment, what: str, asset_id: str, track: dict[str, Any], **beside: Any) -> None:
    data = track | {"asset_id": asset_id} | beside
    env.outbox.emit(Event(f"video.asset.track.{what}"), ("track", track["id"]), data)


def tell_rendition(env: Environment, what: str, asset_id: str, file: dict[str, Any], **beside: Any) -> None:
    data = file | {"asset_id": asset_id} | beside
    env.outbox.emit(Event(f"video.asset.static_rendition.{what}"), ("static_rendition", file["id"]), data)


def tell_upload(env: Environment, what: str, upload: dict[str, Any]) -> None:
    env.outbox.emit(Event(f"video.upload.{what}"), ("upload", upload["id"]), upload)
