"""MP4s and the moments of pictures in memory, for the pages."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from core.asset import Asset
from core.rendition import Rendition, RenditionState, move
from core.thumbnail import Thumbnail
from tests.fakes import EPOCH


@dataclass(slots=True)
class FakeRenditionRows:
    kept: dict[UUID, Rendition] = field(default_factory=dict)

    def add(self, rendition: Rendition) -> None:
        self.kept[rendition.id] = rendition

    def of_asset(self, asset_id: str) -> Sequence[Rendition]:
        return [one for one in self.kept.values() if one.asset_id == asset_id]

    def move(self, rendition: UUID, then: RenditionState, *, now: datetime, **facts: Any) -> Rendition:
        return self.note(rendition, state=move(self.kept[rendition].state, then), moved_at=now, **facts)

    def note(self, rendition: UUID, **facts: Any) -> Rendition:
        self.kept[rendition] = replace(self.kept[rendition], **facts)
        return self.kept[rendition]

    def drop(self, rendition: UUID) -> None:
        del self.kept[rendition]


@dataclass(slots=True)
class FakeAssets:
    """The mirror, as far as pages ask it."""

    assets: dict[str, Asset]
    thumbnails: dict[str, Thumbnail]

    def get(self, asset_id: str) -> Asset | None:
        return self.assets.get(asset_id)

    def thumbnail(self, asset_id: str) -> Thumbnail | None:
        return self.thumbnails.get(asset_id)

    def choose_thumbnail(self, asset_id: str, at_s: float | None, *, now: datetime) -> None:
        self.thumbnails[asset_id] = Thumbnail(at_s=at_s, is_told=False)


def rendition(number: int, state: RenditionState = RenditionState.READY, **facts: Any) -> Rendition:
    """An MP4 of lesson 1's video, unless said otherwise."""
    usual: dict[str, Any] = {
        "id": UUID(int=number),
        "lesson_id": "1",
        "asset_id": "asset-1",
        "resolution": "highest",
        "state": state,
        "person": "tess",
        "created_at": EPOCH,
        "moved_at": EPOCH,
        "used_at": EPOCH,
        "rendition_id": f"file-{number}",
    }
    return Rendition(**(usual | facts))
