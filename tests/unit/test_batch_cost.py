"""What a migration cost: input and egress once, storage and delivery a month against S3, payback."""

from datetime import date
from decimal import Decimal

import pytest

from core.batch_cost import BatchCost, BatchUse, Made, Watching, cost_of
from core.errors import UnknownPrice
from core.price_card import PriceCard, Step, Vendor
from core.usage import Sku, StorageClass, What
from dashboard.batches import cost_terms

HD = ("plus", "1080p")
STORED = Sku(what=What.STORAGE, quality="plus", tier="1080p", storage=StorageClass.STANDARD)


def flat(usd: str) -> list[Step]:
    return [Step(up_to=None, usd=Decimal(usd))]


def card(vendor: Vendor, prices: dict[Sku, list[Step]]) -> PriceCard:
    return PriceCard(
        key=vendor,
        name=vendor,
        vendor=vendor,
        plan="test",
        source="",
        source_date=date(2026, 1, 1),
        valid_from=date(2026, 1, 1),
        prices=prices,
    )


CARDS = {
    Vendor.MUX: card(
        Vendor.MUX,
        {
            Sku(what=What.INPUT, quality="plus", tier="1080p"): flat("0.03"),
            Sku(what=What.STORAGE, quality="plus", tier="1080p", storage=StorageClass.STANDARD): flat(
                "0.003"
            ),
            Sku(what=What.DELIVERY, quality="plus", tier="1080p"): flat("0.001"),
        },
    ),
    Vendor.AWS: card(
        Vendor.AWS,
        {
            Sku(what=What.S3_EGRESS): [Step(up_to=Decimal(10), usd=Decimal("0.10")), *flat("0.05")],
            Sku(what=What.S3_STORAGE, storage=StorageClass.STANDARD): flat("0.02"),
        },
    ),
}


def use(*, days: int = 15, watched: str = "1000", file_gb: str = "5", tier: str = "1080p") -> BatchUse:
    made = Made(quality="plus", tier=tier, assets=4, minutes=Decimal(200), minutes_kept=Decimal(150))
    return BatchUse(
        made=[made],
        read_gb=Decimal(12),
        originals_gb=Decimal(30),
        watching=Watching(days=days, minutes={HD: Decimal(watched)}, file_gb=Decimal(file_gb)),
    )


def test_once_it_costs_input_of_all_that_was_made_and_what_came_out_of_s3() -> None:
    found = cost_of(use(), then=CARDS, now=CARDS)
    assert found.input_usd == Decimal("6.00")  # 200 min x $0.03
    assert found.read_usd == Decimal("1.10")  # 10 GB x $0.10 + 2 GB x $0.05
    assert found.once_usd == Decimal("7.10")


def test_a_month_counts_what_is_still_there_and_thirty_days_of_watching() -> None:
    found = cost_of(use(), then=CARDS, now=CARDS)
    assert found.storage_usd == Decimal("0.450")  # 150 min x $0.003
    assert found.delivery_usd == Decimal("2.000")  # 1,000 min in 15 days are 2,000 in 30, x $0.001
    assert found.saved_usd == Decimal("1.00")  # 5 GB in 15 days are 10 in 30, x $0.10
    assert found.originals_usd == Decimal("0.60")  # 30 GB x $0.02
    assert found.monthly_usd == Decimal("1.45")  # 0.45 + 2.00 - 1.00
    assert found.payback_months is None
    assert found.payback_without_originals is None  # 1.45 - 0.60 is still more
    assert cost_terms.monthly(found.monthly_usd) == "adds $1.45 a month"
    assert cost_terms.payback(found) == "never"


def test_it_is_paid_back_by_what_s3_would_have_cost() -> None:
    found = cost_of(use(file_gb="50"), then=CARDS, now=CARDS)
    assert found.saved_usd == Decimal("5.50")  # 100 GB in 30 days: 10 x $0.10 + 90 x $0.05
    assert found.monthly_usd == Decimal("-3.05")  # 0.45 + 2.00 - 5.50
    assert found.payback_months == Decimal("7.10") / Decimal("3.05")
    assert cost_terms.monthly(found.monthly_usd) == "saves $3.05 a month"
    assert cost_terms.payback(found) == "after 3 months"  # 2.33: at the end of the third


def test_it_may_be_paid_back_only_without_the_originals() -> None:
    found = cost_of(use(watched="500"), then=CARDS, now=CARDS)
    assert found.monthly_usd == Decimal("0.45")  # 0.45 + 1.00 - 1.00
    assert found.payback_without_originals == Decimal("7.10") / Decimal("0.15")  # 0.60 - 0.45
    assert cost_terms.payback(found) == "after 48 months, if the originals in S3 went"


def test_of_less_than_a_week_no_month_is_told() -> None:
    found = cost_of(use(days=6), then=CARDS, now=CARDS)
    assert (found.delivery_usd, found.saved_usd, found.monthly_usd) == (None, None, None)
    assert found.storage_usd == Decimal("0.450")
    assert cost_terms.payback(found) == "not known yet"


def test_a_tier_without_a_price_is_named() -> None:
    with pytest.raises(UnknownPrice, match="2160p"):
        cost_of(use(tier="2160p"), then=CARDS, now=CARDS)


def test_nothing_made_costs_nothing() -> None:
    nothing = BatchUse(
        made=[],
        read_gb=Decimal(0),
        originals_gb=Decimal(0),
        watching=Watching(days=30, minutes={}, file_gb=Decimal(0)),
    )
    found = cost_of(nothing, then=CARDS, now=CARDS)
    assert found == BatchCost(
        input_usd=Decimal(0),
        read_usd=Decimal(0),
        storage_usd=Decimal(0),
        delivery_usd=Decimal(0),
        saved_usd=Decimal(0),
        originals_usd=Decimal(0),
    )
    assert found.payback_months is None
