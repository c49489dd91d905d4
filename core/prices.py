"""What is kept of prices: the cards that people brought, and which plan is in use since when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.card_choice import PlanInUse
from core.price_card import PriceCard


class Prices(Protocol):
    """`mux_admin.price_cards` and `plans_in_use`."""

    def alone(self) -> None:
        """Until the transaction ends nobody else changes cards or plans: what one decides by stays so."""

    def cards(self) -> Sequence[PriceCard]:
        """Those that people brought, by key."""

    def text(self, key: str) -> str | None:
        """What somebody brought under this key, as it was written."""

    def add(self, key: str, text: str, *, author: str, at: datetime) -> bool:
        """Keep it; False where the key is taken."""

    def remove(self, key: str) -> bool:
        """Keep it no longer; False where there is none."""

    def plans(self) -> Sequence[PlanInUse]:
        """Those that were chosen, by vendor and day."""

    def choose(self, plan: PlanInUse, *, at: datetime) -> None:
        """Have this plan in use from its day on, instead of what was chosen for that very day."""
