"""Trying a price card: what last month would have cost by it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from core.access import Action, Person, check
from core.card_choice import in_use_of
from core.cost import bill
from core.costing import used_up_to
from core.errors import UnknownPrice
from core.ports import Services
from core.price_card import VENDOR_OF, PriceCard
from core.pricing import every_card
from core.usage import Month, Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What the card's vendor gave in the month, in US dollars, not rounded."""

    month: Month
    then_usd: Decimal
    """By this card, as if it had been in use all the month."""
    now_usd: Decimal | None
    """By the cards that were; None where there was none for it."""


def tried(card: PriceCard, *, by: Person, services: Services) -> Trial | None:
    """Last month by the card; None where nothing was used of its vendor. Raises `UnknownPrice` where the card
    has no price for something that was, `NotAllowed`."""
    check(by, Action.SET_PRICES)
    month = Month.of(services.clock().date()).before
    with services.uow("prices.try.read") as tx:
        held = in_use_of(card.vendor, every_card(tx, services), tx.prices.plans(), month)
        usages = used_up_to(month, month.end_at, cards=held, tx=tx)
    mine = [usage for usage in usages if VENDOR_OF[usage.sku.what] is card.vendor]
    if not mine:
        return None
    whole = replace(card, valid_from=month.first, valid_to=None)
    then_usd = bill(mine, [whole], month=month).total_usd
    return Trial(month=month, then_usd=then_usd, now_usd=_as_it_was(mine, held, month))


def _as_it_was(usages: Sequence[Usage], held: Sequence[PriceCard], month: Month) -> Decimal | None:
    try:
        return bill(usages, held, month=month).total_usd
    except UnknownPrice:
        return None
