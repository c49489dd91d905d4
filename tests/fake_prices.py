"""What is kept of prices, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.card_choice import PlanInUse
from core.card_reading import read_card
from core.price_card import PriceCard
from core.prices import Prices


@dataclass(slots=True)
class FakePrices(Prices):
    """Cards by key, as somebody wrote them, with their authors; and the plans that were chosen."""

    texts: dict[str, tuple[str, str]] = field(default_factory=dict)
    chosen: list[PlanInUse] = field(default_factory=list)

    def cards(self) -> Sequence[PriceCard]:
        return [read_card(text, author=author) for _, (text, author) in sorted(self.texts.items())]

    def text(self, key: str) -> str | None:
        return self.texts[key][0] if key in self.texts else None

    def add(self, key: str, text: str, *, author: str, at: datetime) -> bool:
        return self.texts.setdefault(key, (text, author)) == (text, author)

    def remove(self, key: str) -> bool:
        return self.texts.pop(key, None) is not None

    def plans(self) -> Sequence[PlanInUse]:
        return sorted(self.chosen, key=lambda one: (one.vendor, one.since))

    def choose(self, plan: PlanInUse, *, at: datetime) -> None:
        same = (plan.vendor, plan.since)
        self.chosen = [one for one in self.chosen if (one.vendor, one.since) != same] + [plan]
