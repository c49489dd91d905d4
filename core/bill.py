"""A bill: lines of quantity times price, and their exact sum.

Pure. Lines are never rounded; whoever shows a sum rounds it, once, by `cents`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from enum import StrEnum

from core.price_card import Vendor
from core.usage import Basis, Sku, summed

CENT = Decimal("0.01")
TRACE = Decimal("1e-15")
"""Sums of what was divided are off by less."""


class LineKind(StrEnum):
    USAGE = "usage"
    FREE = "free"
    """Usage that the plan gives for nothing."""
    FEE = "fee"
    CREDIT = "credit"
    """What the plan's credit pays; its amount is below zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`quantity` x `usd` = `amount_usd`, from `first` to `last`. `sku` is None for a plan's fee and
    credit."""

    kind: LineKind
    vendor: Vendor
    sku: Sku | None
    quantity: Decimal
    usd: Decimal
    """For one unit."""
    first: date
    last: date
    basis: Basis
    card: str
    """The key of the card that says so."""

    @property
    def amount_usd(self) -> Decimal:
        return self.quantity * self.usd


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """The lines of a month, or of a part of it."""

    lines: Sequence[Line]

    @property
    def total_usd(self) -> Decimal:
        """Exact."""
        return sum((line.amount_usd for line in self.lines), Decimal(0))

    def by_sku(self) -> Mapping[Sku, Decimal]:
        """What each thing costs, exact; without fee and credit."""
        return summed((line.sku, line.amount_usd) for line in self.lines if line.sku is not None)

    def of(self, vendor: Vendor) -> "Bill":
        """One vendor's part."""
        return replace(self, lines=[line for line in self.lines if line.vendor is vendor])


def cents(usd: Decimal) -> Decimal:
    """Rounded to whole cents, a half to the even one.

    >>> cents(Decimal("4.025")), cents(Decimal("0.0357"))
    (Decimal('4.02'), Decimal('0.04'))
    """
    return usd.quantize(CENT, ROUND_HALF_EVEN)


def untraced(usd: Decimal) -> Decimal:
    """Without the trace that divisions leave: it must not turn half a cent the other way than an exact sum.

    >>> str(cents(untraced(Decimal("10.00500000000000000000000001"))))
    '10.00'
    """
    with localcontext() as context:
        context.prec = 60
        return usd.quantize(TRACE)


def shares(total_usd: Decimal, parts: Sequence[Decimal]) -> Sequence[Decimal]:
    """The parts in whole cents, so that they sum up to the total's cents: the cents that rounding leaves go
    to those that lost most by it. `parts` sum up to `total_usd`.

    >>> [str(one) for one in shares(Decimal(1), [Decimal(1) / 3] * 3)]
    ['0.34', '0.33', '0.33']
    """
    down = [part.quantize(CENT, "ROUND_FLOOR") for part in parts]
    left = int((cents(total_usd) - sum(down, Decimal(0))) / CENT)
    most = frozenset(sorted(range(len(parts)), key=lambda at: down[at] - parts[at])[:left])
    return [one + CENT if at in most else one for at, one in enumerate(down)]
