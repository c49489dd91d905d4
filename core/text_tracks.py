"""Text tracks at Mux and in our records, as protocols that `core/mux/` and `core/db/` fill."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from core.text_track import TextTrack, TrackState


class TrackHost(Protocol):
    """The calls of Mux's API about an asset's tracks; raises as `core.ports.VideoHost` does."""

    def add_text_track(self, asset_id: str, *, url: str, language: str, name: str, passthrough: str) -> str:
        """POST subtitles (VTT or SRT) that Mux fetches from `url`; the asset has to be ready. Returns the
        track's id."""

    def generate_subtitles(
        self, asset_id: str, audio_track_id: str, *, language: str, name: str, passthrough: str
    ) -> str:
        """POST: have subtitles written from the sound, in one of `core.language.LANGUAGES`. Returns the
        id of the text track, which is ready later."""

    def rename_track(self, asset_id: str, track_id: str, *, name: str) -> None:
        """Raises `Refused` where another text track has the name."""

    def delete_track(self, asset_id: str, track_id: str) -> bool:
        """False when Mux has no such track (any more)."""


class TextTracks(Protocol):
    """`mux_admin.text_tracks`."""

    def add(self, track: TextTrack) -> None:
        """Keep a new one. Raises `StaleState` where another one is to replace the same track."""

    def get(self, track: UUID, *, lock: bool = False) -> TextTrack | None:
        """With `lock`, held until the transaction ends."""

    def newest(self, track: UUID) -> TextTrack | None:
        """Whatever took its place, one after another, and is or was ready; itself where nothing did."""

    def at_mux(self, track_id: str) -> TextTrack | None:
        """The one that Mux knows under this id, locked."""

    def of_asset(self, asset_id: str) -> Sequence[TextTrack]:
        """All but those that are gone, oldest first."""

    def of_item(self, item_id: UUID) -> TextTrack | None:
        """The newest that an item of a batch wanted, whatever became of it."""

    def move(self, track: UUID, then: TrackState, *, now: datetime, **facts: Any) -> TextTrack:
        """Take it to its next state, with columns that change by it. Raises `IllegalMove`."""

    def note(self, track: UUID, **facts: Any) -> TextTrack:
        """Change columns, not the state."""

    def silent(self, *, before: datetime, now: datetime, limit: int = 50) -> Sequence[UUID]:
        """Those with something left to do that have not moved, nor been gone after, since; gone after now."""

    def trial(self) -> AbstractContextManager[None]:
        """What is done within takes effect or, where it raises, does not; the transaction goes on."""

    def lessons_of(self, asset_id: str) -> Sequence[str]:
        """Ids of the lessons that play the asset, or wait for the columns to say so."""
