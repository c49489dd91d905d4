"""Bills of made-up usage by made-up cards: what holds whatever the prices are."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.bill import LineKind
from core.card_stretch import days_of
from core.cost import bill, listed, through
from core.errors import InvalidInput, UnknownPrice
from core.price_card import VENDOR_OF, PriceCard, Step, Vendor
from core.usage import Sku, Usage, What
from tests.price_lists import (
    COLD,
    JUNE,
    LISTED,
    PAY_AS_YOU_GO,
    S3,
    SIMPLE_MUX,
    STANDARD,
    cut,
    kept,
    used,
    watched,
)

TINY = Decimal("1e-12")
"""Less than anybody is charged: shares of free units end after 28 figures."""

CHEAP = Sku(what=What.DELIVERY, quality="plus", tier="720p")
DEAR = Sku(what=What.DELIVERY, quality="plus", tier="2160p")
MADE = Sku(what=What.INPUT, quality="plus", tier="1080p")
WARM, FROZEN = (
    Sku(what=What.STORAGE, quality="basic", tier="1080p", storage=storage) for storage in (STANDARD, COLD)
)
IN_S3, OUT_OF_S3 = Sku(what=What.S3_STORAGE, storage=STANDARD), Sku(what=What.S3_EGRESS)
OF = {Vendor.MUX: (CHEAP, DEAR, MADE, WARM, FROZEN), Vendor.AWS: (IN_S3, OUT_OF_S3)}
THINGS = [sku for skus in OF.values() for sku in skus]
FREE = {Vendor.MUX: What.DELIVERY, Vendor.AWS: What.S3_EGRESS}
BEFORE = {Vendor.MUX: PAY_AS_YOU_GO, Vendor.AWS: S3}


def amounts(most: int, least: int = 0) -> st.SearchStrategy[Decimal]:
    return st.decimals(min_value=least, max_value=most, places=3)


@st.composite
def price_steps(draw: st.DrawFn, least_usd: int = 0) -> tuple[Step, ...]:
    """Cheaper from step to step, as vendors' are."""
    ends = sorted(draw(st.sets(st.integers(1, 10_000), max_size=4)))
    count = len(ends) + 1
    usd = sorted(draw(st.lists(amounts(9, least_usd), min_size=count, max_size=count)), reverse=True)
    return tuple(Step(up_to=end, usd=one) for end, one in zip([*map(Decimal, ends), None], usd, strict=True))


@st.composite
def cards(draw: st.DrawFn, vendor: Vendor = Vendor.MUX, least_usd: int = 0) -> PriceCard:
    """Of all June, with free units, a fee and a credit."""
    return replace(
        BEFORE[vendor],
        prices={sku: draw(price_steps(least_usd)) for sku in OF[vendor]},
        free={FREE[vendor]: draw(amounts(5_000))},
        fee_usd=draw(amounts(50)),
        credit_usd=draw(amounts(5_000)),
    )


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    """Some of it, on some days of June."""
    first, last = sorted(draw(st.tuples(st.integers(1, 30), st.integers(1, 30))))
    sku = draw(st.sampled_from(THINGS))
    found = used(sku.what, str(draw(amounts(20_000))), first=date(2026, 6, first), last=date(2026, 6, last))
    return replace(found, sku=sku)


used_in_june = st.lists(usages(), max_size=8)


@st.composite
def held_by(draw: st.DrawFn, vendor: Vendor, plans: Sequence[str], least_usd: int = 0) -> Sequence[PriceCard]:
    """One card of the vendor, or two of which the second begins within the month."""
    first, second = draw(cards(vendor, least_usd)), draw(cards(vendor, least_usd))
    if draw(st.booleans()):
        return [first]
    change = date(2026, 6, draw(st.integers(2, 30)))
    second = replace(second, key="second", plan=draw(st.sampled_from([first.plan, *plans])))
    return [cut(first, JUNE.first, change - timedelta(days=1)), cut(second, change)]


@st.composite
def cards_of_june(draw: st.DrawFn) -> Sequence[PriceCard]:
    """Of both vendors; of each also two prices of a plan, or two plans."""
    return [card for vendor in Vendor for card in draw(held_by(vendor, ["another"]))]


@st.composite
def alike_cards(draw: st.DrawFn) -> Sequence[PriceCard]:
    """The same, where no plan ends and no step costs less than it takes off what comes after it."""
    return [card for vendor in Vendor for card in draw(held_by(vendor, [], 5))]


@given(used_in_june, cards_of_june())
def test_the_lines_sum_up_to_the_total(found: list[Usage], held: list[PriceCard]) -> None:
    made = bill(found, held, month=JUNE)
    assert sum(line.quantity * line.usd for line in made.lines) == made.total_usd
    fees = [line.amount_usd for line in made.lines if line.kind in {LineKind.FEE, LineKind.CREDIT}]
    assert abs(sum(made.by_sku().values()) + sum(fees) - made.total_usd) < TINY


@given(used_in_june, cards_of_june())
def test_no_vendor_changes_what_the_other_costs(found: list[Usage], held: list[PriceCard]) -> None:
    whole = bill(found, held, month=JUNE)
    for vendor in Vendor:
        mine = [one for one in found if VENDOR_OF[one.sku.what] is vendor]
        alone = bill(mine, [card for card in held if card.vendor is vendor], month=JUNE)
        assert whole.of(vendor).lines == alone.lines


