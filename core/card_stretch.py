"""The days of a month, by the price card that holds on them.

Pure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from core.card_choice import NAMES
from core.errors import UnknownPrice
from core.phrases import full_date
from core.price_card import PriceCard, Vendor
from core.usage import Month, Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Days of the month, from first to last, on which one card holds."""

    card: PriceCard
    first: date
    last: date


def stretches_of(cards: Sequence[PriceCard], month: Month) -> Iterator[Stretch]:
    """The days of the month by the card that holds; those without one are left out."""
    on_day = ((next((card for card in cards if card.covers(day)), None), day) for day in month.days())
    for card, days in groupby(on_day, key=lambda pair: pair[0]):
        held = [day for _, day in days]
        if card is not None:
            yield Stretch(card=card, first=held[0], last=held[-1])


def check_covered(usage: Usage, stretches: Sequence[Stretch], vendor: Vendor) -> None:
    """Raise `UnknownPrice` unless each day on which it was used has a card of the vendor."""
    covered = sum(
        days_of(max(usage.first, one.first), min(usage.last, one.last))
        for one in stretches
        if one.first <= usage.last and usage.first <= one.last
    )
    if covered < days_of(usage.first, usage.last):
        raise UnknownPrice(
            f"No price card of {NAMES[vendor]} covers all days from "
            f"{full_date(usage.first)} to {full_date(usage.last)}.",
            hint="Add one on the page Price cards.",
        )


def days_of(first: date, last: date) -> int:
    """How many there are, both of them counted."""
    return (last - first).days + 1
