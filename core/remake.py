"""Copies at Mux that take the place of others, as a protocol that `core/db/` fills."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from core.asset import Asset, Policy
from core.records import Item


class Remakes(Protocol):
    """Items of which a new copy is made, and what the old one leaves to it."""

    def wake(self, asset_id: str) -> Sequence[int]:
        """Items that wait to be made from this copy are due now; returns their batches."""

    def made_of(self, item_id: UUID, etag: str) -> None:
        """The file's version that the item's copy is made from; "" where that is the old copy's master."""

    def last_remake(self, lesson_id: str) -> Item | None:
        """The newest item of the lesson of which a new copy was, or is to be, made."""

    def remade(self, asset_id: str, policy: Policy) -> Asset | None:
        """A copy that was made of this one before, with this policy, and that a rollback kept."""

    def hand_over(self, old_id: str, new_id: str) -> None:
        """What one asset serves in S3, the other one serves from now on."""