@given(used_in_june, cards_of_june())
def test_every_unit_that_was_used_stands_in_one_line(found: list[Usage], held: list[PriceCard]) -> None:
    lines = [line for line in bill(found, held, month=JUNE).lines if line.sku]
    for sku in THINGS:
        counted = sum(line.quantity for line in lines if line.sku == sku)
        assert abs(counted - sum(one.quantity for one in found if one.sku == sku)) < TINY


@given(used_in_june, cards(), cards(Vendor.AWS), st.integers(1, 9))
def test_counting_a_day_in_parts_changes_no_line(
    found: list[Usage], mux: PriceCard, aws: PriceCard, tenths: int
) -> None:
    parts = [
        replace(one, quantity=quantity)
        for one in found
        for quantity in (one.quantity * tenths / 10, one.quantity - one.quantity * tenths / 10)
    ]
    whole, split = (bill(some, [mux, aws], month=JUNE) for some in (found, parts))
    assert [(line.sku, line.quantity, line.usd) for line in whole.lines] == [
        (line.sku, line.quantity, line.usd) for line in split.lines
    ]


@settings(deadline=None)  # of eight usages over thirty days, on a machine that may be busy
@given(used_in_june, cards_of_june())
def test_what_is_told_day_by_day_costs_what_it_does_told_at_once(
    found: list[Usage], held: list[PriceCard]
) -> None:
    by_day = [
        replace(one, quantity=one.quantity / days_of(one.first, one.last), first=day, last=day)
        for one in found
        for day in JUNE.days()
        if one.first <= day <= one.last
    ]
    whole, split = (bill(some, held, month=JUNE).total_usd for some in (found, by_day))
    assert abs(whole - split) < TINY


@given(used_in_june, cards(), cards(Vendor.AWS), usages())
def test_more_usage_never_costs_less(found: list[Usage], mux: PriceCard, aws: PriceCard, more: Usage) -> None:
    before, after = (bill(some, [mux, aws], month=JUNE).total_usd for some in (found, [*found, more]))
    assert after >= before - TINY


@given(used_in_june, alike_cards(), usages())
def test_more_usage_never_costs_less_where_a_price_changes(
    found: list[Usage], held: list[PriceCard], more: Usage
) -> None:
    before, after = (bill(some, held, month=JUNE).total_usd for some in (found, [*found, more]))
    assert after >= before - TINY


@given(price_steps(), amounts(20_000), st.sampled_from(["0.001", "1"]))
def test_steps_join_without_a_jump(found: tuple[Step, ...], quantity: Decimal, more: str) -> None:
    card = replace(LISTED, prices={MADE: found})
    rise = listed(card, MADE, quantity + Decimal(more)) - listed(card, MADE, quantity)
    assert 0 <= rise <= Decimal(more) * found[0].usd


@given(price_steps(), amounts(20_000), amounts(20_000))
def test_a_counter_that_goes_on_costs_the_same_as_one_sum(
    found: tuple[Step, ...], first: Decimal, second: Decimal
) -> None:
    parts = [*through(found, Decimal(0), first), *through(found, first, second)]
    whole = through(found, Decimal(0), first + second)
    assert sum(units * usd for units, usd in parts) == sum(units * usd for units, usd in whole)


@given(used_in_june, cards_of_june())
def test_a_credit_pays_for_usage_alone(found: list[Usage], held: list[PriceCard]) -> None:
    made = bill(found, held, month=JUNE)
    fees = [line.amount_usd for line in made.lines if line.kind is LineKind.FEE]
    assert made.total_usd >= sum(fees) - TINY


@pytest.mark.parametrize("quality", ["basic", "premium", "smart"])
@pytest.mark.parametrize("tier", ["480p", "4320p"])
def test_a_tier_without_a_price_is_named_and_costs_no_zero(quality: str, tier: str) -> None:
    with pytest.raises(
        UnknownPrice, match=f"“Mux, pay as you go” has no price for delivery {quality} {tier}"
    ):
        bill([watched("1", quality, tier)], [LISTED], month=JUNE)


def test_a_day_without_a_card_is_named() -> None:
    late = cut(LISTED, date(2026, 6, 11))
    with pytest.raises(
        UnknownPrice, match="No price card of Mux covers all days from 1 June 2026 to 30 June 2026"
    ):
        bill([kept("1")], [late], month=JUNE)
    assert bill([kept("1", first=date(2026, 6, 11))], [late], month=JUNE).total_usd == Decimal("0.003")


def test_a_card_of_another_vendor_prices_nothing() -> None:
    with pytest.raises(UnknownPrice, match="No price card of AWS covers"):
        bill([used(What.S3_EGRESS, "1")], [SIMPLE_MUX], month=JUNE)


@pytest.mark.parametrize(
    ("usage", "says"),
    [
        (kept("-1"), "Nobody can use -1 of storage plus 1080p standard"),
        (kept("NaN"), "Nobody can use NaN"),
        (kept("Infinity"), "Nobody can use Infinity"),
        (kept("1", first=date(2026, 7, 1)), "is not of June 2026"),
    ],
)
def test_what_cannot_have_been_used_is_refused(usage: Usage, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        bill([usage], [LISTED], month=JUNE)
