"""What budgets are compared with is read: a month's costs so far and foretold, all of them and by course."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from core.access import Person
from core.allocating import allocated, shares_of
from core.allocation import Per, SharedRule
from core.budget import Spending, Spent
from core.costing import month_costs
from core.month_costs import MonthCosts
from core.ports import Services
from core.usage import Month

NO_COURSES: Mapping[str, Decimal] = MappingProxyType({})


def spending(month: Month, *, by: Person, services: Services, is_school_alone: bool = False) -> Spending:
    """A month's costs, those of courses with their share of what all share.

    Raises what `costing.month_costs` raises.
    """
    costs = month_costs(month, by=by, services=services)
    if is_school_alone:
        return spending_of(costs)
    shares = shares_of(costs, by=by, services=services)
    found = allocated(shares, per=Per.COURSE, rule=SharedRule.PROPORTIONAL)
    return spending_of(costs, {row.key: row.total_usd for row in found.rows if row.shared is None})


def spending_of(costs: MonthCosts, courses: Mapping[str, Decimal] = NO_COURSES) -> Spending:
    """The same of costs that were read before. Of a course nothing is foretold by itself: it is taken to grow
    as the whole does."""
    total = costs.bill.total_usd
    growth = costs.forecast.usd / total if costs.forecast and total > 0 else None
    return Spending(
        month=costs.month,
        school=Spent(spent_usd=total, forecast_usd=costs.forecast.usd if costs.forecast else None),
        courses={
            key: Spent(spent_usd=usd, forecast_usd=None if growth is None else usd * growth)
            for key, usd in courses.items()
        },
    )
