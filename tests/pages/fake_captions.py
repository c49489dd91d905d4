"""Captions in memory, for the pages."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from core.source import Location
from core.text_track import Origin, TextTrack, TrackState, move
from tests.fakes import EPOCH


@dataclass(slots=True)
class FakeCaptions:
    kept: dict[UUID, TextTrack] = field(default_factory=dict)

    def add(self, track: TextTrack) -> None:
        self.kept[track.id] = track

    def get(self, track: UUID, *, lock: bool = False) -> TextTrack | None:
        return self.kept.get(track)

    def newest(self, track: UUID) -> TextTrack | None:
        return self.kept.get(track)

    def at_mux(self, track_id: str) -> TextTrack | None:
        return next((one for one in self.kept.values() if one.track_id == track_id), None)

    def of_asset(self, asset_id: str) -> Sequence[TextTrack]:
        gone = TrackState.GONE
        return [one for one in self.kept.values() if one.asset_id == asset_id and one.state is not gone]

    def of_item(self, item_id: UUID) -> TextTrack | None:
        return next((one for one in self.kept.values() if one.item_id == item_id), None)

    def move(self, track: UUID, then: TrackState, *, now: datetime, **facts: Any) -> TextTrack:
        return self.note(track, state=move(self.kept[track].state, then), moved_at=now, **facts)

    def note(self, track: UUID, **facts: Any) -> TextTrack:
        self.kept[track] = replace(self.kept[track], **facts)
        return self.kept[track]

    def trial(self) -> AbstractContextManager[None]:
        return nullcontext()

    def lessons_of(self, asset_id: str) -> Sequence[str]:
        return []


def text_track(number: int, state: TrackState = TrackState.READY, **facts: Any) -> TextTrack:
    """German captions of lesson 1, unless said otherwise."""
    usual: dict[str, Any] = {
        "id": UUID(int=number),
        "lesson_id": "1",
        "asset_id": "asset-1",
        "origin": Origin.UPLOADED,
        "state": state,
        "language": "de",
        "name": f"Deutsch {number}",
        "person": "tess",
        "created_at": EPOCH,
        "moved_at": EPOCH,
        "first_at": EPOCH,
        "track_id": f"track-{number}",
        "location": Location("school-videos", f"captions/{UUID(int=number)}.vtt"),
    }
    return TextTrack(**(usual | facts))
