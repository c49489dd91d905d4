"""What a migration cost, what it adds or saves a month, and when that has paid for it.

Pure. At the first steps of the price cards: free minutes, volume and credit are the month's, no batch's own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from core.batch import BatchState
from core.cost import listed
from core.estimate import CardsOfDay
from core.price_card import PriceCard, Vendor
from core.records import Batch
from core.usage import Sku, StorageClass, What

MONTH_D = 30
"""A month of deliveries has so many days."""

LEAST_D = 7
"""From fewer days of deliveries no month is told."""

NONE = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a batch was said to cost when it was started."""

    once_usd: Decimal
    monthly_usd: Decimal
    minutes: Decimal
    size_bytes: int
    quality: str
    tier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Assets that a batch made, of one quality and tier: of all that were made, and of those still there."""

    quality: str
    tier: str
    assets: int
    minutes: Decimal
    minutes_kept: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """What was delivered of the assets, by quality and tier, in so many days since the batch ended."""

    days: int
    minutes: Mapping[tuple[str, str], Decimal]
    file_gb: Decimal
    """What the same watching would have taken out of S3: the watched part of each file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchUse:
    """What a batch used. `read_gb` came out of S3 for it; `originals_gb` still lie there."""

    made: Sequence[Made]
    read_gb: Decimal
    originals_gb: Decimal
    watching: Watching

    @property
    def minutes(self) -> Decimal:
        return sum((one.minutes for one in self.made), NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCost:
    """US dollars, exact. What is delivered, and saved by it at S3, is None until a week of it is known."""

    input_usd: Decimal
    read_usd: Decimal
    storage_usd: Decimal
    """A month, of what is still there; as if played within 30 days."""
    delivery_usd: Decimal | None
    saved_usd: Decimal | None
    """What the same watching would cost a month out of S3; nothing kept there is saved, for it stays."""
    originals_usd: Decimal
    """A month of the originals in S3, saved by whoever deletes them."""

    @property
    def once_usd(self) -> Decimal:
        return self.input_usd + self.read_usd

    @property
    def monthly_usd(self) -> Decimal | None:
        """What it adds a month, below zero where it saves; None until that is known."""
        if self.delivery_usd is None or self.saved_usd is None:
            return None
        return self.storage_usd + self.delivery_usd - self.saved_usd

    @property
    def payback_months(self) -> Decimal | None:
        """After so many months it has saved what it cost; None where it does not save, or nobody knows."""
        monthly = self.monthly_usd
        return None if monthly is None or monthly >= 0 else self.once_usd / -monthly

    @property
    def payback_without_originals(self) -> Decimal | None:
        """The same if the originals in S3 were deleted."""
        monthly = self.monthly_usd
        saved = None if monthly is None else self.originals_usd - monthly
        return None if saved is None or saved <= 0 else self.once_usd / saved


@dataclass(frozen=True, slots=True, kw_only=True)
class PastBatch:
    """A migration that is over, what it was said to cost, and what it did."""

    batch: Batch
    use: BatchUse
    kept: Kept | None
    """None for one that was started before estimates were kept, or without prices."""
    cost: BatchCost | None = None
    unpriced: str = ""
    """Why there is no cost, in a sentence."""


class BatchCosts(Protocol):
    """`mux_admin.batch_estimates`, and what batches used."""

    def keep(self, batch_id: int, kept: Kept) -> None:
        """What it is said to cost, with its start."""

    def kept(self, batch_id: int) -> Kept | None:
        """None where nothing was kept."""

    def use(self, batch: Batch, *, now: datetime) -> BatchUse:
        """What it used up to now; its deliveries of the last 30 days that Mux has told of as a whole."""


def is_over(batch: Batch) -> bool:
    """Whether it makes nothing any more."""
    return batch.state in (BatchState.DONE, BatchState.CANCELLED)


def cost_of(use: BatchUse, *, then: CardsOfDay, now: CardsOfDay) -> BatchCost:
    """`then` are the cards of the day on which it ran, `now` those by which a month is told. Raises
    `UnknownPrice`."""
    mux, watching = now[Vendor.MUX], use.watching
    is_known = watching.days >= LEAST_D
    return BatchCost(
        input_usd=_sum(
            then[Vendor.MUX], What.INPUT, {(one.quality, one.tier): one.minutes for one in use.made}
        ),
        read_usd=listed(then[Vendor.AWS], Sku(what=What.S3_EGRESS), use.read_gb),
        storage_usd=_sum(mux, What.STORAGE, {(one.quality, one.tier): one.minutes_kept for one in use.made}),
        delivery_usd=_sum(mux, What.DELIVERY, _monthly(watching)) if is_known else None,
        saved_usd=_egress(now, watching) if is_known else None,
        originals_usd=listed(
            now[Vendor.AWS], Sku(what=What.S3_STORAGE, storage=StorageClass.STANDARD), use.originals_gb
        ),
    )


def _monthly(watching: Watching) -> Mapping[tuple[str, str], Decimal]:
    return {name: minutes * MONTH_D / watching.days for name, minutes in watching.minutes.items()}


def _egress(now: CardsOfDay, watching: Watching) -> Decimal:
    return listed(now[Vendor.AWS], Sku(what=What.S3_EGRESS), watching.file_gb * MONTH_D / watching.days)


def _sum(card: PriceCard, what: What, quantities: Mapping[tuple[str, str], Decimal]) -> Decimal:
    storage = StorageClass.STANDARD if what is What.STORAGE else None
    return sum(
        (
            listed(card, Sku(what=what, quality=quality, tier=tier, storage=storage), quantity)
            for (quality, tier), quantity in quantities.items()
            if quantity
        ),
        NONE,
    )
