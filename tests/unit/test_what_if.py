"""What if: months of usage as they would be, and when it pays."""

from datetime import UTC, date, datetime
from decimal import Decimal

from core.asset import Quality
from core.bill import Bill, Line, LineKind
from core.months_ahead import MonthUsage, month_of, months_ahead
from core.present_usage import Present, present
from core.price_card import VENDOR_OF, PriceCard, Vendor
from core.usage import Basis, Month, Sku, StorageClass, Usage, What
from core.what_if import Left, Scenario, Years, months_if, with_card, years
from core.year_ahead import Way, YearAhead

LATER = datetime(2026, 3, 1, tzinfo=UTC)
JANUARY, FEBRUARY, MARCH = Month(2026, 1), Month(2026, 2), Month(2026, 3)
STANDARD, COLD = StorageClass.STANDARD, StorageClass.COLD


def kept(storage: StorageClass = STANDARD, *, quality: str = "basic", tier: str = "1080p") -> Sku:
    return Sku(what=What.STORAGE, quality=quality, tier=tier, storage=storage)


def played(quality: str = "basic", tier: str = "1080p") -> Sku:
    return Sku(what=What.DELIVERY, quality=quality, tier=tier)


def put_in(quality: str = "basic", tier: str = "1080p") -> Sku:
    return Sku(what=What.INPUT, quality=quality, tier=tier)


OUT = Sku(what=What.S3_EGRESS)
IN_S3 = Sku(what=What.S3_STORAGE, storage=STANDARD)


def month(number: int = 2, **quantities: int) -> MonthUsage:
    """1,000 minutes kept, 400 of them cold, 6,000 delivered, 10 GB out of S3, unless said otherwise."""
    usual = {kept(): Decimal(600), kept(COLD): Decimal(400), played(): Decimal(6000), OUT: Decimal(10)}
    return month_of(Month(2026, number), usual)


def sums(found: MonthUsage) -> dict[Sku, Decimal]:
    assert len({one.sku for one in found.usages}) == len(found.usages)
    return {one.sku: one.quantity for one in found.usages}


def total(found: MonthUsage, what: What) -> Decimal:
    return sum((one.quantity for one in found.usages if one.sku.what is what), Decimal(0))


def used(sku: Sku, quantity: str, day: date) -> Usage:
    return Usage(sku=sku, quantity=Decimal(quantity), first=day, last=day, basis=Basis.MEASURED)


def test_at_present_is_what_is_kept_and_the_mean_of_what_flowed() -> None:
    days = [date(2026, 2, 27), date(2026, 2, 28)]
    by_day = {
        days[0]: [used(played(), "100", days[0]), used(IN_S3, "10", days[0])],
        # 12.5 GB-months in one of 28 days: 350 GB lie there; what was put in does not come again
        days[1]: [
            used(played(), "50", days[1]),
            used(IN_S3, "12.5", days[1]),
            used(put_in(), "999", days[1]),
            used(kept(), "999", days[1]),
        ],
    }
    videos = {kept(): Decimal(350)}
    now = present(by_day, window=days, videos=videos, at=LATER)
    assert now == Present(
        last=days[1],
        stored={IN_S3: Decimal("350.0"), kept(): Decimal(350)},
        per_day={played(): Decimal(75)},
    )
    # a day of which Mux has not told is in no mean
    found = present(by_day, window=days, videos={}, at=LATER, holes=[days[1]])
    assert found.per_day == {played(): Decimal(100)}
    assert present({}, window=days, videos={}, at=LATER).is_empty


def test_what_lies_in_s3_since_today_counts_as_if_it_had_been_there_all_day() -> None:
    yesterday, today = date(2026, 2, 28), date(2026, 3, 1)
    by_day, at = {today: [used(IN_S3, "2.5", today)]}, datetime(2026, 3, 1, 6, tzinfo=UTC)
    # 2.5 GB-months in a quarter of one of 31 days are 310 GB
    assert present(by_day, window=[yesterday], videos={}, at=at).stored == {IN_S3: Decimal(310)}
    # a day that is over is surer than today
    by_day[yesterday] = [used(IN_S3, "10", yesterday)]
    assert present(by_day, window=[yesterday], videos={}, at=at).stored == {IN_S3: Decimal(280)}


