"""Each price of Lectern's cards, one by one, against the vendors' lists as they print them."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product

import pytest

from core.price_card import PriceCard, Step
from core.usage import Sku, StorageClass, What
from tests.price_lists import COLD, INFREQUENT, LAUNCH, PAY_AS_YOU_GO, S3, SCALE, STANDARD, steps

TIERS = ("720p", "1080p", "1440p", "2160p", "audio-only")

INPUT_TO, STORED_TO = ("5000", "15000", "25000"), ("50000", "150000", "250000")
DELIVERED_TO = ("500000", "1000000", "2000000", "6000000", "10000000")

# https://www.mux.com/docs/pricing/video, as of 9 March 2026: 720p, 1080p, 1440p, 2160p, audio only; a row for
# each volume step. The columns of premium have no audio of their own: it costs what it does at plus.
PLUS_INPUT = """
    .025000 .031250 .050000 .100000 .002500
    .023750 .029688 .047500 .095000 .002375
    .023125 .028906 .046250 .092500 .002313
    .022500 .028125 .045000 .090000 .002250"""
PREMIUM_INPUT = """
    .037500 .046875 .075000 .150000 .002500
    .035625 .044531 .071250 .142500 .002375
    .034688 .043359 .069375 .138750 .002313
    .033750 .042188 .067500 .135000 .002250"""
STORED = """
    .002400 .003000 .004800 .009600 .000240
    .002320 .002900 .004640 .009280 .000232
    .002280 .002850 .004560 .009120 .000228
    .002240 .002800 .004480 .008960 .000224"""
PREMIUM_STORED = """
    .003600 .004500 .007200 .014400 .000240
    .003480 .004350 .006960 .013920 .000232
    .003420 .004275 .006840 .013680 .000228
    .003360 .004200 .006720 .013440 .000224"""
DELIVERED = """
    .000800 .001000 .001600 .003200 .000080
    .000760 .000950 .001520 .003040 .000076
    .000720 .000900 .001440 .002880 .000072
    .000670 .000838 .001340 .002680 .000067
    .000610 .000763 .001220 .002440 .000061
    .000560 .000700 .001120 .002240 .000056"""
PREMIUM_DELIVERED = """
    .001200 .001500 .002400 .004800 .000080
    .001140 .001425 .002280 .004560 .000076
    .001080 .001350 .002160 .004320 .000072
    .001005 .001256 .002010 .004020 .000067
    .000915 .001144 .001830 .003660 .000061
    .000840 .001050 .001680 .003360 .000056"""
# Advanced sizes: the first step is listed, the others are 5, 7.5 and 10 % less; audio alone is free.
FILES_MADE = """
    .0080 .01000 .0160 .0320 0
    .0076 .00950 .0152 .0304 0
    .0074 .00925 .0148 .0296 0
    .0072 .00900 .0144 .0288 0"""
PREMIUM_FILES_MADE = """
    .0120 .015000 .0240 .0480 0
    .0114 .014250 .0228 .0456 0
    .0111 .013875 .0222 .0444 0
    .0108 .013500 .0216 .0432 0"""

BOTH, PREMIUM = ("basic", "plus"), ("premium",)
LISTED: Sequence[tuple[What, Sequence[str], StorageClass | None, Sequence[str], str]] = [
    (What.INPUT, ("basic",), None, (), "0 0 0 0 0"),
    (What.INPUT, ("plus",), None, INPUT_TO, PLUS_INPUT),
    (What.INPUT, PREMIUM, None, INPUT_TO, PREMIUM_INPUT),
    (What.STORAGE, BOTH, STANDARD, STORED_TO, STORED),
    (What.STORAGE, PREMIUM, STANDARD, STORED_TO, PREMIUM_STORED),
    # Not played for 30 days: 40 % less. For 90 days: 60 % less.
    (What.STORAGE, BOTH, INFREQUENT, (), ".001440 .001800 .002880 .005760 .000144"),
    (What.STORAGE, BOTH, COLD, (), ".000960 .001200 .001920 .003840 .000096"),
    (What.STORAGE, PREMIUM, INFREQUENT, (), ".002160 .002700 .004320 .008640 .000144"),
    (What.STORAGE, PREMIUM, COLD, (), ".001440 .001800 .002880 .005760 .000096"),
    (What.DELIVERY, BOTH, None, DELIVERED_TO, DELIVERED),
    (What.DELIVERY, PREMIUM, None, DELIVERED_TO, PREMIUM_DELIVERED),
    (What.RENDITION_INPUT, BOTH, None, INPUT_TO, FILES_MADE),
    (What.RENDITION_INPUT, PREMIUM, None, INPUT_TO, PREMIUM_FILES_MADE),
    (What.RENDITION_STORAGE, BOTH, STANDARD, (), ".000600 .000750 .001200 .002400 .000060"),
    (What.RENDITION_STORAGE, BOTH, INFREQUENT, (), ".000360 .000450 .000720 .001440 .000036"),
    (What.RENDITION_STORAGE, BOTH, COLD, (), ".000240 .000300 .000480 .000960 .000024"),
    (What.RENDITION_STORAGE, PREMIUM, STANDARD, (), ".000900 .001125 .001800 .003600 .000060"),
    (What.RENDITION_STORAGE, PREMIUM, INFREQUENT, (), ".000540 .000675 .001080 .002160 .000036"),
    (What.RENDITION_STORAGE, PREMIUM, COLD, (), ".000360 .000450 .000720 .001440 .000024"),
]
AWS_LISTS = {
    Sku(what=What.S3_STORAGE, storage=STANDARD): steps(
        ("50000", "0.023"), ("500000", "0.022"), (None, "0.021")
    ),
    Sku(what=What.S3_STORAGE, storage=StorageClass.S3_IA): steps((None, "0.0125")),
    Sku(what=What.S3_EGRESS): steps(
        ("10000", "0.09"), ("50000", "0.085"), ("150000", "0.07"), (None, "0.05")
    ),
    # $0.0004 for 1,000 GETs, $0.005 for 1,000 PUTs.
    Sku(what=What.S3_READS): steps((None, "0.0000004")),
    Sku(what=What.S3_WRITES): steps((None, "0.000005")),
}


def listed() -> Iterator[tuple[Sku, Sequence[Step]]]:
    """Each price of Mux's list; what is free has no steps."""
    for what, qualities, storage, ends, text in LISTED:
        rows = [line.split() for line in text.strip().splitlines()]
        for quality, (tier, column) in product(qualities, zip(TIERS, zip(*rows, strict=True), strict=True)):
            sku = Sku(what=what, quality=quality, tier=tier, storage=storage)
            is_free = not any(map(Decimal, column))
            yield sku, steps((None, "0")) if is_free else steps(*zip((*ends, None), column, strict=True))


def test_each_price_of_mux_is_the_one_that_mux_lists() -> None:
    prices = list(listed())
    assert len(prices) == len(dict(prices)) == 135  # 3 qualities x 5 resolutions x 9 things
    assert PAY_AS_YOU_GO.prices == dict(prices)
    assert PAY_AS_YOU_GO.free == {What.DELIVERY: Decimal(100_000)}


@pytest.mark.parametrize("card", [LAUNCH, SCALE], ids=lambda card: card.plan)
def test_plans_paid_in_advance_have_the_same_prices_and_free_minutes(card: PriceCard) -> None:
    assert (card.prices, card.free) == (PAY_AS_YOU_GO.prices, PAY_AS_YOU_GO.free)


def test_each_price_of_s3_is_the_one_that_aws_lists() -> None:
    assert S3.prices == AWS_LISTS
    assert S3.free == {What.S3_EGRESS: Decimal(100)}
