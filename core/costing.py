"""Costing: what a month costs so far, by day, and what it is likely to come to."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from core.access import Action, Person, check
from core.bill import Bill
from core.cost import bill
from core.errors import InvalidInput, UnknownPrice
from core.month_costs import Alike, MonthCosts, per_day
from core.month_forecast import WINDOW_D, ByDay, Forecast, forecast
from core.ports import Services, Tx
from core.price_card import PriceCard
from core.pricing import cards_in_use
from core.usage import Basis, Month, Sku, Usage, quantities
from core.usage_delivery import bounds
from core.viewings import ENOUGH_KNOWN

DAY = timedelta(days=1)
Cards = Sequence[PriceCard]


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """What was used up to a moment, and the bill for it."""

    usages: Sequence[Usage]
    bill: Bill

    @property
    def quantities(self) -> Mapping[Sku, Decimal]:
        """Of each thing, however it is known."""
        return quantities(self.usages)

    def cards(self, sku: Sku) -> Sequence[str]:
        """Keys of the price cards that it was counted by."""
        return list(dict.fromkeys(line.card for line in self.bill.lines if line.sku == sku))

    def bases(self, sku: Sku) -> frozenset[Basis]:
        """How its quantity is known."""
        return frozenset(one.basis for one in self.usages if one.sku == sku)


def month_costs(month: Month, *, by: Person, services: Services) -> MonthCosts:
    """The month up to this moment. Raises `NotAllowed`, `InvalidInput` for a month that has not begun, and
    `UnknownPrice` where no price card covers it, or a card has no price for what was used."""
    check(by, Action.SEE_COSTS)
    until = until_of(month, services=services)
    cards, earlier = cards_in_use(month, services=services), cards_before(month, services=services)
    with services.uow("costs.read") as tx:
        found = billed(month, until, cards=cards, tx=tx)
        used = tx.usage.by_day(month, until=until)
        both = {**tx.usage.by_day(month.before, until=month.start_at), **used}
        days = [day for day in month.days() if bounds(day)[0] < until]
        holes = tx.usage.holes(month.first, days[-1], until=until)
        known_to = _known_to(month, until, tx)
        before = _whole(month.before, earlier, tx)
        return MonthCosts(
            month=month,
            as_of=until,
            bill=found.bill,
            quantities=found.quantities,
            days=per_day(found.bill, used, days, holes),
            fresh=tx.usage.freshness(),
            holes=holes,
            left_out=tx.usage.left_out(month, until=until).sentences,
            cards={card.key: card.name for card in cards},
            forecast=_forecast(month, until, known_to, both, cards, tx),
            before=before,
            alike=_alike(month, until, known_to, both, (cards, earlier), tx) if before else None,
        )


def until_of(month: Month, *, services: Services) -> datetime:
    """Up to when the month is counted: now, or its end. Raises `InvalidInput` where it has not begun."""
    now = services.clock()
    if month.start_at >= now:
        raise InvalidInput(
            f"{month.first:%B %Y} has not begun.", hint="Choose this month, or an earlier one."
        )
    return min(now, month.end_at)


def cards_before(month: Month, *, services: Services) -> Cards:
    """The price cards of the month before; none where they do not cover it."""
    try:
        return cards_in_use(month.before, services=services)
    except UnknownPrice:
        return ()


def billed(month: Month, until: datetime, *, cards: Cards, tx: Tx) -> Billed:
    """The bill up to a moment of the month. Raises `UnknownPrice`."""
    usages = used_up_to(month, until, cards=cards, tx=tx)
    return Billed(usages=usages, bill=bill(usages, cards, month=month))


def used_up_to(month: Month, until: datetime, *, cards: Cards, tx: Tx) -> Sequence[Usage]:
    """What was used up to a moment of the month; by the day where these cards change within it."""
    vendors = [card.vendor for card in cards]
    if len(vendors) == len(set(vendors)):
        return tx.usage.month_usage(month, until=until)
    return [one for day in tx.usage.by_day(month, until=until).values() for one in day]


def _known_to(month: Month, until: datetime, tx: Tx) -> date | None:
    """The last day that Mux has told of as a whole, of those up to the month's last; None where there is
    none."""
    read = tx.usage.read_days(since=until.date() - timedelta(days=WINDOW_D))
    whole = (day for day, one in read.items() if one.covers_to and one.covers_to >= bounds(day)[1])
    return max((day for day in whole if day <= month.last), default=None)


def _forecast(
    month: Month, until: datetime, known_to: date | None, used: ByDay, cards: Cards, tx: Tx
) -> Forecast | None:
    """None of a month that is over, and where too little is known, be it of days or of prices to come."""
    if until >= month.end_at or known_to is None:
        return None
    with suppress(UnknownPrice):
        return forecast(
            used,
            videos=tx.past.stored(until),
            month=month,
            known_to=known_to,
            holes=tx.usage.holes(known_to - timedelta(days=WINDOW_D), known_to, until=until),
            price=lambda usages: bill(usages, cards, month=month),
        )
    return None


def _whole(month: Month, cards: Cards, tx: Tx) -> Bill | None:
    """None where it has no prices, be it of one thing or day, and where nothing is known of it: that is not
    nothing."""
    with suppress(UnknownPrice):
        found = billed(month, month.end_at, cards=cards, tx=tx).bill if cards else None
        return found if found and found.lines else None
    return None


def _alike(
    month: Month, until: datetime, known_to: date | None, used: ByDay, cards: tuple[Cards, Cards], tx: Tx
) -> Alike | None:
    """As many days of both months; None where no day is known as a whole, or too little of the one before."""
    earlier, is_over = month.before, until >= month.end_at
    if not cards[1] or not (is_over or (known_to and known_to >= month.first)):
        return None
    days = month.last.day if is_over or known_to is None else known_to.day
    end_at = min(until, month.start_at + days * DAY)
    then_at = earlier.end_at if is_over else min(earlier.end_at, earlier.start_at + days * DAY)
    before = _first_days(earlier, then_at, used, cards[1])
    if not before.bill.lines or not _is_known(earlier, then_at, until, tx):
        return None
    now = _first_days(month, end_at, used, cards[0])
    return Alike(
        until=end_at,
        bill=now.bill,
        quantities=now.quantities,
        before_until=then_at,
        before=before.bill,
        before_quantities=before.quantities,
    )


def _first_days(month: Month, until: datetime, used: ByDay, cards: Cards) -> Billed:
    """The month's days that begin before a moment: whole days are the same however many come after them."""
    days = (day for day in month.days() if bounds(day)[0] < until)
    usages = [one for day in days for one in used.get(day, ())]
    return Billed(usages=usages, bill=bill(usages, cards, month=month))


def _is_known(month: Month, end_at: datetime, until: datetime, tx: Tx) -> bool:
    """Whether Mux told enough of its days up to `end_at`, or what it did not tell would look like growth."""
    last = (end_at - timedelta.resolution).date()
    return len(tx.usage.holes(month.first, last, until=until)) <= (1 - ENOUGH_KNOWN) * last.day
