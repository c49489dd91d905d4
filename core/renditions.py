"""Static renditions at Mux and in our records, as protocols that `core/mux/` and `core/db/` fill."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from core.rendition import Rendition, RenditionState


class RenditionHost(Protocol):
    """The calls of Mux's API about an asset's static renditions; raises as `core.ports.VideoHost` does."""

    def create_rendition(self, asset_id: str, *, resolution: str, passthrough: str) -> str:
        """POST: have one of `core.rendition.Resolution` made. Returns its id; it is ready later."""

    def delete_rendition(self, asset_id: str, rendition_id: str) -> bool:
        """False when Mux has no such file (any more)."""


class Renditions(Protocol):
    """`mux_admin.renditions`."""

    def add(self, rendition: Rendition) -> None:
        """Keep a new one. Raises `StaleState` where one of its resolution is there for the asset."""

    def get(self, rendition: UUID, *, lock: bool = False) -> Rendition | None:
        """With `lock`, held until the transaction ends."""

    def at_mux(self, rendition_id: str) -> Rendition | None:
        """The one that Mux knows under this id, locked."""

    def of_asset(self, asset_id: str) -> Sequence[Rendition]:
        """Oldest first."""

    def move(self, rendition: UUID, then: RenditionState, *, now: datetime, **facts: Any) -> Rendition:
        """Take it to its next state, with columns that change by it. Raises `IllegalMove`."""

    def note(self, rendition: UUID, **facts: Any) -> Rendition:
        """Change columns, not the state."""

    def drop(self, rendition: UUID) -> None:
        """Forget it: there is nothing (any more) at Mux."""

    def unused(self, *, before: datetime, limit: int = 50) -> Sequence[Rendition]:
        """Those ready that nobody asked for since, locked; what others hold at this moment is left out."""

    def silent(self, *, before: datetime, now: datetime, limit: int = 50) -> Sequence[UUID]:
        """Those with something left to do that have not moved, nor been gone after, since; gone after now."""