def test_what_lay_in_a_bucket_that_is_looked_at_no_more_is_not_carried_on() -> None:
    before, yesterday, today = date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)
    by_day = {
        before: [used(IN_S3, "10", before), used(kept(), "1", before)],
        yesterday: [used(kept(), "1", yesterday)],
        today: [used(kept(), "0.5", today)],
    }
    at = datetime(2026, 3, 3, 12, tzinfo=UTC)
    assert present(by_day, window=[before], videos={}, at=at).stored == {}


def test_what_left_s3_for_mux_does_not_come_again() -> None:
    days = [date(2026, 2, 27), date(2026, 2, 28)]
    by_day = {day: [used(OUT, "10", day)] for day in days}
    for moved_gb, left_gb in ((12, 4), (99, 0)):
        now = present(by_day, window=days, videos={}, at=LATER, moved_gb=Decimal(moved_gb))
        assert now.per_day == {OUT: Decimal(left_gb)}


def test_months_to_come_have_what_is_uploaded_until_then_and_keep_the_proportions() -> None:
    now = Present(
        last=date(2026, 1, 31),
        stored={kept(): Decimal(600), kept(COLD): Decimal(400)},
        per_day={played(): Decimal(30), played(tier="720p"): Decimal(10), OUT: Decimal(1)},
    )
    # 50 minutes are delivered and 10 uploaded a day from February on
    delivered, uploaded = (
        YearAhead(last=now.last, blocks=9, held=3, trials=[], way=Way.RECENT, per_day=[minutes] * 4)
        for minutes in (50.0, 10.0)
    )
    february, march = months_ahead(now, [FEBRUARY, MARCH], delivered=delivered, uploaded=uploaded)
    # 280 minutes come in February, evenly: 140 are kept at the mean of the month; 3/5 and 2/5 of 1,140
    assert sums(february) == {
        kept(): Decimal(684),
        kept(COLD): Decimal(456),
        put_in(): Decimal(280),
        played(): Decimal(1050),  # 3/4 of 28 x 50
        played(tier="720p"): Decimal(350),
        OUT: Decimal(28),
    }
    # 310 more in March: 1,280 at its start and 1,590 at its end are 1,435
    assert total(march, What.STORAGE) == 1435
    assert total(march, What.INPUT) == 310
    assert total(march, What.DELIVERY) == 1550


def test_what_still_comes_this_month_is_brought_in_before_the_first_month_ahead() -> None:
    now = Present(last=date(2026, 1, 21), stored={kept(): Decimal(1000)}, per_day={})
    uploaded = YearAhead(
        last=now.last, blocks=9, held=3, trials=[], way=Way.RECENT, per_day=[10.0, 10.0, 10.0]
    )
    [february] = months_ahead(now, [FEBRUARY], delivered=None, uploaded=uploaded)
    # 100 minutes come from 22 to 31 January, 280 in February: 1,100 at its start and 1,380 at its end
    assert total(february, What.INPUT) == 280
    assert total(february, What.STORAGE) == 1240


def test_nothing_changes_nothing() -> None:
    assert sums(months_if(Scenario(), [month()], Left())[0]) == sums(month())


def test_more_views_are_more_delivery_from_both() -> None:
    [found] = months_if(Scenario(views=Decimal("1.5")), [month()], Left())
    assert sums(found)[played()] == 9000
    assert sums(found)[OUT] == 15
    assert total(found, What.STORAGE) == 1000


def test_cold_videos_that_are_deleted_are_kept_no_longer() -> None:
    [found] = months_if(Scenario(drops_cold=True), [month()], Left())
    assert total(found, What.STORAGE) == 600


def test_another_quality_is_made_anew_once() -> None:
    scenario = Scenario(quality=Quality.PLUS)
    first, second = months_if(scenario, [month(2), month(3)], Left())
    assert sums(first)[put_in("plus")] == 1000
    assert sums(first)[kept(quality="plus")] == 600
    assert sums(first)[played("plus")] == 6000
    assert total(second, What.INPUT) == 0


def test_a_cap_touches_only_what_is_larger() -> None:
    large = month_of(FEBRUARY, {kept(tier="2160p"): Decimal(100), kept(tier="720p"): Decimal(50)})
    [found] = months_if(Scenario(is_capped=True), [large], Left())
    assert sums(found) == {
        kept(tier="1080p"): Decimal(100),
        kept(tier="720p"): Decimal(50),
        put_in(): Decimal(100),
    }


