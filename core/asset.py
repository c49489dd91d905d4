"""An asset: a video at Mux, as its REST answers and webhooks describe it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from core.redaction import scrubbed


class AssetStatus(StrEnum):
    PREPARING = "preparing"
    READY = "ready"
    ERRORED = "errored"
    DELETED = "deleted"


class Policy(StrEnum):
    PUBLIC = "public"
    SIGNED = "signed"


class Quality(StrEnum):
    BASIC = "basic"
    PLUS = "plus"
    PREMIUM = "premium"


RANK = {AssetStatus.PREPARING: 0, AssetStatus.ERRORED: 1, AssetStatus.READY: 2, AssetStatus.DELETED: 3}
"""A later fact never has a lower rank, in whatever order the events arrive."""

TRACK_RANK: dict[Any, int] = {"preparing": 0, "errored": 1, "ready": 2, "deleted": 3}
"""The same of one track."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """The facts of one asset; None where Mux has not said (yet)."""

    id: str
    status: AssetStatus
    created_at: datetime | None = None
    ready_at: datetime | None = None
    deleted_at: datetime | None = None
    duration_s: float | None = None
    aspect_ratio: str | None = None
    resolution_tier: str | None = None
    video_quality: str | None = None
    playback_id: str | None = None
    policy: Policy | None = None
    playback_ids: tuple[tuple[str, Policy], ...] = field(default=(), compare=False)  # of this very sight
    upload_id: str | None = None
    passthrough: str | None = None
    test: bool = False
    normalized: bool = False  # its sound was evened out as it was made
    error_type: str | None = None
    error_messages: tuple[str, ...] = ()
    tracks: tuple[Mapping[str, Any], ...] = ()
    static_renditions: tuple[Mapping[str, Any], ...] = ()
    tells_no_files: bool = field(default=False, compare=False)  # this very sight: none is left

    @property
    def mp4_name(self) -> str | None:
        """The file name of a static rendition that is ready, if there is one."""
        names = (r.get("name") for r in self.static_renditions if r.get("status") == "ready")
        return next((str(name) for name in names if name and str(name).endswith(".mp4")), None)


def asset_from_json(data: Mapping[str, Any], *, seen_at: datetime) -> Asset:
    """Read an asset from a REST answer or a webhook; anything but the id may be absent.

    `seen_at` is when Mux said it (event or answer time); it stands in for the ready time, which the
    asset itself does not carry.
    """
    status = _status(data.get("status"))
    errors = data.get("errors") or {}
    playback_ids = _playback_ids(data.get("playback_ids") or [])
    playback_id, policy = playback_ids[0] if playback_ids else (None, None)
    renditions = data.get("static_renditions") or {}
    files = renditions.get("files", []) if isinstance(renditions, Mapping) else renditions
    return Asset(
        id=str(data["id"]),
        status=status,
        created_at=parse_time(data.get("created_at")),
        ready_at=seen_at if status is AssetStatus.READY else None,
        duration_s=_number(data.get("duration")),
        aspect_ratio=data.get("aspect_ratio"),
        resolution_tier=data.get("resolution_tier"),
        video_quality=data.get("video_quality"),
        playback_id=playback_id,
        policy=policy,
        playback_ids=playback_ids,
        upload_id=data.get("upload_id"),
        passthrough=data.get("passthrough"),
        test=bool(data.get("test")),
        normalized=bool(data.get("normalize_audio")),
        error_type=errors.get("type"),
        error_messages=tuple(scrubbed(str(message)) for message in errors.get("messages") or ()),
        tracks=tuple(data.get("tracks") or ()),
        static_renditions=tuple(files or ()),
        tells_no_files=data.get("static_renditions") is not None and not files,
    )


def fold(old: Asset | None, new: Asset) -> Asset:
    """Join two sights of one asset, whatever their order: rank decides, known beats unknown.

    Tracks and renditions come and go, so of two lists the one that came last stands. The playback id stays:
    rows name it, and only whoever changes those changes it.
    """
    if old is None:
        return new
    later, earlier = (new, old) if RANK[new.status] >= RANK[old.status] else (old, new)
    plays = old if old.playback_id else new
    blamed = later if later.error_type or later.status is not earlier.status else earlier
    return replace(
        later,
        created_at=later.created_at or earlier.created_at,
        ready_at=_first(old.ready_at, new.ready_at),
        deleted_at=_first(old.deleted_at, new.deleted_at),
        duration_s=earlier.duration_s if later.duration_s is None else later.duration_s,
        aspect_ratio=later.aspect_ratio or earlier.aspect_ratio,
        resolution_tier=later.resolution_tier or earlier.resolution_tier,
        video_quality=later.video_quality or earlier.video_quality,
        playback_id=plays.playback_id,
        policy=plays.policy or old.policy or new.policy,
        upload_id=later.upload_id or earlier.upload_id,
        passthrough=later.passthrough or earlier.passthrough,
        test=old.test or new.test,
        normalized=old.normalized or new.normalized,
        error_type=blamed.error_type,
        error_messages=blamed.error_messages,
        tracks=later.tracks or earlier.tracks,
        static_renditions=() if later.tells_no_files else new.static_renditions or old.static_renditions,
    )


def with_track(asset: Asset, track: Mapping[str, Any], *, gone: bool) -> Asset:
    """The same asset with what an event says of one of its tracks; a deleted one does not come back."""
    told = {**track, "status": "deleted"} if gone else dict(track)
    mine = [one for one in asset.tracks if one.get("id") == track.get("id")]
    if any(TRACK_RANK.get(one.get("status"), 0) > TRACK_RANK.get(told.get("status"), 0) for one in mine):
        return asset
    others = tuple(one for one in asset.tracks if one.get("id") != track.get("id"))
    kept = {name: value for name, value in told.items() if name not in ("asset_id", "error")}
    return replace(asset, tracks=(*others, {**(mine[0] if mine else {}), **kept}))


def deleted(asset: Asset, *, at: datetime) -> Asset:
    """The same asset, gone since `at`."""
    return replace(asset, status=AssetStatus.DELETED, deleted_at=asset.deleted_at or at)


def parse_time(value: object) -> datetime | None:
    """Mux writes seconds as a string (REST) or a number (webhooks), and ISO in envelopes."""
    if value is None or value == "":
        return None
    try:
        return datetime.fromtimestamp(float(str(value)), UTC)
    except ValueError:
        moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _status(value: object) -> AssetStatus:
    known = {status.value: status for status in AssetStatus}
    return known.get(str(value), AssetStatus.PREPARING)


def _playback_ids(ids: list[Mapping[str, Any]]) -> tuple[tuple[str, Policy], ...]:
    return tuple((str(one["id"]), Policy(one["policy"])) for one in ids if one.get("policy") in set(Policy))


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def _first(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(one, other) if one and other else one or other


DELETED_AT_MUX = "The asset was deleted at Mux."


def mux_words(asset: Asset) -> str:
    """Mux's own words on what is wrong with an asset, without a full stop."""
    return "; ".join(asset.error_messages).rstrip(".") or "no reason given"


def mux_reason(asset: Asset) -> str:
    """Why an errored asset is none."""
    return f"Mux could not use this file ({asset.error_type or 'error'}): {mux_words(asset)}."
