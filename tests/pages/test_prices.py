"""The page of price cards, and what stands elsewhere where a price is not known."""

from datetime import date
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from core.access import Role
from core.card_choice import PlanInUse
from core.price_card import Vendor
from core.usage import Month, What
from dashboard.costs import price_adding, price_terms
from tests.pages.conftest import Opened, words_of
from tests.pages.fake_usage import FakeUsage
from tests.pages.fakes import School
from tests.pages.test_library import press
from tests.price_lists import kept, used

FINANCE = (Role.FINANCE,)
LAST_MONTH = Month(2025, 12)
"""The clock of the pages stands in January 2026."""


def chosen(plan: str, since: date) -> PlanInUse:
    return PlanInUse(vendor=Vendor.MUX, plan=plan, since=since, person="dana")


# Pages that ask at every run: AppTest closes a dialog with each.


def _adding() -> None:
    from dashboard.costs import price_adding

    price_adding._dialog()


def _choosing() -> None:
    from core import pricing
    from core.access import SYSTEM
    from core.price_card import Vendor
    from dashboard.costs import price_plans
    from dashboard.services import services

    price_plans._dialog(Vendor.MUX, pricing.shelf(by=SYSTEM, services=services()))


def _removing() -> None:
    from core import pricing
    from core.access import SYSTEM
    from dashboard.costs import price_screen
    from dashboard.services import services

    if own := [card for card in pricing.shelf(by=SYSTEM, services=services()).cards if card.author]:
        price_screen._ask_to_remove(own[0])


def typed(text: str) -> AppTest:
    """The dialog after somebody has written this."""
    test = AppTest.from_function(_adding, default_timeout=20).run()
    return test.text_area(key="price_text").set_value(text).run()


def chosen_in_dialog(plan: str, since: date) -> AppTest:
    test = AppTest.from_function(_choosing, default_timeout=20)
    test.session_state["price_plan"], test.session_state["price_since"] = plan, since
    return test.run()


def test_the_plans_in_use_and_all_cards_are_shown(open_page: Opened) -> None:
    test = open_page("prices.py", *FINANCE)
    said = words_of(test)
    assert "**Mux: pay as you go** from the beginning" in said
    assert "Each month: a credit of \\$20.00 for usage, 100,000 minutes delivered free." in said
    assert "**AWS: s3-standard us-east-1** from the beginning" in said
    shown = test.dataframe[0].value
    assert list(shown["name"][shown["used"] == "Today"]) == ["Mux, pay as you go", "AWS S3, us-east-1"]
    assert set(shown["author"]) == {"Lectern"}
    assert list(shown["vendor"]) == ["Mux", "AWS", "Mux", "Mux", "Mux", "AWS"]  # in use, then the others


def test_of_two_cards_of_a_plan_the_later_one_is_in_use(school: School, open_page: Opened) -> None:
    first = price_adding.EXAMPLE.replace("2027-02-01", "2025-01-01")
    second = first.replace("2025-01-01", "2026-01-01").replace("contract-2027", "contract-2026")
    school.prices.texts = {"mux-contract-2027": (first, "dana"), "mux-contract-2026": (second, "dana")}
    school.prices.chosen = [chosen("contract", date(2025, 2, 1))]
    shown = open_page("prices.py", *FINANCE).dataframe[0].value
    used = shown[shown["used"] == "Today"]
    assert list(used["plan"]) == ["contract", "s3-standard us-east-1"]
    assert next(iter(used["from"])) == date(2026, 1, 1)


def test_a_card_shows_its_prices_and_what_is_not_certain(open_page: Opened) -> None:
    test = open_page("prices.py", *FINANCE, card="s3-us-east-1-2026-09-20")
    prices = test.dataframe[1].value
    assert list(prices["Price"]) == [
        "$0.023 a GB a month",
        "$0.0125 a GB a month",
        "$0.09 a GB",
        "$0.0004 for 1,000 requests",
        "$0.005 for 1,000 requests",
    ]
    assert list(prices["Kept"]) == ["As usual", "Standard-IA", "", "", ""]
    assert prices["With volume"][0] == "$0.022 over 50,000, $0.021 over 500,000"
    assert "Requests are priced from general knowledge and not verified" in words_of(test)
    assert "Remove this card …" not in words_of(test)


def test_another_plan_is_chosen_from_a_day_on(school: School, open_page: Opened) -> None:
    test = chosen_in_dialog("scale", date(2026, 1, 3))
    said = words_of(test)
    assert "- Mux: **pay as you go → scale**" in said
    assert "a fee of \\$500.00, a credit of \\$1,000.00 for usage" in said
    assert "Costs since that day are counted anew, on every page." in said
    press(test, "Use it from 3 Jan 2026 on")
    assert [(one.plan, one.since) for one in school.prices.chosen] == [("scale", date(2026, 1, 3))]
    assert school.audited[-1][1:] == ("choose price plan", "prices mux")
    assert "**Mux: scale** since 3 Jan 2026, chosen by" in words_of(open_page("prices.py", *FINANCE))


@pytest.mark.usefixtures("school")
def test_a_plan_cannot_be_chosen_for_a_day_that_no_card_of_it_covers() -> None:
    test = chosen_in_dialog("scale", date(2019, 12, 31))
    assert "No price card of this plan covers 31 Dec 2019. Choose a later day." in words_of(test)
    assert next(one for one in test.button if one.label.startswith("Use it from")).disabled


@pytest.mark.usefixtures("school")
def test_a_plan_that_is_in_use_already_cannot_be_chosen_anew() -> None:
    test = chosen_in_dialog("pay as you go", date(2026, 3, 9))
    assert "This plan is in use on 9 Mar 2026 already." in words_of(test)
    assert next(one for one in test.button if one.label.startswith("Use it from")).disabled


