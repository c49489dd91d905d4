"""What a month costs, told: by group, by day, and how sure each figure is.

Pure. Groups are what people ask for; lines stay as the bill has them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal, localcontext
from enum import StrEnum

from core.bill import Bill, Line, LineKind, shares
from core.figures import Freshness
from core.month_forecast import Forecast
from core.usage import Month, Sku, Usage, What

GRAIN = Decimal("1e-9")
"""What is spread over days is cut here; what the cut leaves goes to the heaviest day."""

DIGITS = 60
"""Enough to add up what is cut at `GRAIN` without rounding."""


class Group(StrEnum):
    """What costs are told by."""

    STORAGE = "storage"
    DELIVERY = "delivery"
    INPUT = "input"
    DOWNLOADS = "downloads"
    """MP4s made for download, and keeping them; fetching them is delivery."""
    S3 = "s3"
    PLAN = "plan"
    """Fees of plans, less their credit."""


GROUPS: Mapping[What, Group] = {
    What.STORAGE: Group.STORAGE,
    What.DELIVERY: Group.DELIVERY,
    What.INPUT: Group.INPUT,
    What.RENDITION_INPUT: Group.DOWNLOADS,
    What.RENDITION_STORAGE: Group.DOWNLOADS,
    **dict.fromkeys((What.S3_STORAGE, What.S3_EGRESS, What.S3_READS, What.S3_WRITES), Group.S3),
}

ByGroup = Mapping[Group, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCosts:
    """What a day of UTC adds to the bill, by group; groups without cost are left out."""

    day: date
    usd: ByGroup
    is_hole: bool = False
    """Mux's delivery figures of this day are missing: what it delivered is in no figure."""

    @property
    def total_usd(self) -> Decimal:
        return sum(self.usd.values(), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """The month's first days beside as many of the month before: those that Mux has told of as a whole."""

    until: datetime
    bill: Bill
    quantities: Mapping[Sku, Decimal]
    """What the bill is for, by thing; `before_quantities` likewise."""
    before_until: datetime
    before: Bill
    before_quantities: Mapping[Sku, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthCosts:
    """A month of UTC, as far as it has come."""

    month: Month
    as_of: datetime
    """What is kept is counted up to this moment; what was delivered as far as `fresh` says."""
    bill: Bill
    quantities: Mapping[Sku, Decimal]
    """How much of each thing was used."""
    days: Sequence[DayCosts]
    fresh: Freshness
    holes: Sequence[date]
    """Days without Mux's delivery figures: nothing is put in their place."""
    left_out: Sequence[str]
    """What else is in no figure, and why, in sentences."""
    cards: Mapping[str, str]
    """Names of the price cards by key."""
    forecast: Forecast | None
    """None of a month that is over, and while too few days are known."""
    before: Bill | None
    """The whole month before; None where it has no price card."""
    alike: Alike | None
    """None where nothing can be compared."""

    @property
    def is_over(self) -> bool:
        return self.as_of >= self.month.end_at


def group_of(line: Line) -> Group:
    """The group that a line is told under."""
    return Group.PLAN if line.sku is None else GROUPS[line.sku.what]


def by_group(bill: Bill) -> dict[Group, Decimal]:
    """What each group costs, exact; in the order of `Group`, without those that have no line."""
    found: dict[Group, Decimal] = {}
    for line in bill.lines:
        found[group_of(line)] = found.get(group_of(line), Decimal(0)) + line.amount_usd
    return {group: found[group] for group in Group if group in found}


def group_cents(bill: Bill) -> dict[Group, Decimal]:
    """The same in whole cents that sum up to the total's."""
    exact = by_group(bill)
    return dict(zip(exact, shares(bill.total_usd, [*exact.values()]), strict=True))


def line_cents(bill: Bill) -> list[tuple[Line, Decimal]]:
    """The lines in whole cents, group by group: those of a group sum up to its `group_cents`."""
    found: list[tuple[Line, Decimal]] = []
    for group, usd in group_cents(bill).items():
        mine = [line for line in bill.lines if group_of(line) is group]
        found += zip(mine, shares(usd, [line.amount_usd for line in mine]), strict=True)
    return found


def per_day(
    bill: Bill,
    used: Mapping[date, Sequence[Usage]],
    days: Sequence[date],
    holes: Collection[date] = (),
) -> list[DayCosts]:
    """The bill spread over days, so that they sum up to it.

    What is used of a thing on a day takes that share of its cost, with volume steps and free units; a credit
    goes by the vendor's cost of the day, a fee evenly; so does what was used on none of the days.
    """
    made: dict[date, dict[Group, Decimal]] = {day: {} for day in days}
    credits = [line for line in bill.lines if line.kind is LineKind.CREDIT]
    spent: dict[tuple[str, date], Decimal] = {}
    quantities = _quantities(used)
    for line in bill.lines:
        if line.kind is not LineKind.CREDIT:
            within = _days_of(line, days)
            weights = [quantities.get((line.sku, day), Decimal(0)) for day in within]
            for day, usd in zip(within, split(line.amount_usd, weights), strict=True):
                _add(made[day], group_of(line), usd)
                if line.sku is not None:
                    spent[line.vendor, day] = spent.get((line.vendor, day), Decimal(0)) + usd
    for line in credits:
        within = _days_of(line, days)
        weights = [spent.get((line.vendor, day), Decimal(0)) for day in within]
        for day, usd in zip(within, split(line.amount_usd, weights), strict=True):
            _add(made[day], Group.PLAN, usd)
    return [DayCosts(day=day, usd=usd, is_hole=day in holes) for day, usd in made.items()]


def _days_of(line: Line, days: Sequence[date]) -> Sequence[date]:
    """Of these the line's own; all of them where none is."""
    return [day for day in days if line.first <= day <= line.last] or days


def split(usd: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """An amount in parts as large as their weights, which sum up to it; equal ones where no weight is more
    than nothing.

    >>> [str(one) for one in split(Decimal(1), [Decimal(2), Decimal(1)])]
    ['0.666666667', '0.333333333']
    """
    weights = [max(weight, Decimal(0)) for weight in weights]
    if not any(weights):
        weights = [Decimal(1)] * len(weights)
    with localcontext() as context:
        context.prec = DIGITS
        whole = sum(weights)
        parts = [(usd * weight / whole).quantize(GRAIN, ROUND_DOWN) for weight in weights]
        heaviest = max(range(len(weights)), key=weights.__getitem__)
        parts[heaviest] += usd - sum(parts)
    return parts


def _quantities(used: Mapping[date, Sequence[Usage]]) -> dict[tuple[Sku | None, date], Decimal]:
    found: dict[tuple[Sku | None, date], Decimal] = {}
    for day, usages in used.items():
        for one in usages:
            found[one.sku, day] = found.get((one.sku, day), Decimal(0)) + one.quantity
    return found


def _add(usd: dict[Group, Decimal], group: Group, more: Decimal) -> None:
    if more:
        usd[group] = usd.get(group, Decimal(0)) + more
