"""`mux_admin.price_cards` and `plans_in_use`."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select, text
from sqlalchemy.dialects.postgresql import insert

from core.card_choice import PlanInUse
from core.card_reading import read_card
from core.db.tables import plans_in_use, price_cards
from core.price_card import PriceCard, Vendor
from core.prices import Prices

CARD, PLAN = price_cards.c, plans_in_use.c
ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended('mux_admin.price_cards', 0))")


class SqlPrices(Prices):
    """Fills `Prices`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def alone(self) -> None:
        self._connection.execute(ALONE)

    def cards(self) -> Sequence[PriceCard]:
        found = self._connection.execute(select(CARD.text, CARD.author).order_by(CARD.key))
        return [read_card(row.text, author=row.author) for row in found]

    def text(self, key: str) -> str | None:
        return self._connection.scalar(select(CARD.text).where(CARD.key == key))

    def add(self, key: str, text: str, *, author: str, at: datetime) -> bool:
        new = insert(price_cards).values(key=key, text=text, author=author, added_at=at)
        added = new.on_conflict_do_nothing().returning(CARD.key)
        return self._connection.execute(added).first() is not None

    def remove(self, key: str) -> bool:
        gone = delete(price_cards).where(CARD.key == key).returning(CARD.key)
        return self._connection.execute(gone).first() is not None

    def plans(self) -> Sequence[PlanInUse]:
        query = select(plans_in_use).order_by(PLAN.vendor, PLAN.since)
        return [
            PlanInUse(vendor=Vendor(row.vendor), plan=row.plan, since=row.since, person=row.person)
            for row in self._connection.execute(query)
        ]

    def choose(self, plan: PlanInUse, *, at: datetime) -> None:
        facts = {"plan": plan.plan, "person": plan.person, "chosen_at": at}
        new = insert(plans_in_use).values(vendor=plan.vendor.value, since=plan.since, **facts)
        self._connection.execute(
            new.on_conflict_do_update(index_elements=[PLAN.vendor, PLAN.since], set_=facts)
        )
