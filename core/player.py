"""What a player is given for one lesson."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from core.asset import Policy
from core.playback import Provider

STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What opens a signed video at Mux, its picture and its hover pictures; kept nowhere."""

    video: str = field(default="", repr=False)
    thumbnail: str = field(default="", repr=False)
    storyboard: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """Captions, subtitles or chapters. `src` None: they come with the stream itself."""

    kind: str
    language: str
    name: str
    src: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Playback:
    """What plays one lesson for one person. `expires_at` is when its addresses end; None: they do not."""

    lesson_id: str
    title: str
    provider: Provider
    why: str
    series: str | None = None
    playback_id: str | None = None
    policy: Policy | None = None
    tokens: Tokens | None = None
    src: str = field(default="", repr=False)
    poster: str | None = field(default=None, repr=False)
    poster_s: float | None = None
    """The moment that the poster shows, where one was chosen."""
    storyboard: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None
    duration_s: float | None = None
    tracks: tuple[Track, ...] = ()
    resume_at_s: float = 0.0
    viewer: str = ""
    data_env_key: str = ""


def tracks_of_asset(tracks: Iterable[Mapping[str, Any]]) -> tuple[Track, ...]:
    """The text tracks of an asset that are ready; the player finds them in the manifest."""
    return tuple(
        Track(
            kind="captions" if track.get("closed_captions") else "subtitles",
            language=str(track.get("language_code") or "und"),
            name=str(track.get("name") or track.get("language_code") or ""),
        )
        for track in tracks
        if track.get("type") == "text" and track.get("status") == "ready"
    )


def ends_at(url: str, *, now: datetime, lifetime_s: float) -> datetime:
    """When a presigned URL ends: as it says itself (SigV4): credentials may end it before its time."""
    said = dict(parse_qsl(urlsplit(url).query))
    try:
        signed_at = datetime.strptime(said["X-Amz-Date"], STAMP).replace(tzinfo=UTC)
        return signed_at + timedelta(seconds=int(said["X-Amz-Expires"]))
    except (KeyError, ValueError):
        return now + timedelta(seconds=lifetime_s)
