"""What new copies are likely to cost, before anybody makes them: by the price cards of the day.

Pure. By the cards' volume steps as if nothing else were used, without what is free and without a plan's
credit: other usage may have taken these.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.asset import Quality
from core.bill import cents
from core.cost import listed
from core.price_card import PriceCard, Vendor
from core.usage import MINUTE_S, Sku, StorageClass, What

CardsOfDay = Mapping[Vendor, PriceCard]
"""The one of each vendor that holds."""

GB = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """US dollars, rounded to cents once, at the end."""

    once_usd: Decimal
    """Making them, and fetching the files out of S3."""
    monthly_usd: Decimal
    """Keeping them at Mux; as long as they are watched, which is the dearest."""
    tier: str
    quality: Quality


def estimate(
    *, duration_s: float, size_bytes: int, quality: Quality, cards: CardsOfDay, tier: str = "1080p"
) -> Estimate:
    """Of so much video, of which so many bytes come out of S3. Raises `UnknownPrice`."""
    return sum_of({quality: duration_s}, size_bytes=size_bytes, cards=cards, tier=tier)


def sum_of(
    seconds: Mapping[Quality, float], *, size_bytes: int, cards: CardsOfDay, tier: str = "1080p"
) -> Estimate:
    """The same of videos of several qualities; called by the one that most of them have. Raises
    `UnknownPrice`."""
    once_usd, monthly_usd = _egress(size_bytes, cards), Decimal(0)
    for quality, duration_s in seconds.items():
        minutes = Decimal(str(duration_s)) / MINUTE_S
        once_usd += listed(cards[Vendor.MUX], Sku(what=What.INPUT, quality=quality, tier=tier), minutes)
        monthly_usd += listed(cards[Vendor.MUX], _stored(quality, tier), minutes)
    return Estimate(
        once_usd=cents(once_usd),
        monthly_usd=cents(monthly_usd),
        tier=tier,
        quality=max(seconds, key=seconds.__getitem__),
    )


def _egress(size_bytes: int, cards: CardsOfDay) -> Decimal:
    if not size_bytes:
        return Decimal(0)
    return listed(cards[Vendor.AWS], Sku(what=What.S3_EGRESS), Decimal(size_bytes) / GB)


def _stored(quality: Quality, tier: str) -> Sku:
    return Sku(what=What.STORAGE, quality=quality, tier=tier, storage=StorageClass.STANDARD)
