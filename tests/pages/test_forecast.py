"""The forecast page: a year as it is, what would change it, and what is said of both."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from core.access import Role
from core.card_choice import PlanInUse
from core.price_card import Vendor
from core.usage import Month, Sku, Usage, What
from dashboard.costs import what_if_address
from tests.fakes import EPOCH
from tests.pages.conftest import Opened, words_of
from tests.pages.fake_usage import FakeUsage
from tests.pages.fakes import School
from tests.price_lists import STANDARD, used

AS_IT_IS = {"The year as it is": "$6,108.50", "Range": "Not known yet"}
KEPT = Sku(what=What.STORAGE, quality="plus", tier="1080p", storage=STANDARD)
LAST = date(2026, 1, 3)
"""The last day that Mux has told of at the fakes' present, 5 January at nine."""


def days_used(school: School) -> None:
    """Each day of four weeks and more: 100,000 minutes of plus at 1080p and 500 GB are kept, 10,000 minutes
    delivered, 10 GB leave S3."""
    school.usage, school.past.kept = FakeUsage(), {KEPT: Decimal(100_000)}
    for month in (Month(2025, 12), Month(2026, 1)):
        school.usage.days[month] = {day: used_on(day) for day in month.days() if day < EPOCH.date()}


def used_on(day: date) -> list[Usage]:
    """What lies in S3 is known up to yesterday."""
    flows = [used(What.DELIVERY, "10000", "plus", "1080p", first=day, last=day)]
    flows.append(used(What.S3_EGRESS, "10", first=day, last=day))
    kept = used(What.S3_STORAGE, str(Decimal(500) / 31), storage=STANDARD, first=day, last=day)
    return [kept, *(flows if day <= LAST else ())]


@pytest.fixture
def used_school(school: School) -> School:
    days_used(school)
    return school


def figures(test: AppTest) -> dict[str, str]:
    return {one.label: one.value for one in test.metric}


def more(test: AppTest) -> str:
    """By how much the changes are dearer."""
    return next(one.delta for one in test.metric if one.label == "With the changes")


def test_the_year_is_told_with_what_it_rests_on(used_school: School, open_page: Opened) -> None:
    test = open_page("forecast.py", Role.FINANCE)
    # 12 x (50,000 at 0.3 cents + 50,000 at 0.29) = 3,540; 365 x 10,000 - 12 x 100,000 minutes at 0.1 cents
    # = 2,450; 12 x 500 GB at 2.3 cents = 138; 365 x 10 - 12 x 100 GB at 9 cents = 220.50; 12 x $20 credit
    assert figures(test) == AS_IT_IS
    said = words_of(test)
    assert "On average \\$509.04 a month" in said  # a twelfth
    assert "Watched**: fewer than 28 days are known, so it stays as it is now." in said
    assert "Prices are those of “AWS S3, us-east-1” and “Mux, pay as you go”, without taxes." in said
    assert "482.70 in Feb 2026" in said  # 295 + 180 + 11.50 + 16.20 - 20


def test_a_slider_changes_figures_chart_and_address(used_school: School, open_page: Opened) -> None:
    test = open_page("forecast.py", Role.FINANCE)
    test.select_slider(key="what_if_views").set_value("0.5").run()
    assert test.query_params["views"] in ("0.5", ["0.5"])
    # delivery 1,825,000 - 1,200,000 minutes: 625; egress 1,825 - 1,200 GB: 56.25; the rest as before
    assert figures(test) == {
        "The year as it is": "$6,108.50",
        "With the changes": "$4,119.25",
        "Paid back": "At once",
    }
    assert more(test) == "-$1,989.25"
    assert len(test.get("plotly_chart")) == 1
    test.select_slider(key="what_if_views").set_value("1").run()
    assert "views" not in test.query_params


def test_a_reload_comes_back_to_the_same_scenario(used_school: School, open_page: Opened) -> None:
    query = {"quality": "premium", "cap": "1", "cold": "1", "captions": "1", "look": "sum"}
    test = open_page("forecast.py", Role.ADMIN, **query)
    assert test.selectbox(key="what_if_quality").value == "premium"
    assert [one.value for one in test.toggle] == [True, True, True]
    said = words_of(test)
    assert "Mux changes no video in place" in said
    assert "Mux lists no price for captions" in said
    # 3,540 and 2,450 become half as much again; 100,000 minutes are taken in once:
    # 5,000 at 4.6875 cents, 10,000 at 4.4531, 10,000 at 4.3359, 75,000 at 4.2188 = 4,277.375
    assert more(test) == "$7,272.38"
    assert figures(test)["Paid back"] == "Not yet"
    assert "\\$6,108.50 by the end of Jan 2027, \\$13,380.88 with the changes" in said


