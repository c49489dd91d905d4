"""What a migration is likely to cost: a small dated card, Decimal throughout.

Prices: Mux list prices of 2026-03-09, first volume tier; AWS internet egress after the free 100 GB.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.asset import Quality
from core.errors import UnknownPrice

CARD_DATE = "2026-03-09"
INPUT_USD_PER_MIN: dict[tuple[Quality, str], Decimal] = {
    (Quality.BASIC, "720p"): Decimal(0),
    (Quality.BASIC, "1080p"): Decimal(0),
    (Quality.PLUS, "720p"): Decimal("0.025"),
    (Quality.PLUS, "1080p"): Decimal("0.03125"),
    (Quality.PREMIUM, "720p"): Decimal("0.0375"),
    (Quality.PREMIUM, "1080p"): Decimal("0.046875"),
}
STORAGE_USD_PER_MIN_MONTH: dict[tuple[Quality, str], Decimal] = {
    (Quality.BASIC, "720p"): Decimal("0.0024"),
    (Quality.BASIC, "1080p"): Decimal("0.003"),
    (Quality.PLUS, "720p"): Decimal("0.0024"),
    (Quality.PLUS, "1080p"): Decimal("0.003"),
    (Quality.PREMIUM, "720p"): Decimal("0.0036"),
    (Quality.PREMIUM, "1080p"): Decimal("0.0045"),
}
EGRESS_USD_PER_GB = Decimal("0.09")
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """US dollars, rounded to cents once, at the end."""

    once_usd: Decimal
    monthly_usd: Decimal
    tier: str
    quality: Quality


def estimate(*, duration_s: float, size_bytes: int, quality: Quality, tier: str = "1080p") -> Estimate:
    """Estimate moving this much video: input plus S3 egress once, storage every month.

    Raises:
        UnknownPrice: the card has no line for this quality and tier.
    """
    if (quality, tier) not in INPUT_USD_PER_MIN:
        raise UnknownPrice(f"The price card of {CARD_DATE} has no line for {quality} at {tier}.")
    minutes = Decimal(str(duration_s)) / 60
    egress_usd = Decimal(size_bytes) / 10**9 * EGRESS_USD_PER_GB
    once_usd = minutes * INPUT_USD_PER_MIN[quality, tier] + egress_usd
    monthly_usd = minutes * STORAGE_USD_PER_MIN_MONTH[quality, tier]
    return Estimate(
        once_usd=once_usd.quantize(CENT), monthly_usd=monthly_usd.quantize(CENT), tier=tier, quality=quality
    )


def sum_of(seconds: Mapping[Quality, float], *, size_bytes: int) -> Estimate:
    """The same of videos of several qualities, of which so many bytes come out of S3; called by the one that
    most of them have. Raises `UnknownPrice`."""
    first = max(seconds, key=seconds.__getitem__)
    parts = [
        estimate(duration_s=one_s, size_bytes=size_bytes if quality is first else 0, quality=quality)
        for quality, one_s in seconds.items()
    ]
    once_usd = sum((one.once_usd for one in parts), Decimal(0))
    monthly_usd = sum((one.monthly_usd for one in parts), Decimal(0))
    return Estimate(once_usd=once_usd, monthly_usd=monthly_usd, tier=parts[0].tier, quality=first)