def test_a_plan_to_come_is_announced(school: School, open_page: Opened) -> None:
    school.prices.chosen = [chosen("launch", date(2026, 2, 1))]
    assert "From 1 Feb 2026 on: launch, chosen by dana." in words_of(open_page("prices.py", *FINANCE))


def test_a_plan_without_a_card_today_says_what_to_do(school: School, open_page: Opened) -> None:
    school.prices.chosen = [chosen("contract", date(2026, 1, 1))]
    test = open_page("prices.py", *FINANCE)
    assert test.warning[0].value == (
        "No price card of this plan covers 5 Jan 2026, so nothing can be counted. "
        "Add one, or choose another plan."
    )


def test_a_card_is_checked_previewed_compared_and_kept(school: School, open_page: Opened) -> None:
    kept_and_watched = [
        kept("10000", "basic", "720p", first=LAST_MONTH.first),
        used(What.DELIVERY, "200000", "plus", "1080p", first=LAST_MONTH.first),
    ]
    school.usage = FakeUsage(months={LAST_MONTH: kept_and_watched})
    test = typed(price_adding.EXAMPLE)
    said = words_of(test)
    # 10,000 x 0.002 = 20; 100,000 x 0.0007 = 70; 250. By the list 24 + 100 - 20 = 104.
    assert "December 2025 would have cost \\$340.00 at Mux by it, instead of \\$104.00." in said
    assert "Source: Contract of 2 January 2027" in said
    assert "Prices of 2 Jan 2027, brought by" in said
    assert school.prices.texts == {}
    press(test, "Keep this card")
    assert list(school.prices.texts) == ["mux-contract-2027"]
    assert school.audited[-1][1:] == ("add price card", "price card mux-contract-2027")
    shown = open_page("prices.py", *FINANCE).dataframe[0].value
    assert "Mux, our contract" in list(shown["name"])


@pytest.mark.usefixtures("school")
def test_all_that_is_wrong_with_a_card_is_said_and_it_cannot_be_kept() -> None:
    test = typed(price_adding.EXAMPLE.replace("1080p", "480p").replace('"contract"', "7"))
    said = test.error[0].value
    assert "- “plan” is no text of 1 to 500 characters that can be shown." in said
    assert "- Price 1 (storage): unknown tier “480p”" in said
    assert "Keep this card" not in words_of(test)


def test_what_a_card_cannot_price_is_named(school: School) -> None:
    in_4k = kept("1", "premium", "2160p", first=LAST_MONTH.first)
    school.usage = FakeUsage(months={LAST_MONTH: [in_4k]})
    said = words_of(typed(price_adding.EXAMPLE))
    assert (
        "It cannot price last month: The price card “Mux, our contract” has no price for storage premium"
        in said
    )


def test_a_card_of_ones_own_is_removed_while_nothing_was_counted_by_it(
    school: School, open_page: Opened
) -> None:
    school.prices.texts["mux-contract-2027"] = (price_adding.EXAMPLE, "dana")
    test = open_page("prices.py", *FINANCE, card="mux-contract-2027")
    assert "brought by dana" in words_of(test)
    press(AppTest.from_function(_removing, default_timeout=20).run(), "Remove the card")
    assert school.prices.texts == {}
    school.prices.texts["mux-contract-2027"] = (price_adding.EXAMPLE, "dana")
    school.prices.chosen = [chosen("contract", date(2027, 2, 1))]
    test = open_page("prices.py", *FINANCE, card="mux-contract-2027")
    assert next(one for one in test.button if one.label == "Remove this card …").disabled


def test_without_a_price_an_estimate_says_what_is_missing(school: School, open_page: Opened) -> None:
    school.prices.chosen = [chosen("contract", date(2026, 1, 1))]
    missing = "No price card of Mux covers 5 January 2026. Add one on the page Price cards."
    assert missing in words_of(open_page("upload.py", Role.ADMIN, Role.OPS))
    review = words_of(open_page("review.py", Role.ADMIN, Role.OPS, ticked="1-3"))
    assert f"What it costs is not known. {missing}" in review
    assert "$0.00" not in review


@pytest.mark.parametrize(
    ("usd", "what", "said"),
    [("0.000005", What.S3_WRITES, "$0.005"), ("0", What.INPUT, "free"), ("3", What.INPUT, "$3.00")],
)
def test_a_price_shows_all_its_figures(usd: str, what: What, said: str) -> None:
    assert price_terms.price(Decimal(usd), what) == said


def test_costs_are_counted_anew_once_another_plan_is_in_use(school: School, open_page: Opened) -> None:
    def shown() -> str:
        return words_of(open_page("costs.py", *FINANCE))

    before = shown()
    assert shown() == before
    press(chosen_in_dialog("simple", date(2026, 1, 1)), "Use it from 1 Jan 2026 on")
    assert shown() != before


def test_a_file_counts_instead_of_what_was_typed(school: School) -> None:
    test = AppTest.from_function(_adding, default_timeout=20).run()
    test.file_uploader[0].set_value(("card.toml", price_adding.EXAMPLE.encode(), "text/plain")).run()
    press(test, "Keep this card")
    assert list(school.prices.texts) == ["mux-contract-2027"]


@pytest.mark.usefixtures("school")
def test_a_file_that_is_no_text_is_refused() -> None:
    test = AppTest.from_function(_adding, default_timeout=20).run()
    test.file_uploader[0].set_value(("card.toml", b"\xff\xfe\x00", "text/plain")).run()
    assert test.error[0].value == "The file is no text in UTF-8."
