"""What an MP4 for download is likely to cost, by the price cards of the day.

Pure.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from core.asset import Asset, Quality
from core.cost import listed
from core.estimate import CardsOfDay
from core.price_card import AUDIO_ONLY, QUALITIES, TIERS, Vendor
from core.rendition import STANDARD, Resolution
from core.usage import MINUTE_S, Sku, StorageClass, What

LINES_OF_TIER = (("720p", 720), ("1080p", 1080), ("1440p", 1440), ("2160p", 2160))


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


def made_file(wanted: Resolution, asset: Asset) -> MadeFile | None:
    """One that is made of the asset; None where the video's length is not known."""
    if asset.duration_s is None:
        return None
    return MadeFile(
        resolution=wanted,
        duration_s=asset.duration_s,
        quality=asset.video_quality,
        tier=asset.resolution_tier,
    )


def cost_of(*made: MadeFile, cards: CardsOfDay) -> RenditionCost:
    """Making these, and keeping them for a month. Raises `UnknownPrice`.

    What Mux calls standard (highest, audio-only) costs nothing to make.
    """
    once_usd = monthly_usd = Decimal(0)
    for one in made:
        once, kept = _skus(one)
        minutes = Decimal(str(one.duration_s)) / MINUTE_S
        monthly_usd += listed(cards[Vendor.MUX], kept, minutes)
        if one.resolution not in STANDARD:
            once_usd += listed(cards[Vendor.MUX], once, minutes)
    return RenditionCost(once_usd=once_usd, monthly_usd=monthly_usd)


def _skus(made: MadeFile) -> tuple[Sku, Sku]:
    """Making it, and keeping it. A quality that Mux does not tell is plus, which once was the only one."""
    quality = made.quality if made.quality in QUALITIES else Quality.PLUS
    once = Sku(what=What.RENDITION_INPUT, quality=str(quality), tier=_tier(made))
    return once, replace(once, what=What.RENDITION_STORAGE, storage=StorageClass.STANDARD)


def _tier(made: MadeFile) -> str:
    wanted = made.resolution
    if wanted is Resolution.AUDIO:
        return AUDIO_ONLY
    if wanted is Resolution.HIGHEST:
        known = made.tier or ""
        return known if known in TIERS else "1080p"
    return next(tier for tier, lines in LINES_OF_TIER if (wanted.lines or 0) <= lines)
