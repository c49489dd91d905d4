"""A month told by group and by day; what changed, and what is still to come."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.bill import Bill
from core.cost import bill
from core.cost_changes import Change, changes
from core.month_costs import Group, by_group, group_cents, group_of, line_cents, per_day, split
from core.month_forecast import Forecast, forecast
from core.usage import Basis, Month, StorageClass, Usage, What, least_sure
from tests.price_lists import JUNE, LAUNCH, LISTED, PAY_AS_YOU_GO, S3, cut, in_s3, kept, made, used, watched

DAYS = list(JUNE.days())
DELIVERED, STORED, PLAN = Group.DELIVERY, Group.STORAGE, Group.PLAN


def usd(**amounts: str) -> dict[Group, Decimal]:
    return {Group(name): Decimal(amount) for name, amount in amounts.items()}


def daily(quantities: Mapping[int, Usage]) -> dict[date, Sequence[Usage]]:
    """Usage by the day of June."""
    found: dict[date, Sequence[Usage]] = {}
    for number, one in quantities.items():
        day = date(2026, 6, number)
        found[day] = [replace(one, first=day, last=day)]
    return found


def test_groups_are_told_in_cents_that_sum_up_to_the_total() -> None:
    # storage 1,001 x 0.003 = 3.003; input 10 x 0.03125 = 0.3125; S3 1 x 0.023; the credit pays all of Mux's
    found = bill([kept("1001"), made("10"), in_s3("1")], [PAY_AS_YOU_GO, S3], month=JUNE)
    assert by_group(found) == usd(storage="3.003", input="0.3125", s3="0.023", plan="-3.3155")
    assert group_cents(found) == usd(storage="3.00", input="0.31", s3="0.02", plan="-3.31")
    assert sum(group_cents(found).values()) == Decimal("0.02")  # 0.023


def test_the_cents_of_lines_sum_up_to_those_of_their_group() -> None:
    # storage 1.3 x 0.003 = 0.0039; S3 0.13 x 0.023 + 0.24 x 0.0125 = 0.00299 + 0.003: together 0.00989
    used_at_s3 = [in_s3("0.13"), in_s3("0.24", StorageClass.S3_IA)]
    found = bill([kept("1.3"), *used_at_s3], [LISTED, S3], month=JUNE)
    assert group_cents(found) == usd(storage="0.00", s3="0.01")
    told = [(group_of(line), str(cents)) for line, cents in line_cents(found)]
    assert told == [(Group.STORAGE, "0.00"), (Group.S3, "0.00"), (Group.S3, "0.01")]


def test_a_credit_pays_for_no_day_before_its_plan() -> None:
    # 1,000 x 0.003 = 3 on both days; the credit of the plan from the 16th on pays the second
    before = replace(cut(LISTED, JUNE.first, date(2026, 6, 15)), key="list", plan="list")
    after = cut(PAY_AS_YOU_GO, date(2026, 6, 16))
    used_on = daily({10: kept("1000"), 20: kept("1000")})
    found = bill([one for day in used_on.values() for one in day], [before, after], month=JUNE)
    days = {one.day.day: one.usd for one in per_day(found, used_on, DAYS)}
    assert days[10] == usd(storage="3")
    assert days[20] == usd(storage="3", plan="-3")


def test_what_is_made_of_several_is_no_surer_than_the_worst() -> None:
    assert least_sure([Basis.MEASURED, Basis.ASSUMED, Basis.DERIVED]) is Basis.ASSUMED
    assert least_sure([]) is Basis.MEASURED


def test_days_share_a_volume_step_and_free_minutes_by_what_was_used_on_each() -> None:
    by_day = daily({1: watched("150000"), 4: watched("50000")})
    # 200,000 - 100,000 free = 100,000 x 0.001 = 100: three quarters of it on the first
    found = per_day(bill([watched("200000")], [LISTED, S3], month=JUNE), by_day, DAYS)
    assert [one.usd for one in found[:4]] == [usd(delivery="75"), {}, {}, usd(delivery="25")]
    assert [one.day for one in found] == DAYS


def test_a_fee_is_spread_evenly_and_a_credit_by_the_vendors_days() -> None:
    by_day = daily({1: kept("10000"), 2: kept("30000")})
    whole = bill([kept("40000"), in_s3("100")], [LAUNCH, S3], month=JUNE)
    # 120 at Mux and 2.30 in S3; fee 20; credit -100: 30 : 90 of it
    found = per_day(whole, by_day, DAYS[:2])
    assert found[0].usd == usd(storage="30", s3="1.15", plan="-15")  # 10 - 25
    assert found[1].usd == usd(storage="90", s3="1.15", plan="-65")  # 10 - 75
    assert sum(one.total_usd for one in found) == whole.total_usd == Decimal("42.30")


def test_a_day_on_which_mux_told_nothing_is_a_hole_and_nothing_is_put_in_its_place() -> None:
    by_day = daily({1: watched("100000"), 3: watched("100000")})
    found = per_day(
        bill([watched("200000")], [LISTED, S3], month=JUNE), by_day, DAYS[:3], holes=[date(2026, 6, 2)]
    )
    assert [(one.total_usd, one.is_hole) for one in found] == [(50, False), (0, True), (50, False)]


def test_a_price_that_changes_within_the_month_counts_on_its_own_days() -> None:
    dear = cut(
        replace(LISTED, key="dear", prices={sku: _twice(s) for sku, s in LISTED.prices.items()}), DAYS[15]
    )
    by_day = daily({1: kept("1000"), 20: kept("1000")})
    usages = [one for day in by_day.values() for one in day]
    found = per_day(bill(usages, [cut(LISTED, DAYS[0], DAYS[14]), dear, S3], month=JUNE), by_day, DAYS)
    assert (found[0].total_usd, found[19].total_usd) == (3, 6)  # 1,000 x 0.003; 1,000 x 0.006


def _twice(steps: Sequence[object]) -> Sequence[object]:
    return [replace(step, usd=step.usd * 2) for step in steps]  # type: ignore[attr-defined, type-var]


@pytest.mark.parametrize("weights", [["1", "1", "1"], ["0", "0", "0"], ["0.1", "7", "0"]])
def test_parts_sum_up_to_the_whole(weights: list[str]) -> None:
    whole = Decimal("100.000000000000000001")
    assert sum(split(whole, [Decimal(one) for one in weights])) == whole


def test_what_changed_most_comes_first_with_the_lesson_that_moved_it() -> None:
    found = changes(
        usd(delivery="52.10", storage="20.00", input="3.10"),
        usd(delivery="37.90", storage="22.00", input="3.00"),
        {"algebra": usd(delivery="10.80"), "sets": usd(delivery="9", storage="1")},
        {"algebra": usd(delivery="4.70"), "sets": usd(delivery="8", storage="1.1")},
    )
    assert [(one.group, one.more_usd) for one in found] == [
        (DELIVERED, Decimal("14.20")),
        (STORED, Decimal(-2)),
    ]
    assert found[0].lesson is not None
    assert (found[0].lesson.lesson_id, found[0].lesson.more_usd) == ("algebra", Decimal("6.10"))
    assert found[1].lesson is None  # sets fell by 0.10 of 2.00: less than a tenth


def test_less_than_half_a_dollar_is_not_told() -> None:
    assert changes(usd(delivery="1.49"), usd(delivery="1"), {}, {}) == []
    assert changes({}, usd(plan="-20"), {}, {}) == [
        Change(group=PLAN, usd=Decimal(0), before_usd=Decimal(-20))
    ]


THIRTY_THOUSAND = {kept("0").sku: Decimal(30_000)}
"""Minutes: 1,000 minute-months a day of June."""


def four_weeks(*quantities: str, up_to: date = date(2026, 6, 14)) -> dict[date, Sequence[Usage]]:
    """Delivered minutes of the 28 days up to a Sunday, over and over; each day 1,000 minute-months kept."""
    found: dict[date, Sequence[Usage]] = {}
    for back in range(28):
        day = up_to - timedelta(days=27 - back)
        amount = quantities[back % len(quantities)]
        found[day] = [replace(one, first=day, last=day) for one in (watched(amount), kept("1000"))]
    return found


def told(used_by_day: dict[date, Sequence[Usage]], holes: Sequence[date] = ()) -> Forecast:
    found = forecast(
        used_by_day,
        videos=THIRTY_THOUSAND,
        month=JUNE,
        known_to=date(2026, 6, 14),
        holes=holes,
        price=lambda usages: bill(usages, [LISTED, S3], month=JUNE),
    )
    assert found is not None
    return found


def test_the_rest_of_a_month_comes_as_on_the_same_weekdays() -> None:
    # Mondays to Fridays 20,000 minutes, none at weekends, from 18 May to 14 June
    found = told(four_weeks("20000", "20000", "20000", "20000", "20000", "0", "0"))
    # June has 22 working days: 440,000 - 100,000 free = 340,000 x 0.001 = 340; 30 x 1,000 x 0.003 = 90
    assert found.usd == 430
    assert (found.low_usd, found.high_usd) == (430, 430)  # no day differed from its weekday
    assert (found.days, found.rest) == (28, 16)


def test_the_range_is_as_wide_as_days_differ() -> None:
    # each weekday twice 9,000 and twice 11,000: all differ by 1,000 from their mean; 30 x 10,000 = 300,000
    used_by_day = four_weeks(*["9000"] * 7, *["11000"] * 7)
    found = told(used_by_day)
    assert found.usd == 290  # 300,000 - 100,000 = 200,000 x 0.001; 90 of storage
    # variance 28 x 10^6 / 21; 16 days to come, of 28 known: sqrt(28/21 x (16 + 256/28)) = 5.7901 thousand;
    # x 1.28 = 7,411 minutes x 0.001
    assert found.high_usd - found.usd == pytest.approx(Decimal("7.411"), abs=Decimal("0.001"))
    assert found.usd - found.low_usd == pytest.approx(Decimal("7.411"), abs=Decimal("0.001"))


def test_a_hole_is_left_out_and_not_taken_for_a_quiet_day() -> None:
    used_by_day = four_weeks("10000")
    hole = date(2026, 6, 8)
    used_by_day[hole] = used_by_day[hole][1:]
    # 29 days of 10,000: the hole's deliveries are in no figure; 290,000 - 100,000 = 190,000 x 0.001; 90
    assert told(used_by_day, holes=[hole]).usd == 280


def test_a_range_does_not_begin_below_what_it_costs_already() -> None:
    used_by_day = four_weeks(*["0"] * 27, "1000000")
    # 1,000,000 - 100,000 free: 500,000 x 0.001 + 400,000 x 0.00095 = 880; 14 days x 3
    assert told(used_by_day).low_usd >= 922


def test_in_a_longer_month_a_day_of_storage_is_a_smaller_part() -> None:
    used_by_day = {
        day: [replace(one, first=day, last=day) for one in (kept("1000"), in_s3("1"))] for day in JUNE.days()
    }
    found = forecast(
        used_by_day,
        videos=THIRTY_THOUSAND,
        month=Month(2026, 7),
        known_to=date(2026, 6, 30),
        holes=(),
        price=lambda usages: bill(usages, [LISTED, S3], month=Month(2026, 7)),
    )
    assert found is not None
    # 30,000 minute-months and 30 GB-months whatever the month: x 0.003 = 90; x 0.023 = 0.69
    assert found.usd == pytest.approx(Decimal("90.69"))


def test_of_less_than_a_week_nothing_is_foretold() -> None:
    few = {day: [watched("10", first=day, last=day)] for day in DAYS[:6]}
    found = forecast(few, videos={}, month=JUNE, known_to=DAYS[5], holes=(), price=lambda _: Bill(lines=()))
    assert found is None


def test_the_rest_of_a_minimum_month_is_charged_once_and_not_again_each_day() -> None:
    used_by_day = four_weeks("0")
    last = date(2026, 6, 14)
    used_by_day[last] = [*used_by_day[last], kept("29000", first=last, last=last)]
    # 30 days of 1,000, and 29,000 for what was deleted on the 14th: 50,000 x 0.003 + 9,000 x 0.0029
    assert told(used_by_day).usd == Decimal("176.10")


def test_what_was_brought_in_already_counts_on_a_day_that_is_not_over() -> None:
    used_by_day = four_weeks("0")
    today = date(2026, 6, 15)
    used_by_day[today] = [used(What.INPUT, "800", "plus", "1080p", first=today, last=today)]
    assert told(used_by_day).usd == 115  # 800 x 0.03125 = 25; 90
