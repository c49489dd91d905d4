"""An asset's JSON as it changes: new, ready, errored; and how a webhook shows the same asset.

Pure functions. The stored body of an asset is
`{"asset": <what GET shows>, "inputs": [...], "facts": {...} | None, "expires_at": int | None,
"deleted_at": int | None}`.
"""

from collections.abc import Callable
from typing import Any

from sandbox.mux.media.probe import resolution_tier

TEST_LENGTH_S = 10.0
TEST_LIFETIME_S = 24 * 60 * 60
TIER_OF_QUALITY = {"basic": "baseline", "plus": "smart", "premium": "premium"}
QUALITY_OF_TIER = {tier: quality for quality, tier in TIER_OF_QUALITY.items()}
COPIED = ("passthrough", "meta", "normalize_audio", "directives", "generate_shots")


def new_body(options: dict[str, Any], asset_id: str, now_s: float, ingest_type: str) -> dict[str, Any]:
    """The stored body of an asset that was just asked for."""
    # encoding_tier is the old name of the same choice; Mux still requires it in answers.
    quality = options.get("video_quality") or QUALITY_OF_TIER[options.get("encoding_tier", "baseline")]
    asset = {
        "id": asset_id,
        "created_at": str(int(now_s)),
        "status": "preparing",
        # No policy asked for, no playback id: the asset is there and cannot be played.
        "playback_ids": [],
        "max_resolution_tier": options.get("max_resolution_tier", "1080p"),
        "encoding_tier": TIER_OF_QUALITY[quality],
        "video_quality": quality,
        "master_access": options.get("master_access", "none"),
        "mp4_support": options.get("mp4_support", "none"),
        "normalize_audio": False,
        "ingest_type": ingest_type,
        "progress": {"state": "ingesting", "progress": 0},
    }
    asset |= {name: options[name] for name in COPIED if name in options}
    asset |= {"test": True} if options.get("test") else {}
    expires_at = int(now_s) + TEST_LIFETIME_S if options.get("test") else None
    return {
        "asset": asset,
        "inputs": inputs_of(options),
        "facts": None,
        "expires_at": expires_at,
        "deleted_at": None,
    }


def inputs_of(options: dict[str, Any]) -> list[dict[str, Any]]:
    """The inputs in their long form, under either of the two names."""
    given = options.get("inputs") or options.get("input") or []
    return [{"url": given}] if isinstance(given, str) else given


def policies_of(options: dict[str, Any]) -> list[str]:
    """The policies of the playback ids to make, in order."""
    given = options.get("playback_policies") or options.get("playback_policy") or []
    plain = [given] if isinstance(given, str) else given
    return [*plain, *(item["policy"] for item in options.get("advanced_playback_policies", []))]


def make_ready(body: dict[str, Any], new_track_id: Callable[[], str]) -> None:
    """Writes what was read from the file (`body["facts"]`) into the asset."""
    asset, facts = body["asset"], body["facts"]
    tracks = [_stored_track(track, new_track_id()) for track in facts["tracks"]]
    picture = next((track for track in facts["tracks"] if track["type"] == "video"), None)
    asset |= {
        "status": "ready",
        "duration": visible_s(body),
        "tracks": tracks,
        "progress": {"state": "completed", "progress": 100},
        **_resolution(picture, asset["max_resolution_tier"]),
    }
    if picture:
        asset["aspect_ratio"] = facts["aspect_ratio"]
    # Mux leaves fields out rather than sending null.
    if facts["non_standard"]:
        asset["non_standard_input_reasons"] = facts["non_standard"]


def make_errored(body: dict[str, Any], kind: str, message: str) -> None:
    body["asset"] |= {
        "status": "errored",
        "errors": {"type": kind, "messages": [message]},
        "progress": {"state": "errored", "progress": -1},
    }


def visible_s(body: dict[str, Any]) -> float:
    """Seconds that play: a test asset is cut to ten."""
    duration_s = float(body["facts"]["duration_s"])
    return min(duration_s, TEST_LENGTH_S) if body["asset"].get("test") else duration_s


def stop_s(body: dict[str, Any]) -> float | None:
    """Where media made from the file must end, if not at its end."""
    return TEST_LENGTH_S if body["asset"].get("test") else None


def as_webhook(asset: dict[str, Any]) -> dict[str, Any]:
    """The same asset with the number types that webhooks use."""
    shown = asset | {"created_at": int(asset["created_at"])}
    if renditions := asset.get("static_renditions"):
        files = [_numeric_size(file) for file in renditions["files"]]
        shown["static_renditions"] = renditions | {"files": files}
    return shown


def _numeric_size(file: dict[str, Any]) -> dict[str, Any]:
    return file | ({"filesize": int(file["filesize"])} if "filesize" in file else {})


def _stored_track(track: dict[str, Any], track_id: str) -> dict[str, Any]:
    stored = {"id": track_id, "type": track["type"], "duration": track["duration"], "status": "ready"}
    if track["type"] == "audio":
        main = {"name": "Default", "language_code": "und", "primary": True}
        return stored | {"max_channels": track["channels"], **main}
    size = {"max_width": track["width"], "max_height": track["height"]}
    return stored | size | {"max_frame_rate": track["frame_rate"]}


def _resolution(picture: dict[str, Any] | None, cap: str) -> dict[str, Any]:
    if picture is None:
        return {"resolution_tier": "audio-only", "max_stored_resolution": "Audio only"}
    tier = resolution_tier(picture["width"], picture["height"], cap)
    old_names = {"720p": "HD", "1080p": "HD", "1440p": "FHD", "2160p": "UHD"}
    # The deprecated names know SD, the tiers start at 720p.
    small = tier == "720p" and min(picture["width"], picture["height"]) < 720
    return {
        "resolution_tier": tier,
        "max_stored_resolution": "SD" if small else old_names[tier],
        "max_stored_frame_rate": picture["frame_rate"],
    }
