"""Budgets: what may be spent on videos in a month, how much of it is used, and from where on that is told.

Pure. A month is a billing month of UTC; amounts are exact, whoever shows one rounds it.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from core.errors import InvalidInput
from core.usage import Month

AMOUNT = re.compile(r"\$?(\d{1,3}(?:,\d{3})+|\d+)(\.\d{1,2})?")
MOST_USD = Decimal(10_000_000)
FORM = "Write it as 120 or 1,250.50, in US dollars a month."


class Threshold(StrEnum):
    """What is told once a month. Of several at once, the last of these says it all."""

    HALF = "50"
    MOST = "80"
    FORECAST = "forecast"
    """The month is likely to end over the budget."""
    ALL = "100"


SHARES = {
    Threshold.HALF: Decimal("0.5"),
    Threshold.MOST: Decimal("0.8"),
    Threshold.ALL: Decimal(1),
}
"""The part of the budget from which on it is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What may be spent a month, on all videos or, with `course_id`, on a course's. It never changes: another
    amount is another budget."""

    id: int
    course_id: str = ""
    course: str = ""
    """The course's title when the budget was set."""
    usd: Decimal
    set_by: str
    set_at: datetime
    ended_at: datetime | None = None

    @property
    def is_school(self) -> bool:
        return not self.course_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Of a month, exact; `forecast_usd` is what it is likely to come to, None where nobody can tell yet."""

    spent_usd: Decimal = Decimal(0)
    forecast_usd: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """What a month's videos cost so far: all of them, and those of each course by its id."""

    month: Month
    school: Spent
    courses: Mapping[str, Spent] = field(default_factory=dict)

    def of(self, budget: Budget) -> Spent:
        """What the budget is compared with; nothing for a course whose videos cost nothing."""
        return self.school if budget.is_school else self.courses.get(budget.course_id, Spent())


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a budget stands in a month."""

    budget: Budget
    month: Month
    spent: Spent

    @property
    def share(self) -> Decimal:
        """The part of it that is used; 1 is all."""
        return self.spent.spent_usd / self.budget.usd

    @property
    def crossed(self) -> Sequence[Threshold]:
        """All that it has reached, in the order of `Threshold`."""
        forecast = self.spent.forecast_usd
        is_likely_over = forecast is not None and forecast > self.budget.usd
        return [
            one
            for one in Threshold
            if (is_likely_over if one is Threshold.FORECAST else self.share >= SHARES[one])
        ]

    @property
    def state(self) -> Threshold | None:
        """What says it all; None below half of it."""
        return self.crossed[-1] if self.crossed else None


def newly_crossed(standing: Standing, told: Collection[Threshold]) -> Sequence[Threshold]:
    """What nobody was told yet, in the order of `Threshold`: the last of it is told, the others with it."""
    return [one for one in standing.crossed if one not in told]


def read_amount(text: str) -> Decimal:
    """Dollars as people write them. Raises `InvalidInput`.

    >>> read_amount("1,250.50"), read_amount(" $120 ")
    (Decimal('1250.50'), Decimal('120'))
    """
    found = AMOUNT.fullmatch(text.strip())
    if not found:
        raise InvalidInput("This is no amount.", hint=FORM)
    usd = Decimal(found[1].replace(",", "") + (found[2] or ""))
    if not 0 < usd <= MOST_USD:
        raise InvalidInput(f"A budget lies above $0 and is at most ${MOST_USD:,}.", hint=FORM)
    return usd
