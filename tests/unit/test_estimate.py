"""The estimate before the click, against sums done by hand."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.asset import Quality
from core.errors import UnknownPrice
from core.estimate import estimate, sum_of
from core.price_card import Vendor
from tests.price_lists import PAY_AS_YOU_GO, S3, SIMPLE_MUX, SIMPLE_S3

LISTED = {Vendor.MUX: PAY_AS_YOU_GO, Vendor.AWS: S3}


@pytest.mark.parametrize(
    ("duration_s", "size_bytes", "quality", "tier", "once_usd", "monthly_usd"),
    [
        # 100 min × 0.03125 = 3.125; 10 GB × 0.09 = 0.90; together 4.025, a half rounds to even.
        # 100 min × 0.003 = 0.30 a month.
        (6_000, 10_000_000_000, Quality.PLUS, "1080p", "4.02", "0.30"),
        # 331 min × 0.03125 = 10.34375; 2.1 GB × 0.09 = 0.189; together 10.53275. 331 × 0.003 = 0.993.
        (19_860, 2_100_000_000, Quality.PLUS, "1080p", "10.53", "0.99"),
        # Input is free at basic: 0; 50 GB × 0.09 = 4.50. 1,000 min × 0.0024 = 2.40.
        (60_000, 50_000_000_000, Quality.BASIC, "720p", "4.50", "2.40"),
        # 60 min × 0.046875 = 2.8125; 1 GB × 0.09 = 0.09; together 2.9025. 60 × 0.0045 = 0.27.
        (3_600, 1_000_000_000, Quality.PREMIUM, "1080p", "2.90", "0.27"),
        # 6,000 min: 5,000 × 0.03125 = 156.25 and 1,000 × 0.029688 = 29.688. 6,000 × 0.003 = 18.
        (360_000, 0, Quality.PLUS, "1080p", "185.94", "18.00"),
        (0, 0, Quality.PLUS, "1080p", "0.00", "0.00"),
    ],
)
def test_an_estimate_is_input_and_egress_once_and_storage_each_month(
    duration_s: float, size_bytes: int, quality: Quality, tier: str, once_usd: str, monthly_usd: str
) -> None:
    found = estimate(duration_s=duration_s, size_bytes=size_bytes, quality=quality, tier=tier, cards=LISTED)
    assert (found.once_usd, found.monthly_usd) == (Decimal(once_usd), Decimal(monthly_usd))


def test_money_is_rounded_once_at_the_end() -> None:
    # 1 min × 0.03125 = 0.03125; 0.05 GB × 0.09 = 0.0045; the sum 0.03575 is 0.04, the rounded parts 0.03.
    found = estimate(duration_s=60, size_bytes=50_000_000, quality=Quality.PLUS, cards=LISTED)
    assert found.once_usd == Decimal("0.04")


def test_several_qualities_are_one_sum_called_by_the_largest() -> None:
    # 60 min × 0.03125 = 1.875, 120 min for nothing; 180 min × 0.003 = 0.54.
    found = sum_of({Quality.PLUS: 3_600, Quality.BASIC: 7_200}, size_bytes=0, cards=LISTED)
    assert (found.once_usd, found.monthly_usd) == (Decimal("1.88"), Decimal("0.54"))
    assert found.quality is Quality.BASIC


def test_another_card_has_other_prices() -> None:
    # Making it is included; 10 GB × 0.09 = 0.90. 100 min × 0.005 = 0.50.
    cards = {Vendor.MUX: SIMPLE_MUX, Vendor.AWS: SIMPLE_S3}
    found = estimate(duration_s=6_000, size_bytes=10_000_000_000, quality=Quality.PLUS, cards=cards)
    assert (found.once_usd, found.monthly_usd) == (Decimal("0.90"), Decimal("0.50"))


def test_a_tier_without_price_is_named_rather_than_guessed() -> None:
    prices = {sku: steps for sku, steps in PAY_AS_YOU_GO.prices.items() if sku.tier != "2160p"}
    cards = {**LISTED, Vendor.MUX: replace(PAY_AS_YOU_GO, prices=prices)}
    with pytest.raises(UnknownPrice, match="“Mux, pay as you go” has no price for input plus 2160p"):
        estimate(duration_s=60, size_bytes=1, quality=Quality.PLUS, tier="2160p", cards=cards)