def test_videos_that_were_ticked_are_handed_over_by_their_sums(
    used_school: School, open_page: Opened
) -> None:
    query = what_if_address.of_ticked(2, 6000.0, 5_000_000_000)
    assert query == {"videos": "2", "minutes": "100.0", "gb": "5.000"}
    test = open_page("forecast.py", Role.ADMIN, **query)
    assert "Move 2 ticked videos to Mux**  \n1 h 40 min · 5.0 GB out of S3" in words_of(test)
    assert not [one for one in test.slider if one.key == "what_if_hours"]
    next(one for one in test.button if one.label == "Move none of them").click().run()
    assert figures(test) == AS_IT_IS
    assert test.slider(key="what_if_hours").value == 0


def test_the_migrate_page_hands_over_what_is_ticked(used_school: School, open_page: Opened) -> None:
    test = open_page("migrate.py", Role.ADMIN, ticked="1-2")  # ten minutes and 84 MB each
    next(one for one in test.button if one.label == "See a year's costs").click().run()
    assert [one.value for one in test.title] == ["Forecast"]
    assert "Move 2 ticked videos to Mux**  \n20 min · 168 MB out of S3" in words_of(test)
    assert "With the changes" in figures(test)


def test_hours_that_move_are_said_with_what_that_means(used_school: School, open_page: Opened) -> None:
    test = open_page("forecast.py", Role.ADMIN)
    test.slider(key="what_if_hours").set_value(10).run()
    assert test.query_params["hours"] in ("10", ["10"])
    assert "What moves is taken in as plus at 1080p in the first month" in words_of(test)
    assert "With the changes" in figures(test)


@pytest.mark.parametrize("value", ["hovering", "-3", "NaN", "1e99999"])
def test_words_that_are_none_change_nothing(value: str, used_school: School, open_page: Opened) -> None:
    names = ("hours", "views", "quality", "card", "cap", "minutes", "gb", "videos", "look")
    test = open_page("forecast.py", Role.FINANCE, **dict.fromkeys(names, value))
    assert not test.exception
    assert not test.error
    if value != "1e99999":
        assert figures(test)["The year as it is"] == "$6,108.50"


def test_another_card_prices_the_year_anew(used_school: School, open_page: Opened) -> None:
    test = open_page("forecast.py", Role.FINANCE, card="simple-mux")
    # 12 x 100,000 at 0.5 cents = 6,000; 3,650,000 at 0.1 = 3,650; S3 as before: 358.50
    assert figures(test)["With the changes"] == "$10,008.50"


def test_a_card_without_a_price_for_something_is_said_and_another_can_be_chosen(
    used_school: School, open_page: Opened
) -> None:
    used_school.prices.texts["bare"] = (
        """
key = "bare"
name = "Bare"
vendor = "mux"
plan = "bare"
source = "test"
source_date = 2020-01-01
valid_from = 2020-01-01
[[price]]
what = "delivery"
quality = "any"
usd.any = 0.001
""",
        "ada",
    )
    test = open_page("forecast.py", Role.FINANCE, card="bare")
    assert "has no price for storage plus 1080p" in test.error[0].value
    test.selectbox(key="what_if_card").set_value("").run()
    assert not test.error
    assert figures(test)["The year as it is"] == "$6,108.50"


def test_a_school_without_any_use_says_so(school: School, open_page: Opened) -> None:
    school.usage, school.sources = FakeUsage(), {}
    test = open_page("forecast.py", Role.ADMIN)
    assert "Nothing is at Mux yet, and no video is known in S3 that could move." in words_of(test)
    assert "Go to Migrate" in [one.label for one in test.get("page_link")]
    assert not open_page("forecast.py", Role.FINANCE).get("page_link")  # who may not scan is not sent there


def test_a_school_that_has_moved_nothing_yet_sees_what_moving_costs(
    school: School, open_page: Opened
) -> None:
    school.usage = FakeUsage()
    test = open_page("forecast.py", Role.ADMIN, minutes="10000", gb="100", videos="9")
    # once 5,000 minutes at 3.125 cents and 5,000 at 2.9688 = 304.69; 12 x 10,000 at 0.3 cents = 360, less
    # 12 x $20 of credit; 100 GB leave S3 for nothing
    assert figures(test)["The year as it is"] == "$0.00"
    assert figures(test)["With the changes"] == "$424.69"
    assert "nothing is known of what leaves S3 now, so that it is watched as what is at Mux" in words_of(test)


def test_a_plan_that_is_chosen_counts_at_the_next_look(used_school: School, open_page: Opened) -> None:
    assert figures(open_page("forecast.py", Role.FINANCE))["The year as it is"] == "$6,108.50"
    plan = PlanInUse(vendor=Vendor.MUX, plan="simple", since=date(2026, 1, 1))
    used_school.prices.choose(plan, at=EPOCH)
    # as with the card: 6,000 + 3,650 + 358.50
    assert figures(open_page("forecast.py", Role.FINANCE))["The year as it is"] == "$10,008.50"


def test_a_month_without_a_price_card_is_said(
    used_school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dashboard import services as door

    bare = replace(door._services(), built_in_cards=())
    monkeypatch.setattr(door, "_services", lambda: bare)
    test = open_page("forecast.py", Role.FINANCE)
    assert "No price card of Mux covers February 2026." in test.warning[0].value
    assert "Go to Price cards" in [one.label for one in test.get("page_link")]
