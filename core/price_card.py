"""Price cards: what one vendor's plan charges for each thing, dated and with its source.

Pure. A card is a file of TOML or a text that finance brought; reading and checking one is `card_reading`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import product
from types import MappingProxyType

from core.asset import Quality
from core.errors import UnknownPrice
from core.usage import Sku, StorageClass, What


class Vendor(StrEnum):
    MUX = "mux"
    AWS = "aws"


VENDOR_OF = {what: Vendor.AWS if what.value.startswith("s3") else Vendor.MUX for what in What}

QUALITIES = tuple(quality.value for quality in Quality)
AUDIO_ONLY = "audio-only"
TIERS = (AUDIO_ONLY, "720p", "1080p", "1440p", "2160p")
BY_WATCHING = (StorageClass.STANDARD, StorageClass.INFREQUENT, StorageClass.COLD)
CLASSES: Mapping[What, Sequence[StorageClass]] = {
    What.STORAGE: BY_WATCHING,
    What.RENDITION_STORAGE: BY_WATCHING,
    What.S3_STORAGE: (StorageClass.STANDARD, StorageClass.S3_IA),
}
"""How cold each of those that are kept may be kept."""


def skus(what: What) -> Iterator[Sku]:
    """Everything of this kind that can have a price."""
    is_mux = VENDOR_OF[what] is Vendor.MUX
    qualities, tiers = (QUALITIES, TIERS) if is_mux else (("",), ("",))
    for quality, tier, storage in product(qualities, tiers, CLASSES.get(what, (None,))):
        yield Sku(what=what, quality=quality, tier=tier, storage=storage)


def named(sku: Sku) -> str:
    """`storage premium 2160p cold`"""
    parts = [sku.what, sku.quality, sku.tier, *([sku.storage] if sku.storage else [])]
    return " ".join(str(part) for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A volume tier: a unit costs `usd` until so many were counted in the month; None: from there on."""

    up_to: Decimal | None
    usd: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceCard:
    """One plan of one vendor, valid from `valid_from` to `valid_to`, both in it; None: until further
    notice. `prices` have their steps in order, counted for each of them by itself."""

    key: str
    """What it is kept and asked for under: `mux-2026-03-09`."""
    name: str
    vendor: Vendor
    plan: str
    source: str
    source_date: date
    valid_from: date
    valid_to: date | None = None
    prices: Mapping[Sku, Sequence[Step]] = field(default_factory=lambda: MappingProxyType({}))
    free: Mapping[What, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    """Units a month that cost nothing, shared among all prices of the thing by what was used of each."""
    fee_usd: Decimal = Decimal(0)
    """A month."""
    credit_usd: Decimal = Decimal(0)
    """A month: so much of the vendor's usage is paid for already."""
    author: str = ""
    """Who brought it; "" for those that Lectern has."""
    remarks: Sequence[str] = ()
    """What is unverified or assumed about it, in sentences."""

    def covers(self, day: date) -> bool:
        """Whether it is valid on this day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def steps_of(self, sku: Sku) -> Sequence[Step]:
        """The price of this. Raises `UnknownPrice`, which names it: nothing unknown costs nothing."""
        if sku not in self.prices:
            raise UnknownPrice(f"The price card “{self.name}” has no price for {named(sku)}.")
        return self.prices[sku]
