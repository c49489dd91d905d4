"""Price cards and usage for tests: Lectern's own cards by name, and short ways to say what was used."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from core.cards.built_in import built_in_cards
from core.price_card import PriceCard, Step
from core.usage import Basis, Month, Sku, StorageClass, Usage, What

CARDS = {card.key: card for card in built_in_cards()}
PAY_AS_YOU_GO = CARDS["mux-2026-03-09-pay-as-you-go"]
LAUNCH = CARDS["mux-2026-03-09-launch"]
SCALE = CARDS["mux-2026-03-09-scale"]
S3 = CARDS["s3-us-east-1-2026-09-20"]
SIMPLE_MUX, SIMPLE_S3 = CARDS["simple-mux"], CARDS["simple-s3"]
LISTED = replace(PAY_AS_YOU_GO, credit_usd=Decimal(0))
"""Mux's list prices alone."""
ALWAYS = tuple(replace(card, valid_from=date(2020, 1, 1)) for card in CARDS.values())
"""The same for the clocks of tests, which may stand before the day on which a price was read."""

JUNE = Month(2026, 6)
STANDARD, INFREQUENT, COLD = StorageClass.STANDARD, StorageClass.INFREQUENT, StorageClass.COLD


def used(
    what: What,
    quantity: str,
    quality: str = "",
    tier: str = "",
    storage: StorageClass | None = None,
    *,
    first: date = JUNE.first,
    last: date | None = None,
    basis: Basis = Basis.MEASURED,
) -> Usage:
    """So much of it, in the month of `first`, to its end unless `last` says otherwise."""
    sku = Sku(what=what, quality=quality, tier=tier, storage=storage)
    last = last or Month.of(first).last
    return Usage(sku=sku, quantity=Decimal(quantity), first=first, last=last, basis=basis)


def kept(
    minute_months: str,
    quality: str = "plus",
    tier: str = "1080p",
    storage: StorageClass = STANDARD,
    *,
    first: date = JUNE.first,
    last: date | None = None,
) -> Usage:
    return used(What.STORAGE, minute_months, quality, tier, storage, first=first, last=last)


def made(minutes: str, quality: str = "plus", tier: str = "1080p") -> Usage:
    return used(What.INPUT, minutes, quality, tier)


def watched(
    minutes: str,
    quality: str = "plus",
    tier: str = "1080p",
    *,
    first: date = JUNE.first,
    last: date | None = None,
) -> Usage:
    return used(What.DELIVERY, minutes, quality, tier, first=first, last=last)


def file_made(minutes: str, quality: str = "plus", tier: str = "720p") -> Usage:
    return used(What.RENDITION_INPUT, minutes, quality, tier)


def file_kept(
    minute_months: str, quality: str = "plus", tier: str = "1080p", storage: StorageClass = STANDARD
) -> Usage:
    return used(What.RENDITION_STORAGE, minute_months, quality, tier, storage)


def in_s3(gb_months: str, storage: StorageClass = STANDARD) -> Usage:
    return used(What.S3_STORAGE, gb_months, storage=storage)


def steps(*pairs: tuple[str | None, str]) -> tuple[Step, ...]:
    """Of pairs of end and price."""
    return tuple(Step(up_to=None if end is None else Decimal(end), usd=Decimal(usd)) for end, usd in pairs)


def cut(card: PriceCard, first: date, last: date | None = None) -> PriceCard:
    """The card, holding on these days alone."""
    return replace(card, valid_from=first, valid_to=last)
