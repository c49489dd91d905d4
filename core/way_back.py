"""The way back from Mux to S3, as a protocol that `core/db/` fills: who wants which items rolled back."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from core.migration import Trouble


class WayBack(Protocol):
    """Items of a batch that are switched, and those of them that somebody wants back."""

    def ask_back(self, batch_id: int, undo_id: UUID, *, item_ids: Sequence[UUID] | None = None) -> list[UUID]:
        """Mark items (all, or these) that are switched as wanted back, under this id; returns which."""

    def asked_back(self, batch_id: int, undo_id: UUID, *, after: UUID | None, limit: int) -> list[UUID]:
        """Items that are wanted back under this id and still switched, in the order of their ids."""

    def rolling_back(self, batch_id: int) -> int:
        """How many items are wanted back and still switched."""

    def refuse_back(self, item_id: UUID, *, trouble: Trouble, reason: str) -> None:
        """An item stays switched though somebody wanted it back."""

    def plays(self, source_id: int, asset_id: str) -> bool:
        """Whether rows that some item of the source switched play from the asset. Of two who ask, the second
        waits for the first's end."""

    def not_rolled_back(self, batch_id: int) -> dict[Trouble, int]:
        """Items whose way back was refused, by cause."""
