"""Allocating: a month's costs by lesson, course, teacher or provider, for whoever may see them. Teachers see
their own, where the school tells them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from core import costing
from core.access import Action, Person, allows, check
from core.allocation import (
    Allocation,
    CostRow,
    Direct,
    Per,
    SharedRule,
    direct,
    effective_prices,
    gathered,
    lesson_rows,
    of_providers,
)
from core.bill import Bill
from core.cost_changes import Change, changes
from core.cost_shares import CostLesson
from core.errors import NotAllowed
from core.library import Reader
from core.month_costs import ByGroup, MonthCosts, by_group
from core.ports import Services, Tx
from core.pricing import cards_in_use
from core.settings import Settings
from core.usage import Basis, Month, Sku, least_sure

EVERYBODYS = Reader(is_all=True)
Quantities = Mapping[Sku, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthShares:
    """A month's bill as lessons' own costs and what all share, with the lessons that somebody sees."""

    month: Month
    as_of: datetime
    bill: Bill
    direct: Direct
    lessons: Mapping[str, CostLesson]
    is_all: bool
    """Whether all of it is told, or `lessons` alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedQuantity:
    """So much of one thing at what a unit really came to in the month."""

    sku: Sku
    quantity: Decimal
    usd: Decimal
    basis: Basis
    cards: Sequence[str]
    """Names of the price cards that it was counted by."""

    @property
    def amount_usd(self) -> Decimal:
        return self.quantity * self.usd


def may_see(by: Person, *, settings: Settings) -> bool:
    """Whether they are told of any costs: teachers only where the school says so."""
    return allows(by, Action.SEE_COSTS) or (settings.costs_for_teachers and allows(by, Action.SEE_OWN_COSTS))


def reader_of(by: Person, *, services: Services) -> Reader:
    """Whose costs this person sees: everybody's, or those of their own lessons. Raises `NotAllowed`."""
    if allows(by, Action.SEE_COSTS):
        return EVERYBODYS
    check(by, Action.SEE_OWN_COSTS)
    if not may_see(by, settings=services.settings):
        raise NotAllowed(
            "What courses cost is not told to teachers here.",
            hint="An admin or finance can tell you; whoever runs Lectern may set COSTS_FOR_TEACHERS to on.",
        )
    return Reader(is_all=False, user_id=by.host_user_id)


def month_shares(month: Month, *, by: Person, services: Services) -> MonthShares:
    """What each lesson costs of itself in the month so far. Raises what `costing.month_costs` raises."""
    reader = reader_of(by, services=services)
    until = costing.until_of(month, services=services)
    cards = cards_in_use(month, services=services)
    with services.uow("allocation.read") as tx:
        found = costing.billed(month, until, cards=cards, tx=tx)
        return _shares(month, until, found.bill, found.quantities, reader, tx)


def shares_of(costs: MonthCosts, *, by: Person, services: Services) -> MonthShares:
    """The same of a month that was read, so that both tell one total. Raises `NotAllowed`."""
    check(by, Action.SEE_COSTS)
    with services.uow("allocation.read") as tx:
        return _shares(costs.month, costs.as_of, costs.bill, costs.quantities, EVERYBODYS, tx)


def allocated(found: MonthShares, *, per: Per, rule: SharedRule, course: str = "") -> Allocation:
    """The rows, with `course` of its lessons alone. Raises `NotAllowed` by provider where not all is told:
    nobody's lesson has a fee or a credit of its own."""
    if per is Per.PROVIDER:
        if not found.is_all:
            raise NotAllowed("By provider, costs are told of the whole school alone.", hint="Choose lessons.")
        return _told(found, per, rule, of_providers(found.bill))
    whole = lesson_rows(found.direct, rule, found.lessons)
    return told_by(per, _told(found, Per.LESSON, rule, _seen(whole, found, course)), found)


def told_by(per: Per, lessons: Allocation, found: MonthShares) -> Allocation:
    """Rows of lessons as those of their courses or teachers."""
    return replace(lessons, per=per, rows=gathered(lessons.rows, per, found.lessons))


def allocation(
    month: Month,
    *,
    per: Per,
    rule: SharedRule = SharedRule.PROPORTIONAL,
    course: str = "",
    by: Person,
    services: Services,
) -> Allocation:
    """Both at once."""
    return allocated(month_shares(month, by=by, services=services), per=per, rule=rule, course=course)


def priced(
    month: Month, lessons: Sequence[str], *, by: Person, services: Services
) -> Sequence[PricedQuantity]:
    """What a row's own costs are made of: each thing that these lessons used, with what a unit came to. Those
    that are not the person's to see are left out; "" is what no lesson plays. Raises what
    `costing.month_costs` raises."""
    reader = reader_of(by, services=services)
    until = costing.until_of(month, services=services)
    cards = cards_in_use(month, services=services)
    with services.uow("allocation.lines.read") as tx:
        found = costing.billed(month, until, cards=cards, tx=tx)
        seen = lessons
        if not reader.is_all:
            own = {one.lesson_id for one in tx.cost_shares.lessons(reader)}
            seen = [one for one in lessons if one in own]
        quantities = tx.cost_shares.quantities(seen, month, until=until)
    prices = effective_prices(found.bill, found.quantities)
    names = {card.key: card.name for card in cards}
    return [
        PricedQuantity(
            sku=one.sku,
            quantity=one.quantity,
            usd=prices[one.sku],
            basis=least_sure(found.bases(one.sku)),
            cards=[names[key] for key in found.cards(one.sku)],
        )
        for one in quantities
        if one.sku in prices
    ]


def changed(costs: MonthCosts, *, by: Person, services: Services) -> Sequence[Change]:
    """What changed most against as many days of the month before. Raises `NotAllowed`."""
    check(by, Action.SEE_COSTS)
    if costs.alike is None:
        return []
    alike, month = costs.alike, costs.month
    with services.uow("costs.changes.read") as tx:
        now = _by_lesson(month, alike.until, alike.bill, alike.quantities, tx)
        then = _by_lesson(month.before, alike.before_until, alike.before, alike.before_quantities, tx)
    return changes(by_group(alike.bill), by_group(alike.before), now, then)


def _told(found: MonthShares, per: Per, rule: SharedRule, rows: Sequence[CostRow]) -> Allocation:
    return Allocation(
        month=found.month, as_of=found.as_of, per=per, rule=rule, rows=rows, total_usd=found.bill.total_usd
    )


def _shares(
    month: Month, until: datetime, bill: Bill, quantities: Quantities, reader: Reader, tx: Tx
) -> MonthShares:
    own = direct(bill, _by_lesson(month, until, bill, quantities, tx))
    lessons = {one.lesson_id: one for one in tx.cost_shares.lessons(reader)}
    return MonthShares(month=month, as_of=until, bill=bill, direct=own, lessons=lessons, is_all=reader.is_all)


def _by_lesson(
    month: Month, until: datetime, bill: Bill, quantities: Quantities, tx: Tx
) -> Mapping[str, ByGroup]:
    return tx.cost_shares.by_lesson(month, until=until, prices=effective_prices(bill, quantities))


def _seen(rows: Sequence[CostRow], found: MonthShares, course: str) -> Sequence[CostRow]:
    """Of these rows the person's, of one course where it is said; what is kept apart is all the school's."""
    if found.is_all and not course:
        return rows
    those = {one.lesson_id for one in found.lessons.values() if course in ("", one.course_id)}
    return [row for row in rows if row.shared is None and row.key in those]
