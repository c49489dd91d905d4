"""Bills against sums done by hand: each amount is a literal, its arithmetic beside it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from core.bill import LineKind, cents
from core.cost import bill
from core.price_card import PriceCard, Vendor
from core.storage_time import minute_months, rest_of_minimum
from core.usage import Basis, Month, Sku, StorageClass, Usage, What
from tests.price_lists import (
    COLD,
    INFREQUENT,
    JUNE,
    LAUNCH,
    LISTED,
    PAY_AS_YOU_GO,
    S3,
    SCALE,
    SIMPLE_MUX,
    SIMPLE_S3,
    cut,
    file_kept,
    file_made,
    in_s3,
    kept,
    made,
    steps,
    used,
    watched,
)

MIDDLE, AFTER = date(2026, 6, 15), date(2026, 6, 16)

STORED = [
    pytest.param([kept("10000")], "30", id="10,000 x 0.003"),
    pytest.param([kept("50000")], "150", id="the first step to its end: 50,000 x 0.003"),
    pytest.param([kept("60000")], "179", id="50,000 x 0.003 = 150; 10,000 x 0.0029 = 29"),
    pytest.param([kept("300000")], "865", id="150; 100,000 x 0.0029; 100,000 x 0.00285; 50,000 x 0.0028"),
    pytest.param([kept("12345", "basic", "720p")], "29.628", id="12,345 x 0.0024"),
    pytest.param([kept("1000", "premium", "2160p")], "14.4", id="premium 4K: 1,000 x 0.0144"),
    pytest.param([kept("100000", "basic", "audio-only")], "23.6", id="50,000 x 0.00024; 50,000 x 0.000232"),
    pytest.param([kept("1000", "premium", "audio-only")], "0.24", id="sound costs no premium: x 0.00024"),
    pytest.param([kept("10000", storage=INFREQUENT)], "18", id="40 % less: 10,000 x 0.0018"),
    pytest.param([kept("10000", storage=COLD)], "12", id="60 % less: 10,000 x 0.0012"),
    pytest.param([kept("100000", storage=COLD)], "120", id="cold has one step: 100,000 x 0.0012"),
    pytest.param([kept("500", "premium", "2160p", COLD)], "2.88", id="cold 4K: 500 x 0.00576"),
    pytest.param(
        [kept("40000", "basic"), kept("40000")], "240", id="qualities count apart: 2 x 40,000 x 0.003"
    ),
    pytest.param(
        [kept("40000"), kept("40000", storage=COLD)], "168", id="so do classes: 40,000 x 0.003; x 0.0012"
    ),
    pytest.param(
        [kept("40000"), kept("20000")],
        "179",
        id="the same thing twice is one: 50,000 x 0.003; 10,000 x 0.0029",
    ),
]
INPUT = [
    pytest.param([made("1000000", "basic")], "0", id="basic is made for nothing"),
    pytest.param([made("100")], "3.125", id="100 x 0.03125"),
    pytest.param([made("6000", tier="720p")], "148.75", id="5,000 x 0.025 = 125; 1,000 x 0.02375 = 23.75"),
    # 5,000 x 0.15 = 750; 10,000 x 0.1425 = 1,425; 1,000 x 0.13875 = 138.75
    pytest.param([made("16000", "premium", "2160p")], "2313.75", id="premium 4K over three steps"),
    # 5,000 x 0.0025 = 12.5; 10,000 x 0.002375 = 23.75; 10,000 x 0.002313 = 23.13; 5,000 x 0.00225 = 11.25
    pytest.param([made("30000", tier="audio-only")], "70.63", id="sound alone over four steps"),
    pytest.param(
        [made("5000", tier="2160p"), made("5000", tier="1440p")], "750", id="5,000 x 0.1; 5,000 x 0.05"
    ),
]
DELIVERED = [
    pytest.param([watched("99999.5")], "0", id="less than is free"),
    pytest.param([watched("100000")], "0", id="just what is free"),
    pytest.param([watched("150000")], "50", id="50,000 x 0.001"),
    # Half of it is free: 75,000 of 1080p, 25,000 of 720p. 75,000 x 0.001 = 75; 25,000 x 0.0008 = 20.
    pytest.param([watched("150000"), watched("50000", tier="720p")], "95", id="free minutes of two tiers"),
    # A fifth is free: 60,000, 30,000, 10,000. 240,000 x 0.001; 120,000 x 0.0008; 40,000 x 0.00008.
    pytest.param(
        [watched("300000"), watched("150000", tier="720p"), watched("50000", tier="audio-only")],
        "339.2",
        id="free minutes of three tiers",
    ),
    pytest.param([watched("200000", "premium", "2160p")], "480", id="premium 4K: 100,000 x 0.0048"),
    pytest.param([watched("700000")], "595", id="600,000 paid: 500,000 x 0.001; 100,000 x 0.00095"),
    # 12,000,000 paid: 500,000 x 0.001 = 500; 500,000 x 0.00095 = 475; 1,000,000 x 0.0009 = 900;
    # 4,000,000 x 0.000838 = 3,352; 4,000,000 x 0.000763 = 3,052; 2,000,000 x 0.0007 = 1,400
    pytest.param([watched("12100000")], "9679", id="all six steps"),
    pytest.param(
        [watched("400000", last=MIDDLE), watched("300000", first=AFTER)],
        "595",
        id="a step crossed in the second half: 500,000 x 0.001; 100,000 x 0.00095",
    ),
    # Half of it is free. 50,000 x 0.001 = 50; 50,000 x 0.0015 = 75.
    pytest.param([watched("100000", "basic"), watched("100000", "premium")], "125", id="of two qualities"),
]
FILES = [
    pytest.param([file_made("6000")], "47.6", id="5,000 x 0.008 = 40; 1,000 x 0.0076 = 7.6"),
    pytest.param([file_made("6000", tier="audio-only")], "0", id="sound alone is made for nothing"),
    pytest.param([file_kept("20000")], "15", id="20,000 x 0.00075"),
    pytest.param([file_kept("1000", "premium", "2160p", COLD)], "1.44", id="60 % less: 1,000 x 0.00144"),
]


@pytest.mark.parametrize(("usages", "usd"), [*STORED, *INPUT, *DELIVERED, *FILES])
def test_what_was_used_costs_what_mux_lists(usages: Sequence[Usage], usd: str) -> None:
    assert bill(usages, [LISTED], month=JUNE).total_usd == Decimal(usd)


@pytest.mark.parametrize(
    ("card", "usages", "usd"),
    [
        # 1,000 x 0.003 = 3, of which the credit of 20 pays 3.
        pytest.param(PAY_AS_YOU_GO, [kept("1000")], "0", id="a credit larger than the bill"),
        pytest.param(PAY_AS_YOU_GO, [kept("10000")], "10", id="30 less 20"),
        pytest.param(PAY_AS_YOU_GO, [], "0", id="nothing used, nothing due"),
        pytest.param(LAUNCH, [], "20", id="the fee is due all the same"),
        pytest.param(LAUNCH, [kept("50000")], "70", id="20 + 150 - 100"),
        pytest.param(LAUNCH, [kept("10000")], "20", id="20 + 30 - 30"),
        pytest.param(SCALE, [watched("700000")], "500", id="500 + 595 - 595"),
        # 500 + 865 + 595 - 1,000
        pytest.param(SCALE, [kept("300000"), watched("700000")], "960", id="more than the credit"),
    ],
)
def test_a_plan_has_its_fee_and_its_credit(card: PriceCard, usages: Sequence[Usage], usd: str) -> None:
    assert bill(usages, [card], month=JUNE).total_usd == Decimal(usd)


@pytest.mark.parametrize(
    ("usages", "usd"),
    [
        pytest.param([in_s3("30")], "0.69", id="30 x 0.023"),
        pytest.param([in_s3("60000")], "1370", id="50,000 x 0.023 = 1,150; 10,000 x 0.022 = 220"),
        # 1,150; 450,000 x 0.022 = 9,900; 100,000 x 0.021 = 2,100
        pytest.param([in_s3("600000")], "13150", id="three steps"),
        pytest.param([in_s3("1000", StorageClass.S3_IA)], "12.5", id="1,000 x 0.0125"),
        pytest.param([used(What.S3_EGRESS, "100")], "0", id="100 GB are free"),
        pytest.param([used(What.S3_EGRESS, "148")], "4.32", id="48 x 0.09"),
        # 60,000 paid: 10,000 x 0.09 = 900; 40,000 x 0.085 = 3,400; 10,000 x 0.07 = 700
        pytest.param([used(What.S3_EGRESS, "60100")], "5000", id="egress over three steps"),
        # 1,000,000 x 0.0000004 = 0.40; 100,000 x 0.000005 = 0.50
        pytest.param([used(What.S3_READS, "1000000"), used(What.S3_WRITES, "100000")], "0.9", id="requests"),
    ],
)
def test_s3_costs_what_aws_lists(usages: Sequence[Usage], usd: str) -> None:
    assert bill(usages, [S3], month=JUNE).total_usd == Decimal(usd)


def test_a_hundred_hours_watched_a_thousand_times_cost_52_01_by_the_simple_card() -> None:
    # 100 h = 6,000 min x 0.005 = 30; 1,000 x 17 min = 17,000 x 0.001 = 17.
    # 30 GB x 0.023 = 0.69; 48 GB x 0.09 = 4.32.
    usages = [kept("6000"), watched("17000"), in_s3("30"), used(What.S3_EGRESS, "48")]
    found = bill(usages, [SIMPLE_MUX, SIMPLE_S3], month=JUNE)
    assert found.of(Vendor.MUX).total_usd == Decimal("47.00")
    assert found.of(Vendor.AWS).total_usd == Decimal("5.01")
    assert found.total_usd == Decimal("52.01")


def test_the_simple_card_knows_no_quality() -> None:
    # 1,000 x 0.005 = 5; 1,000 x 0.001 = 1; making it is included.
    usages = [kept("1000", "premium", "2160p", COLD), watched("1000", "basic", "audio-only"), made("1000")]
    assert bill(usages, [SIMPLE_MUX], month=JUNE).total_usd == Decimal(6)


@pytest.mark.parametrize(
    ("month", "from_at", "to_at", "duration_s", "months"),
    [
        pytest.param(Month(2026, 2), (1, 0), (15, 0), 6_000, "50", id="14 of 28 days: 100 min x 1/2"),
        pytest.param(Month(2026, 2), (1, 0), None, 6_000, "100", id="all of February"),
        # The clocks of Europe change on 25 October, those of UTC do not: 168 of 744 hours, 7,440 min.
        pytest.param(Month(2026, 10), (25, 0), None, 446_400, "1680", id="the month in which clocks change"),
        pytest.param(Month(2026, 3), (1, 0), (1, 12), 446_400, "120", id="12 of 744 hours: 7,440 min"),
        pytest.param(Month(2026, 6), (30, 23), None, 43_200, "1", id="the last of 720 hours: 720 min"),
    ],
)
def test_a_part_of_a_month_counts_as_that_part(
    month: Month, from_at: tuple[int, int], to_at: tuple[int, int] | None, duration_s: int, months: str
) -> None:
    begun, ended = (
        None if one is None else datetime(month.year, month.number, one[0], one[1], tzinfo=UTC)
        for one in (from_at, to_at)
    )
    assert begun is not None
    found = minute_months(Decimal(duration_s), begun, ended, month, until=datetime(2027, 1, 1, tzinfo=UTC))
    assert found == Decimal(months)


def test_basic_that_is_deleted_on_its_first_day_costs_a_whole_month() -> None:
    made_at, gone_at = datetime(2026, 6, 1, 6, tzinfo=UTC), datetime(2026, 6, 1, 18, tzinfo=UTC)
    # 120 min for 12 of 720 hours = 2; the rest of the month = 118.
    in_june = minute_months(Decimal(7_200), made_at, gone_at, JUNE, until=gone_at)
    rest = rest_of_minimum(Decimal(7_200), made_at, gone_at)
    assert cents(in_june) == Decimal("2.00")
    assert cents(rest) == Decimal("118.00")
    # 120 x 0.003 = 0.36
    total = bill([kept(str(in_june), "basic"), kept(str(rest), "basic")], [LISTED], month=JUNE).total_usd
    assert cents(total) == Decimal("0.36")


DEARER = replace(
    LISTED,
    key="dearer",
    prices={
        **LISTED.prices,
        Sku(what=What.STORAGE, quality="plus", tier="1080p", storage=StorageClass.STANDARD): steps(
            ("50000", "0.006"), (None, "0.005")
        ),
        Sku(what=What.DELIVERY, quality="plus", tier="1080p"): steps(("500000", "0.002"), (None, "0.0019")),
    },
)
CHANGED = [cut(LISTED, date(2026, 3, 1), MIDDLE), cut(DEARER, AFTER)]


@pytest.mark.parametrize(
    ("usages", "usd"),
    [
        # Half of it before the change: 15,000 x 0.003 = 45; 15,000 x 0.006 = 90.
        pytest.param([kept("30000")], "135", id="a month is split where the price changes"),
        # 40,000 x 0.003 = 120; of 40,000 more 10,000 x 0.006 = 60 and 30,000 x 0.005 = 150.
        pytest.param([kept("80000")], "330", id="steps of storage go on"),
        # 450,000 paid x 0.001 = 450; then 50,000 x 0.002 = 100, 50,000 x 0.0019 = 95.
        pytest.param(
            [watched("550000", last=MIDDLE), watched("100000", first=AFTER)],
            "645",
            id="steps of delivery go on",
        ),
        # 60,000 free; of 60,000 more 40,000 are, and 20,000 x 0.002 = 40.
        pytest.param(
            [watched("60000", last=MIDDLE), watched("60000", first=AFTER)], "40", id="free minutes go on"
        ),
        pytest.param([watched("200000", last=MIDDLE)], "100", id="before the change alone: 100,000 x 0.001"),
        pytest.param([watched("200000", first=AFTER)], "200", id="after it alone: 100,000 x 0.002"),
    ],
)
def test_a_price_that_changes_splits_the_month(usages: Sequence[Usage], usd: str) -> None:
    assert bill(usages, CHANGED, month=JUNE).total_usd == Decimal(usd)


def test_a_plan_whose_prices_change_has_one_fee_and_one_credit() -> None:
    dearer = replace(DEARER, plan="launch", fee_usd=Decimal(40), credit_usd=Decimal(200))
    cards = [cut(LAUNCH, date(2026, 3, 1), MIDDLE), cut(dearer, AFTER)]
    # 45 + 90, the fee of 20 with which the month began, less its credit of 100.
    assert bill([kept("30000")], cards, month=JUNE).total_usd == Decimal(55)


def test_each_of_two_plans_pays_its_own_part() -> None:
    cards = [cut(PAY_AS_YOU_GO, date(2026, 3, 1), MIDDLE), cut(LAUNCH, AFTER)]
    # 15,000 x 0.003 = 45 less 20; then a fee of 20, and 45 that the credit of 100 pays.
    found = bill([kept("30000")], cards, month=JUNE)
    assert found.total_usd == Decimal(45)
    credits = [line.amount_usd for line in found.lines if line.kind is LineKind.CREDIT]
    assert credits == [Decimal(-20), Decimal(-45)]


def test_a_line_is_as_sure_as_what_it_is_made_of() -> None:
    sku = ("plus", "1080p")
    usages = [
        used(What.DELIVERY, "60000", *sku, last=MIDDLE),
        used(What.DELIVERY, "60000", *sku, first=AFTER, basis=Basis.ASSUMED),
    ]
    free, paid = bill(usages, [LISTED], month=JUNE).lines
    assert (free.kind, free.quantity, free.amount_usd) == (LineKind.FREE, Decimal(100_000), Decimal(0))
    assert (paid.quantity, paid.usd, paid.basis) == (Decimal(20_000), Decimal("0.001"), Basis.ASSUMED)
    assert (paid.first, paid.last) == (JUNE.first, JUNE.last)
