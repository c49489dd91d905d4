"""What an MP4 for download is likely to cost: a small dated card, Decimal throughout.

Prices: Mux list prices of `core.estimate.CARD_DATE`, first volume tier, each US dollars per minute.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.asset import Asset, Quality
from core.rendition import STANDARD, Resolution

LINES_OF_TIER = (("720p", 720), ("1080p", 1080), ("1440p", 1440), ("2160p", 2160))
AUDIO = "audio-only"
STORAGE_USD: Mapping[str, Decimal] = {
    AUDIO: Decimal("0.00006"),
    "720p": Decimal("0.0006"),
    "1080p": Decimal("0.00075"),
    "1440p": Decimal("0.0012"),
    "2160p": Decimal("0.0024"),
}
"""A month, of basic and plus."""
MAKING_USD: Mapping[str, Decimal] = {
    "720p": Decimal("0.008"),
    "1080p": Decimal("0.01"),
    "1440p": Decimal("0.016"),
    "2160p": Decimal("0.032"),
}
"""Once, of basic and plus; what Mux calls standard (highest, audio-only) costs nothing to make."""
PREMIUM = Decimal("1.5")
"""Premium pictures cost this many times as much, sound does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenditionCost:
    """US dollars, not rounded: small ones are said as “less than a cent”."""

    once_usd: Decimal
    monthly_usd: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFile:
    """One that is made of a video, with what of the video its price depends on."""

    resolution: Resolution
    duration_s: float
    quality: str | None = None
    tier: str | None = None
    """The video's own, as Mux names it: `1080p`."""


def rendition_cost(wanted: Resolution, asset: Asset) -> RenditionCost | None:
    """Making it, and keeping it for a month; None where the video's length is not known."""
    if asset.duration_s is None:
        return None
    return cost_of(
        MadeFile(
            resolution=wanted,
            duration_s=asset.duration_s,
            quality=asset.video_quality,
            tier=asset.resolution_tier,
        )
    )


def cost_of(*made: MadeFile) -> RenditionCost:
    """Making these, and keeping them for a month."""
    parts = [_cost(one) for one in made]
    return RenditionCost(
        once_usd=sum((one.once_usd for one in parts), Decimal(0)),
        monthly_usd=sum((one.monthly_usd for one in parts), Decimal(0)),
    )


def _cost(made: MadeFile) -> RenditionCost:
    minutes, tier = Decimal(str(made.duration_s)) / 60, _tier(made)
    dearer = PREMIUM if made.quality == Quality.PREMIUM and tier != AUDIO else 1
    once = Decimal(0) if made.resolution in STANDARD else MAKING_USD[tier]
    return RenditionCost(once_usd=minutes * once * dearer, monthly_usd=minutes * STORAGE_USD[tier] * dearer)


def _tier(made: MadeFile) -> str:
    wanted = made.resolution
    if wanted is Resolution.AUDIO:
        return AUDIO
    if wanted is Resolution.HIGHEST:
        known = made.tier or ""
        return known if known in STORAGE_USD else "1080p"
    return next(tier for tier, lines in LINES_OF_TIER if (wanted.lines or 0) <= lines)