def test_moved_videos_cost_input_and_egress_once_and_leave_s3_no_more() -> None:
    # half of 2,000 minutes and 20 GB that are left: 5 of 10 GB a month stay in S3, which were 500 minutes
    scenario = Scenario(moved_minutes=Decimal(1000), moved_gb=Decimal(10))
    first, second = months_if(scenario, [month(2), month(3)], Left(minutes=Decimal(2000), gb=Decimal(20)))
    assert sums(first)[put_in("plus")] == 1000
    assert sums(first)[OUT] == 15  # 10 - 5 + 10 for the move
    assert sums(second)[OUT] == 5
    assert sums(second)[played("plus")] == 500
    # as cold as the others: 600 and 400 of 1,000
    assert sums(second)[kept(quality="plus")] == 600
    assert sums(second)[kept(COLD, quality="plus")] == 400
    assert total(second, What.INPUT) == 0


def test_where_nothing_leaves_s3_moved_videos_are_watched_as_those_at_mux() -> None:
    at_mux = month_of(FEBRUARY, {kept(): Decimal(1000), played(): Decimal(6000)})
    [found] = months_if(Scenario(moved_minutes=Decimal(100)), [at_mux], Left())
    assert sums(found)[played("plus")] == 600  # six minutes of each


CARD = PriceCard(
    key="other",
    name="Other",
    vendor=Vendor.MUX,
    plan="other",
    source="test",
    source_date=date(2020, 1, 1),
    valid_from=date(2020, 1, 1),
    valid_to=date(2020, 12, 31),
)


def test_another_card_takes_the_place_of_its_vendors_at_any_time() -> None:
    aws = PriceCard(
        key="aws",
        name="AWS",
        vendor=Vendor.AWS,
        plan="",
        source="",
        source_date=date.min,
        valid_from=date.min,
    )
    found = with_card([aws, CARD], CARD)
    assert [one.key for one in found] == ["aws", "other"]
    assert found[1].covers(date(2027, 5, 1))
    assert with_card([aws], None) == [aws]


def flat(usd: str) -> Bill:
    """A bill of one line."""
    line = Line(
        kind=LineKind.FEE,
        vendor=Vendor.MUX,
        sku=None,
        quantity=Decimal(1),
        usd=Decimal(usd),
        first=JANUARY.first,
        last=JANUARY.last,
        basis=Basis.ASSUMED,
        card="",
    )
    return Bill(lines=[line])


def of_years(as_is: str, then: str) -> Years:
    months = [JANUARY, FEBRUARY, MARCH]
    return Years(months=months, as_is=[flat(x) for x in as_is.split()], then=[flat(x) for x in then.split()])


def test_it_pays_from_the_month_in_which_all_that_was_paid_is_no_more_than_before() -> None:
    # 10, 20, 30 in all against 15, 20, 25: even at the end of February
    assert of_years("10 10 10", "15 5 5").break_even == FEBRUARY
    assert of_years("10 10 10", "15 5 5").difference_usd == -5
    assert of_years("10 10 10", "50 5 5").break_even is None  # not in these months
    assert of_years("10 10 10", "9 9 9").break_even is None  # it never cost more
    assert of_years("10 10 10", "10 15 5").break_even == MARCH


def test_both_years_are_priced_and_the_scenarios_card_is_only_its_own() -> None:
    asked: list[PriceCard | None] = []

    def price(one: MonthUsage, card: PriceCard | None) -> Bill:
        asked.append(card)
        usd = {Vendor.MUX: Decimal("0.001"), Vendor.AWS: Decimal("0.1")}
        return Bill(
            lines=[
                Line(
                    kind=LineKind.USAGE,
                    vendor=VENDOR_OF[use.sku.what],
                    sku=use.sku,
                    quantity=use.quantity,
                    usd=usd[VENDOR_OF[use.sku.what]],
                    first=use.first,
                    last=use.last,
                    basis=use.basis,
                    card="",
                )
                for use in one.usages
            ]
        )

    found = years([month()], Scenario(views=Decimal(2), card=CARD), Left(), price=price)
    # 7,000 minutes at 0.1 cents and 10 GB at 10 cents; then 13,000 and 20
    assert found.as_is_usd == [Decimal("8.000")]
    assert found.then_usd == [Decimal("15.000")]
    assert asked == [None, CARD]
