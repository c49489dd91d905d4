"""What the rows and our records say of one lesson's video, and of the person who wants to watch it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from core.asset import AssetStatus, Policy
from core.source import Location
from core.tie import LessonTies


@dataclass(frozen=True, slots=True, kw_only=True)
class Subtitles:
    """A file of captions beside a lesson, WebVTT or SubRip; `asset_id` is what was given them at Mux."""

    location: Location
    name: str
    language: str | None = None
    asset_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Playable:
    """A lesson as playing needs it; None where nothing is known.

    `video_url` and `hls_url` are addresses as the school spells them, the object of its row in `videos`
    (`s3://…`) where the lesson itself has none; `captions_url` is that of the captions beside it;
    `chapters` is where its own file of chapters lies. `policy`, `asset_status`, `tracks` and `thumbnail_s`,
    the moment of its picture that was chosen, are of the asset whose playback id the lesson names, as Mux
    told of it last. `position_s` and `completed` are the person's.
    """

    ties: LessonTies
    title: str = ""
    series: str | None = None
    asset_id: str | None = None
    playback_id: str | None = None
    policy: Policy | None = None
    asset_status: AssetStatus | None = None
    duration_s: float | None = None
    tracks: tuple[Mapping[str, Any], ...] = ()
    thumbnail_s: float | None = None
    video_url: str | None = None
    hls_url: str | None = None
    captions_url: str | None = None
    chapters: Location | None = None
    subtitles: tuple[Subtitles, ...] = ()
    position_s: float = 0.0
    completed: bool = False
    secret: str = field(default="", repr=False)
    """What Lectern signs with for itself."""

    @property
    def beside(self) -> tuple[Subtitles, ...]:
        """The captions that do not come with what is at Mux."""
        return tuple(one for one in self.subtitles if not self.asset_id or one.asset_id != self.asset_id)

    @property
    def facts(self) -> dict[str, Any]:
        """What decides the provider, under the names of the school's columns."""
        return {
            "mux_playback_id": self.playback_id,
            "asset_status": self.asset_status,
            "video_url": self.video_url,
            "hls_url": self.hls_url,
        }


class PlayablesAtOnce(Protocol):
    """The same for a face that serves many on one event loop: it waits there, and no thread does."""

    async def get(self, lesson_id: str, user_id: str | None) -> Playable | None:
        """As `Playables.get`. Raises `Unavailable`."""

    async def close(self) -> None:
        """Give its connections back."""


class Playables(Protocol):
    """Lessons as playing needs them."""

    def get(self, lesson_id: str, user_id: str | None) -> Playable | None:
        """The lesson and how this person is tied to it, by one question; None where there is none."""
