"""A month's costs for scripts: amounts in whole cents that sum up, days and months as ISO 8601 has them.

Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core import cost_phrases
from core.allocation import Allocation
from core.allocation_cents import in_cents
from core.bill import Line, cents, shares
from core.month_costs import DayCosts, Group, MonthCosts, group_cents, group_of, line_cents
from core.month_forecast import Forecast
from core.price_card import Vendor

SHARED = "shared"
"""Beside the groups of a row: its share of what all share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForetoldCosts:
    """What the whole month is likely to come to, and the range; from so many known days."""

    usd: Decimal
    low_usd: Decimal
    high_usd: Decimal
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CostDay:
    """What a day of UTC added. `is_hole`: what Mux delivered on it is not known, and in no figure."""

    day: str
    total_usd: Decimal
    groups: Mapping[str, Decimal]
    is_hole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """`quantity` x `price_usd` = `amount_usd`; `basis` is measured, derived or assumed."""

    what: str
    group: str
    vendor: Vendor
    quantity: Decimal
    unit: str
    price_usd: Decimal
    first: str
    last: str
    amount_usd: Decimal
    basis: str
    card: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CostPart:
    """A course, teacher, lesson or provider. What is kept apart has no id."""

    id: str
    name: str
    total_usd: Decimal
    groups: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class CostReport:
    """A month up to `as_of`. `rows` are by what was asked for, and sum up to the total."""

    month: str
    as_of: datetime
    is_over: bool
    total_usd: Decimal
    groups: Mapping[str, Decimal]
    forecast: ForetoldCosts | None
    before_usd: Decimal | None
    changes: Sequence[str]
    days: Sequence[CostDay]
    holes: Sequence[str]
    left_out: Sequence[str]
    lines: Sequence[CostLine]
    by: str | None
    shared: str | None
    rows: Sequence[CostPart]


def report(costs: MonthCosts, changes: Sequence[str], found: Allocation | None) -> CostReport:
    """The month with its allocation, if one was asked for."""
    return CostReport(
        month=str(costs.month),
        as_of=costs.as_of,
        is_over=costs.is_over,
        total_usd=cents(costs.bill.total_usd),
        groups=_named(group_cents(costs.bill)),
        forecast=_foretold(costs.forecast) if costs.forecast else None,
        before_usd=cents(costs.before.total_usd) if costs.before else None,
        changes=changes,
        days=_days(costs),
        holes=[str(day) for day in costs.holes],
        left_out=costs.left_out,
        lines=_lines(costs),
        by=found.per if found else None,
        shared=found.rule if found else None,
        rows=_rows(found) if found else (),
    )


def _foretold(found: Forecast) -> ForetoldCosts:
    return ForetoldCosts(
        usd=cents(found.usd), low_usd=cents(found.low_usd), high_usd=cents(found.high_usd), days=found.days
    )


def _days(costs: MonthCosts) -> list[CostDay]:
    totals = shares(costs.bill.total_usd, [one.total_usd for one in costs.days])
    return [_day(one, total) for one, total in zip(costs.days, totals, strict=True)]


def _day(one: DayCosts, total_usd: Decimal) -> CostDay:
    groups = [group for group in Group if group in one.usd]
    parts = shares(total_usd, [one.usd[group] for group in groups])
    return CostDay(
        day=str(one.day),
        total_usd=total_usd,
        groups=_named(dict(zip(groups, parts, strict=True))),
        is_hole=one.is_hole,
    )


def _lines(costs: MonthCosts) -> list[CostLine]:
    return [_line(line, usd, costs) for line, usd in line_cents(costs.bill)]


def _line(line: Line, amount_usd: Decimal, costs: MonthCosts) -> CostLine:
    return CostLine(
        what=cost_phrases.line(line),
        group=group_of(line),
        vendor=line.vendor,
        quantity=line.quantity,
        unit=cost_phrases.unit(line.sku),
        price_usd=line.usd,
        first=str(line.first),
        last=str(line.last),
        amount_usd=amount_usd,
        basis=line.basis,
        card=costs.cards.get(line.card, line.card),
    )


def _rows(found: Allocation) -> list[CostPart]:
    return [
        CostPart(
            id=row.key,
            name=cost_phrases.row(row, found.per),
            total_usd=sum(amounts.values(), Decimal(0)),
            groups={group.value if group else SHARED: usd for group, usd in amounts.items() if usd},
        )
        for row, amounts in in_cents(found.rows)
    ]


def _named(amounts: Mapping[Group, Decimal]) -> dict[str, Decimal]:
    return {group.value: usd for group, usd in amounts.items()}
