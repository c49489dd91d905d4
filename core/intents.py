"""What was asked of Mux, as a protocol that `core/db/` fills."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.records import Intent


class Intents(Protocol):
    """`mux_admin.intents`: what was asked of Mux, before it was asked."""

    def open(self, item_id: UUID, *, now: datetime) -> Intent:
        """The item's open intent, else a new one (at most one is open per item)."""

    def posted(self, intent_id: UUID, *, now: datetime) -> None:
        """The POST is about to be sent: from now on it may have been made."""

    def withdrawn(self, intent_id: UUID) -> None:
        """Mux said no for certain (429, 4xx): nothing was made, the same intent may be sent again."""

    def lost(self, intent_id: UUID, *, now: datetime) -> None:
        """No answer came: whether Mux made the asset is unknown, and searched for from now on."""

    def looked(self, intent_id: UUID) -> Intent:
        """Count one fruitless search."""

    def absent(self, intent_id: UUID) -> None:
        """Two searches found nothing: without an answer by now, it is not lost and may be sent again."""

    def answer(self, intent_id: UUID, asset_id: str) -> bool:
        """Bind the asset to the open intent. True when it is the intent's asset afterwards; False when
        another one is, or the intent was closed without one: then this asset is a twin."""

    def close(self, intent_id: UUID) -> None:
        """Nothing is expected of it any more; an asset that still turns up under it is a twin."""

    def close_cancelled(self, batch_id: int) -> None:
        """Close what the batch's cancelled items have open: whatever still turns up under it is a twin."""

    def get(self, intent_id: UUID, *, lock: bool = False) -> Intent | None:
        """None where there is no such intent."""

    def all_lost(self) -> list[Intent]:
        """Open intents whose answer never came."""

    def by_passthrough(self, passthrough: str | None) -> Intent | None:
        """The intent behind a passthrough; None for text that is not one of ours."""
