"""A month in round figures: what so many hours, views and gigabytes come to, before there is any usage.

Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from core.bill import Bill, cents
from core.cost import bill, listed
from core.errors import InvalidInput
from core.price_card import QUALITIES, TIERS, PriceCard, Vendor
from core.usage import Basis, Month, Sku, StorageClass, Usage, What

MINUTES = 60
MOST = Decimal(10) ** 9
ASSUMED: Mapping[str, Any] = MappingProxyType(
    {"s3_gb": Decimal(30), "s3_egress_gb": Decimal(48), "quality": "basic", "tier": "1080p"}
)
"""Taken for a field of `RoughMonth` that nobody says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoughMonth:
    """Hours of video kept all the month, and watched; gigabytes that lie in S3, and that go out of it."""

    hours: Decimal
    views: Decimal
    minutes_per_view: Decimal
    s3_gb: Decimal
    s3_egress_gb: Decimal
    quality: str
    tier: str

    def checked(self) -> "RoughMonth":
        """Itself. Raises `InvalidInput` for figures that nobody can have, and for what no card knows."""
        for name in ("hours", "views", "minutes_per_view", "s3_gb", "s3_egress_gb"):
            if not 0 <= getattr(self, name) <= MOST:
                raise InvalidInput(f"{name.replace('_', ' ')} is from 0 to {MOST:,}.", hint="Correct it.")
        for said, known in ((self.quality, QUALITIES), (self.tier, TIERS)):
            if said not in known:
                raise InvalidInput(f"Mux has no “{said}”.", hint=f"Known are {', '.join(known)}.")
        return self

    @property
    def minutes(self) -> Decimal:
        return self.hours * MINUTES


@dataclass(frozen=True, slots=True, kw_only=True)
class RoughCosts:
    """The month's bill, and what making the videos costs once, which is not in it."""

    bill: Bill
    once_usd: Decimal

    @property
    def mux_usd(self) -> Decimal:
        return cents(self.bill.of(Vendor.MUX).total_usd)

    @property
    def s3_usd(self) -> Decimal:
        return cents(self.bill.of(Vendor.AWS).total_usd)

    @property
    def total_usd(self) -> Decimal:
        return cents(self.bill.total_usd)


def rough_costs(rough: RoughMonth, cards: Sequence[PriceCard], *, month: Month) -> RoughCosts:
    """By these cards, which hold all the month. Raises `UnknownPrice`, `InvalidInput`."""
    rough.checked()
    mux = next(card for card in cards if card.vendor is Vendor.MUX)
    made = Sku(what=What.INPUT, quality=rough.quality, tier=rough.tier)
    return RoughCosts(
        bill=bill(list(_usages(rough, month)), cards, month=month),
        once_usd=cents(listed(mux, made, rough.minutes)),
    )


def _usages(rough: RoughMonth, month: Month) -> Iterator[Usage]:
    watched = Sku(what=What.DELIVERY, quality=rough.quality, tier=rough.tier)
    quantities = {
        replace(watched, what=What.STORAGE, storage=StorageClass.STANDARD): rough.minutes,
        watched: rough.views * rough.minutes_per_view,
        Sku(what=What.S3_STORAGE, storage=StorageClass.STANDARD): rough.s3_gb,
        Sku(what=What.S3_EGRESS): rough.s3_egress_gb,
    }
    for sku, quantity in quantities.items():
        yield Usage(sku=sku, quantity=quantity, first=month.first, last=month.last, basis=Basis.ASSUMED)
