"""One player for both: streams from Mux by Mux's own player, files in S3 by the browser's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from core.playback import Provider
from core.player import Playback
from dashboard.components.inbox import Respond, inbox_of, read
from dashboard.components.part import VENDOR, part

MODULES = {"player": f"{VENDOR}/mux-player.mjs", "data": f"{VENDOR}/mux.mjs"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """What to play; the addresses carry their tokens, so they are made when the page is drawn."""

    title: str
    src: str = field(repr=False)
    provider: Provider = Provider.MUX
    poster: str | None = field(default=None, repr=False)
    poster_s: float | None = None
    storyboard: str | None = field(default=None, repr=False)
    resume_at_s: float = 0.0
    tracks: tuple[Mapping[str, str | None], ...] = field(default=(), repr=False)
    lesson: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """What Mux Data is told of the view."""
    env_key: str = ""
    part: str = ""
    """Which part of the video, where it is not all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seek:
    """Jump to a place. Each command has an id of its own: the page is drawn more often than it is given."""

    id: str
    at_s: float


RESUME_LEAST_S = 5.0
"""Nobody is brought back to the first moments."""

_mount = part("player")


def video_of(playback: Playback, *, part: str = "") -> Video:
    """What a lesson's player needs; `part` names what of it plays."""
    known = {
        "video_id": playback.lesson_id,
        "video_title": playback.title,
        "video_series": playback.series,
        "viewer_user_id": playback.viewer,
    }
    return Video(
        lesson=playback.lesson_id,
        title=playback.title,
        provider=playback.provider,
        src=playback.src,
        poster=playback.poster,
        poster_s=playback.poster_s,
        storyboard=playback.storyboard,
        resume_at_s=playback.resume_at_s if playback.resume_at_s >= RESUME_LEAST_S else 0.0,
        tracks=tuple(
            {"kind": track.kind, "src": track.src, "label": track.name, "language": track.language}
            for track in playback.tracks
            if track.src
        ),
        metadata={name: value for name, value in known.items() if value},
        env_key=playback.data_env_key,
        part=part,
    )


def player(
    video: Video,
    *,
    key: str,
    respond: Respond,
    tells: bool = False,
    reports: bool = False,
    seek: Seek | None = None,
    group: str = "",
    muted: bool = False,
) -> None:
    """Show the player; nothing of the video is loaded before somebody has scrolled to it.

    `respond` answers `renew` with new addresses and `trouble` with the id to quote, and hears `progress`
    where it `reports`. `tells`: Mux Data hears of the view. Players of one `group` go in step.
    """
    inbox = inbox_of(key)
    data: dict[str, Any] = {
        **asdict(video),
        "player": key,
        "view": f"{video.lesson}|{video.part}|{video.src.partition('?')[0]}",
        "inbox": inbox.data(),
        "modules": MODULES,
        "tells": tells,
        "reports": reports,
        "seek": asdict(seek) if seek else None,
        "group": group,
        "muted": muted,
    }
    _mount(key=key, data=data, on_outbox_change=partial(read, key, inbox, respond))


def addresses(video: Video) -> dict[str, Any]:
    """What a player is given anew when its addresses have run out."""
    named = {"src": video.src, "poster": video.poster, "storyboard": video.storyboard}
    return {**named, "tracks": list(video.tracks)}


def exhibit(
    state: str,
    sentence: str = "",
    *,
    key: str,
    quote: str = "",
    resume_at_s: float = 0.0,
    chapters: Sequence[tuple[float, str]] = (),
) -> None:
    """Draw a player of no film in a state, with what can stand below it, for the gallery."""
    listed = [{"at": at_s, "title": title} for at_s, title in chapters]
    below = {"sentence": sentence, "quote": quote, "resume_at_s": resume_at_s, "chapters": listed}
    _mount(key=key, data={"shown": {"state": state, **below}})


def deaf(renewed: Callable[[], Video] | None = None) -> Respond:
    """Answers for a player of which nothing is kept: no report, no id to quote."""

    def respond(message: Mapping[str, Any]) -> Mapping[str, Any] | None:
        if message.get("type") == "renew":
            return addresses(renewed()) if renewed else {"error": "Load the page again."}
        return {} if message.get("type") == "trouble" else None

    return respond
