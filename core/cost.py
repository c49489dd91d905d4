"""What usage costs by price cards: the lines of a month's bill.

Pure. docs/decisions/prices.md says why it is counted so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from core.bill import Bill, Line, LineKind
from core.card_stretch import Stretch, check_covered, days_of, stretches_of
from core.errors import InvalidInput
from core.price_card import VENDOR_OF, PriceCard, Step, Vendor, named, skus
from core.usage import Basis, Month, Sku, Usage, What, least_sure

ORDER = {sku: at for at, sku in enumerate(sku for what in What for sku in skus(what))}
NONE = Decimal(0)


@dataclass(slots=True, kw_only=True)
class Counted:
    """What the month has come to so far; it goes on where another card begins to hold."""

    paid: dict[Sku, Decimal] = field(default_factory=dict)
    free: dict[What, Decimal] = field(default_factory=dict)


def bill(usages: Sequence[Usage], cards: Sequence[PriceCard], *, month: Month) -> Bill:
    """The month's lines: of each vendor what was used, by volume step, then fee and credit of its plans.

    `cards` are those in use, at most one of a vendor for a day. What is used over several days counts to
    each of them alike, where a price changes between them. Raises `UnknownPrice` where a day or a thing has
    no price, `InvalidInput` for usage out of the month or below zero.
    """
    for usage in usages:
        _check(usage, month)
    lines: list[Line] = []
    for vendor in Vendor:
        mine = [usage for usage in usages if VENDOR_OF[usage.sku.what] is vendor]
        stretches = list(stretches_of([card for card in cards if card.vendor is vendor], month))
        for usage in mine:
            check_covered(usage, stretches, vendor)
        lines += _of_vendor(mine, stretches)
    return Bill(lines=lines)


def through(steps: Sequence[Step], counted: Decimal, quantity: Decimal) -> Iterator[tuple[Decimal, Decimal]]:
    """So much of the quantity at such a price, step by step, where `counted` came before it.

    >>> steps = [Step(up_to=Decimal(10), usd=Decimal(3)), Step(up_to=None, usd=Decimal(2))]
    >>> [(str(units), str(usd)) for units, usd in through(steps, Decimal(8), Decimal(5))]
    [('2', '3'), ('3', '2')]
    """
    end = counted + quantity
    for step in steps:
        upper = end if step.up_to is None else min(step.up_to, end)
        if upper > counted:
            yield upper - counted, step.usd
            counted = upper


def listed(card: PriceCard, sku: Sku, quantity: Decimal) -> Decimal:
    """What so much comes to by the steps alone: nothing used before, nothing free, no credit. Not rounded.
    Raises `UnknownPrice`."""
    return sum((units * usd for units, usd in through(card.steps_of(sku), NONE, quantity)), NONE)


def _of_vendor(usages: Sequence[Usage], stretches: Sequence[Stretch]) -> Iterator[Line]:
    counted, spent = Counted(), dict[str, Decimal]()
    for stretch in stretches:
        for line in _used(_part(usages, stretch), stretch, counted):
            plan = stretch.card.plan
            spent[plan] = spent.get(plan, NONE) + line.amount_usd
            yield line
    for plan in dict.fromkeys(stretch.card.plan for stretch in stretches):
        yield from _monthly([one for one in stretches if one.card.plan == plan], spent.get(plan, NONE))


def _used(usages: Sequence[Usage], stretch: Stretch, counted: Counted) -> Iterator[Line]:
    """Lines of what was used in the stretch, by the card that holds in it."""
    free = _free(usages, stretch.card, counted)
    for usage in usages:
        steps, given = stretch.card.steps_of(usage.sku), free[usage.sku]
        if given:
            yield _line(LineKind.FREE, usage, given, NONE, stretch)
        before = counted.paid.get(usage.sku, NONE)
        counted.paid[usage.sku] = before + usage.quantity - given
        for units, usd in through(steps, before, usage.quantity - given):
            yield _line(LineKind.USAGE, usage, units, usd, stretch)


def _free(usages: Sequence[Usage], card: PriceCard, counted: Counted) -> Mapping[Sku, Decimal]:
    """How much of each costs nothing: what the month has left of it, shared by what was used of each."""
    found = {usage.sku: NONE for usage in usages}
    for what, units in card.free.items():
        of_it = [usage for usage in usages if usage.sku.what is what]
        whole = sum((usage.quantity for usage in of_it), NONE)
        given = min(max(units - counted.free.get(what, NONE), NONE), whole)
        counted.free[what] = counted.free.get(what, NONE) + given
        for usage in of_it:
            found[usage.sku] = usage.quantity * given / whole if given < whole else usage.quantity
    return found


def _monthly(stretches: Sequence[Stretch], spent_usd: Decimal) -> Iterator[Line]:
    """Fee and credit of a plan: those of its first card in the month, and of the whole month."""
    first, last = stretches[0], stretches[-1]
    amounts = {
        LineKind.FEE: first.card.fee_usd,
        LineKind.CREDIT: -min(first.card.credit_usd, spent_usd),
    }
    for kind, usd in amounts.items():
        if usd:
            yield Line(
                kind=kind,
                vendor=first.card.vendor,
                sku=None,
                quantity=Decimal(1),
                usd=usd,
                first=first.first,
                last=last.last,
                basis=Basis.DERIVED,
                card=first.card.key,
            )


def _line(kind: LineKind, usage: Usage, units: Decimal, usd: Decimal, stretch: Stretch) -> Line:
    return Line(
        kind=kind,
        vendor=stretch.card.vendor,
        sku=usage.sku,
        quantity=units,
        usd=usd,
        first=usage.first,
        last=usage.last,
        basis=usage.basis,
        card=stretch.card.key,
    )


def _part(usages: Sequence[Usage], stretch: Stretch) -> Sequence[Usage]:
    """What was used in the stretch, one of each thing, in order; as sure as the least sure of it."""
    found: dict[Sku, Usage] = {}
    for usage in usages:
        first, last = max(usage.first, stretch.first), min(usage.last, stretch.last)
        if first > last or not usage.quantity:
            continue
        part = replace(usage, quantity=_share(usage, first, last), first=first, last=last)
        found[usage.sku] = _together(found[usage.sku], part) if usage.sku in found else part
    return [found[sku] for sku in sorted(found, key=lambda sku: ORDER.get(sku, len(ORDER)))]


def _share(usage: Usage, first: date, last: date) -> Decimal:
    if (first, last) == (usage.first, usage.last):
        return usage.quantity
    return usage.quantity * days_of(first, last) / days_of(usage.first, usage.last)


def _together(one: Usage, other: Usage) -> Usage:
    return replace(
        one,
        quantity=one.quantity + other.quantity,
        first=min(one.first, other.first),
        last=max(one.last, other.last),
        basis=least_sure((one.basis, other.basis)),
    )


def _check(usage: Usage, month: Month) -> None:
    if not month.first <= usage.first <= usage.last <= month.last:
        raise InvalidInput(f"Usage from {usage.first} to {usage.last} is not of {month.first:%B %Y}.")
    if not usage.quantity.is_finite() or usage.quantity < 0:
        raise InvalidInput(f"Nobody can use {usage.quantity} of {named(usage.sku)}.")
