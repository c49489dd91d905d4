"""Playback addresses and the tokens that signed ones need. Stored URLs never hold a token."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from core.asset import Asset, Policy


class Audience(StrEnum):
    """The `aud` claim: what a token opens."""

    VIDEO = "v"
    THUMBNAIL = "t"
    STORYBOARD = "s"
    GIF = "g"


Look = tuple[tuple[str, str | int | float], ...]
"""Parameters of a picture: what stands in its address, and in the token of a signed one."""


class Signer(Protocol):
    """RS256 playback tokens, made locally."""

    def token(self, playback_id: str, audience: str, *, lifetime_s: float, look: Look = ()) -> str:
        """A token that opens `playback_id` for `lifetime_s`, to an `Audience`; with this look."""


PICTURE: Look = (("width", 320), ("height", 180), ("fit_mode", "smartcrop"))
"""The one size of pictures in lists: Mux counts each size of each video."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosts:
    """Where Mux serves from; settings change them for the double."""

    stream_url: str = "https://stream.mux.com"
    image_url: str = "https://image.mux.com"

    def manifest(self, playback_id: str, *, token: str | None = None, look: Look = ()) -> str:
        """URL of the HLS manifest; a signed playback id needs its token (audience `v`), which holds what
        else is said."""
        return with_look(f"{self.stream_url}/{playback_id}.m3u8", token, look)

    def thumbnail(self, playback_id: str, *, token: str | None = None, look: Look = ()) -> str:
        """URL of a picture out of the video; a signed playback id needs its token (audience `t`), which
        holds how the picture looks."""
        return with_look(f"{self.image_url}/{playback_id}/thumbnail.jpg", token, look)

    def storyboard(self, playback_id: str, *, token: str | None = None, look: Look = ()) -> str:
        """URL of the WebVTT of hover pictures; a signed playback id needs its token (audience `s`), which
        holds what else is said."""
        return with_look(f"{self.image_url}/{playback_id}/storyboard.vtt", token, look)

    def text(self, playback_id: str, track_id: str, *, token: str | None = None) -> str:
        """URL of a text track as WebVTT; a signed playback id needs its token (audience `v`)."""
        return _with_token(f"{self.stream_url}/{playback_id}/text/{track_id}.vtt", token)

    def rendition(self, playback_id: str, name: str, *, token: str | None = None, look: Look = ()) -> str:
        """URL of a static rendition, such as `highest.mp4`; a signed playback id needs its token (audience
        `v`), which holds what else is said."""
        return with_look(f"{self.stream_url}/{playback_id}/{name}", token, look)


def claims(
    playback_id: str, audience: Audience, *, key_id: str, now_s: float, lifetime_s: float, look: Look = ()
) -> dict[str, Any]:
    """The JWT payload Mux expects; `kid` belongs in the payload, and so does how a picture looks."""
    said = {"sub": playback_id, "aud": audience.value, "exp": int(now_s + lifetime_s), "kid": key_id}
    return {**dict(look), **said}


def token_lifetime_s(duration_s: float | None, *, least_s: float = 3600.0) -> float:
    """Playback stops at `exp`, so a token outlives the video, with an hour for pauses."""
    return max(least_s, (duration_s or 0.0) + least_s)


LONGEST_VIDEO_S = 12 * 3600.0
"""No asset at Mux is longer; a length that nobody knows is taken for this."""


def playback_lifetime_s(duration_s: float | None, *, beyond_s: float) -> float:
    """How long a viewer's tokens and addresses live: `beyond_s` longer than the video, because playback stops
    when they end."""
    return (LONGEST_VIDEO_S if duration_s is None else duration_s) + beyond_s


class Provider(StrEnum):
    MUX = "mux"
    S3 = "s3"
    HLS = "hls"
    NONE = "none"


def provider_of(row: Mapping[str, Any]) -> tuple[Provider, str]:
    """What plays a lesson, and why in words: the playback id first, else the S3 addresses.

    `row` has the school's columns and, where it is known, `asset_status`: a copy that Mux has deleted plays
    no more, whatever the row still says.
    """
    if row.get("mux_playback_id") and row.get("asset_status") != "deleted":
        return Provider.MUX, "The lesson has a Mux playback id."
    why = "The copy at Mux was deleted" if row.get("mux_playback_id") else "No Mux playback id yet"
    video_url = row.get("video_url") or ""
    if video_url and not is_playlist(video_url):
        return Provider.S3, f"{why}; the S3 address plays."
    if video_url or row.get("hls_url"):
        return Provider.HLS, f"{why}; the HLS folder in S3 plays."
    return Provider.NONE, "The lesson has no video."


def is_playlist(url: str) -> bool:
    """Whether an address names an HLS playlist rather than one file."""
    return url.partition("?")[0].lower().endswith(".m3u8")


def video_facts(asset: Asset, hosts: Hosts) -> dict[str, Any]:
    """What a ready asset writes into a row of `videos`, by column; `mux_mp4_url` only when one is ready.

    Mux evens sound out by making an asset, so that work has no other number than the asset's.
    """
    playback_id = asset.playback_id
    mp4 = asset.mp4_name
    return {
        "mux_asset_id": asset.id,
        "mux_playback_id": playback_id,
        "mux_upload_id": asset.upload_id,
        "mux_status": "ready",
        "mux_thumbnail_url": hosts.thumbnail(playback_id) if playback_id else None,
        "mux_streaming_url": hosts.manifest(playback_id) if playback_id else None,
        "mux_mp4_url": hosts.rendition(playback_id, mp4) if playback_id and mp4 else None,
        "mux_duration_seconds": None if asset.duration_s is None else round(asset.duration_s),
        "mux_aspect_ratio": asset.aspect_ratio,
        "mux_created_at": asset.created_at,
        "mux_ready_at": asset.ready_at,
        "audio_enhanced": asset.normalized,
        "audio_enhancement_job_id": asset.id if asset.normalized else None,
    }


def lesson_facts(asset: Asset) -> dict[str, Any]:
    """What a ready asset writes into a row of `lessons`, by column."""
    known = {} if asset.duration_s is None else {"duration": round(asset.duration_s)}
    return {
        "mux_asset_id": asset.id,
        "mux_playback_id": asset.playback_id,
        "mux_upload_id": asset.upload_id,
        "video_provider": "mux",
        "processing_status": "ready",
        "video_status": "ready",
        **known,
    }


def host_facts(table: str, asset: Asset, hosts: Hosts) -> dict[str, Any]:
    """The facts for a row of `videos` or `lessons`."""
    return video_facts(asset, hosts) if table == "videos" else lesson_facts(asset)


def needs_token(policy: Policy | None) -> bool:
    """A token on a public playback id makes the request fail, so it is not a matter of taste."""
    return policy is Policy.SIGNED


def with_look(url: str, token: str | None, look: Look) -> str:
    """The address with its parameters; those of a signed one stand in its token alone."""
    return _with_token(url, token) if token or not look else f"{url}?{urlencode(look, quote_via=quote)}"


def _with_token(url: str, token: str | None) -> str:
    return f"{url}?token={token}" if token else url  # a JWT is made of what may stand in an address
