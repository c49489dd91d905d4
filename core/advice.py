"""Advice: what costs money and may not be worth it, each with what it would save in a month.

Pure. What something saves is the bill of a month like now less the bill of the same month without it: volume
steps, free minutes and a plan's credit count as they would. What two pieces say of one thing counts once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from core.bill import Bill
from core.months_ahead import MonthUsage, month_of
from core.present_usage import NONE
from core.usage import Sku, What, quantities, summed


class Kind(StrEnum):
    UNPLAYED = "unplayed"
    LARGER = "larger"
    ORIGINALS = "originals"
    COPIES = "copies"
    DOWNLOADS = "downloads"
    PARTS = "parts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """One thing that a piece of advice is about: `quantity` of `sku` in a month, and what it would be."""

    thing: str
    """An asset's id, or a place in S3."""
    sku: Sku
    quantity: Decimal
    then: Sku | None = None
    """None: nothing."""
    lessons: Sequence[str] = ()
    name: str = ""
    begun_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A piece of advice. `saves_usd` is what it saves by itself, exact; `once_usd` what it takes."""

    kind: Kind
    finds: Sequence[Find]
    saves_usd: Decimal
    once_usd: Decimal = NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """All pieces, what saves most first, and what all together save in a month, where what is said twice
    counts once."""

    advice: Sequence[Advice]
    saves_usd: Decimal

    @property
    def less_usd(self) -> Decimal:
        """By how much that is less than the pieces one by one; below zero where steps make it more."""
        return sum((one.saves_usd for one in self.advice), NONE) - self.saves_usd


Price = Callable[[MonthUsage], Bill]


def saving(found: Mapping[Kind, Sequence[Find]], now: MonthUsage, *, price: Price) -> Saving:
    """What each piece saves of a month like `now`, and all together. Raises what `price` raises."""
    as_is = price(now).total_usd

    def saves(finds: Iterable[Find]) -> Decimal:
        return as_is - price(without(now, finds)).total_usd

    advice = [
        Advice(kind=kind, finds=finds, saves_usd=saves(finds), once_usd=_once(kind, finds, now, price))
        for kind, finds in found.items()
        if finds
    ]
    advice.sort(key=lambda one: (-one.saves_usd, one.kind))
    return Saving(advice=advice, saves_usd=saves(once_each(advice)))


def with_finds(now: MonthUsage, finds: Iterable[Find]) -> MonthUsage:
    """The month with what was found and is not in it."""
    used = ((one.sku, one.quantity) for one in now.usages)
    return month_of(now.month, summed([*used, *((one.sku, one.quantity) for one in finds)]))


def without(now: MonthUsage, finds: Iterable[Find]) -> MonthUsage:
    """The month as it would be. Of what the month has less of than was found, only that much changes."""
    whole = quantities(now.usages)
    added: list[tuple[Sku, Decimal]] = []
    for find in finds:
        taken = min(find.quantity, whole.get(find.sku, NONE))
        whole[find.sku] = whole.get(find.sku, NONE) - taken
        if find.then:
            added.append((find.then, taken))
    return month_of(now.month, summed([*whole.items(), *added]))


def once_each(advice: Sequence[Advice]) -> list[Find]:
    """Everything that they are about; what two of them say of one thing as the first of them says it."""
    kept: list[Find] = []
    taken: set[tuple[str, What]] = set()
    for one in advice:
        kept += [find for find in one.finds if (find.thing, find.sku.what) not in taken]
        taken |= {(find.thing, find.sku.what) for find in one.finds}
    return kept


def _once(kind: Kind, finds: Sequence[Find], now: MonthUsage, price: Price) -> Decimal:
    """A video in another resolution is another one, made anew."""
    if kind is not Kind.LARGER:
        return NONE
    made = summed(
        (replace(one.then, what=What.INPUT, storage=None), one.quantity) for one in finds if one.then
    )
    more = summed([*((one.sku, one.quantity) for one in now.usages), *made.items()])
    return price(month_of(now.month, more)).total_usd - price(now).total_usd
