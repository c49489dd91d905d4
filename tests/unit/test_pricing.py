"""Bringing price cards and choosing plans: who may, what is refused, and what is noted of it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core import card_trying, pricing
from core.access import Action, Person, Role
from core.card_choice import PlanInUse
from core.card_reading import WrongCard
from core.errors import InvalidInput, NotAllowed, NotFound, UnknownPrice
from core.ports import Services
from core.price_card import Vendor
from core.usage import Month
from tests.pages import fakes
from tests.pages.fake_costs import DELIVERED, FakeDays
from tests.pages.fakes import School
from tests.price_lists import PAY_AS_YOU_GO, S3, SIMPLE_MUX

CARD = """
key = "contract-2026"
name = "Mux, our contract"
vendor = "mux"
plan = "contract"
source = "Contract of 2 January 2026"
source_date = 2026-01-02
valid_from = 2026-01-03
[[price]]
what = "storage"
quality = "any"
storage = "any"
usd.any = 0.002
"""
JANUARY = Month(2026, 1)


def person(*roles: Role) -> Person:
    return Person(subject="fay", email="fay@school.example", roles=frozenset(roles))


FINANCE = person(Role.FINANCE)


@pytest.fixture
def school() -> School:
    return School()


@pytest.fixture
def services(school: School) -> Services:
    return fakes.services(school)


ACTS: dict[str, Callable[..., Any]] = {
    "preview": lambda **who: pricing.preview(CARD, **who),
    "add": lambda **who: pricing.add(CARD, **who),
    "remove": lambda **who: pricing.remove("contract-2026", **who),
    "choose": lambda **who: pricing.choose_plan(Vendor.MUX, "scale", date(2026, 1, 5), **who),
    "try": lambda **who: card_trying.tried(PAY_AS_YOU_GO, **who),
    "look": pricing.shelf,
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@pytest.mark.parametrize("roles", [(Role.OPS,), (Role.TEACHER,), ()], ids=str)
def test_prices_are_for_admins_and_finance(
    act: Callable[..., Any], roles: tuple[Role, ...], services: Services
) -> None:
    with pytest.raises(NotAllowed, match=f"{Action.SET_PRICES}|{Action.SEE_COSTS}"):
        act(by=person(*roles), services=services)


def test_a_card_is_kept_with_its_author_and_noted(school: School, services: Services) -> None:
    pricing.add(CARD, by=FINANCE, services=services)
    [card] = [one for one in pricing.shelf(by=FINANCE, services=services).cards if one.author]
    assert (card.key, card.author) == ("contract-2026", "fay")
    assert school.audited == [("fay", "add price card", "price card contract-2026")]
    assert pricing.cards_in_use(JANUARY, services=services)[0].plan == "pay as you go", (
        "not before it is chosen"
    )


def test_a_card_whose_key_or_days_are_taken_is_refused(services: Services) -> None:
    pricing.add(CARD, by=FINANCE, services=services)
    with pytest.raises(WrongCard, match="The key “contract-2026” is taken"):
        pricing.preview(CARD, by=FINANCE, services=services)
    with pytest.raises(WrongCard, match="a day cannot have two"):
        pricing.add(CARD.replace("contract-2026", "another"), by=FINANCE, services=services)


def test_a_plan_that_is_chosen_holds_from_its_day(school: School, services: Services) -> None:
    pricing.add(CARD, by=FINANCE, services=services)
    pricing.choose_plan(Vendor.MUX, "contract", date(2026, 1, 4), by=FINANCE, services=services)
    found = pricing.cards_in_use(JANUARY, services=services)
    assert [(one.key, one.valid_to) for one in found] == [
        (PAY_AS_YOU_GO.key, date(2026, 1, 3)),
        ("contract-2026", None),
        (S3.key, None),
    ]
    assert pricing.cards_today(services=services)[Vendor.MUX].key == "contract-2026"
    assert school.audited[-1] == ("fay", "choose price plan", "prices mux")


def test_a_plan_is_not_chosen_for_a_day_without_a_card(services: Services) -> None:
    pricing.add(CARD, by=FINANCE, services=services)
    with pytest.raises(InvalidInput, match="No price card of Mux “contract” covers 2026-01-02"):
        pricing.choose_plan(Vendor.MUX, "contract", date(2026, 1, 2), by=FINANCE, services=services)
    with pytest.raises(InvalidInput, match="No price card of AWS “scale” covers 2026-01-05"):
        pricing.choose_plan(Vendor.AWS, "scale", date(2026, 1, 5), by=FINANCE, services=services)


def test_a_card_that_something_was_counted_by_stays(school: School, services: Services) -> None:
    pricing.add(CARD, by=FINANCE, services=services)
    school.prices.chosen = [PlanInUse(vendor=Vendor.MUX, plan="contract", since=date(2026, 1, 3))]
    with pytest.raises(InvalidInput, match="is or was in use"):
        pricing.remove("contract-2026", by=FINANCE, services=services)
    school.prices.chosen = []
    pricing.remove("contract-2026", by=FINANCE, services=services)
    assert school.prices.texts == {}
    assert school.audited[-1] == ("fay", "remove price card", "price card contract-2026")
    with pytest.raises(NotFound):
        pricing.remove("contract-2026", by=FINANCE, services=services)


def test_lectern_s_own_cards_cannot_be_removed(services: Services) -> None:
    with pytest.raises(NotFound):
        pricing.remove(PAY_AS_YOU_GO.key, by=FINANCE, services=services)


def test_a_month_and_a_day_without_a_card_are_named(school: School, services: Services) -> None:
    school.prices.chosen = [PlanInUse(vendor=Vendor.MUX, plan="gone", since=date(2026, 1, 1))]
    with pytest.raises(UnknownPrice, match=r"No price card of Mux covers January 2026\.") as caught:
        pricing.cards_in_use(JANUARY, services=services)
    assert caught.value.hint == "Add one on the page Price cards."
    with pytest.raises(UnknownPrice, match=r"No price card of Mux covers 5 January 2026\."):
        pricing.cards_today(services=services)


def test_a_plan_or_a_card_can_be_asked_for_by_name(services: Services) -> None:
    keys = [card.key for card in pricing.cards_named("simple", JANUARY, services=services)]
    assert keys == ["simple-mux", "simple-s3"]
    named = pricing.cards_named("mux-2026-03-09-scale", JANUARY, services=services)
    assert [card.key for card in named] == ["mux-2026-03-09-scale", S3.key]
    with pytest.raises(InvalidInput, match="No price card is called “vimeo”"):
        pricing.cards_named("vimeo", JANUARY, services=services)


def test_last_month_is_compared_by_the_days_on_which_its_cards_held(
    school: School, services: Services
) -> None:
    """1,000 minutes on the 20th alone, by cards that changed on the 16th: 1,000 x 0.001, nothing of it by the
    list, which gives them for nothing."""
    found = FakeDays()
    found.add(date(2025, 12, 20), DELIVERED, 1000)
    school.usage = found
    school.prices.chosen = [PlanInUse(vendor=Vendor.MUX, plan="simple", since=date(2025, 12, 16))]
    trial = card_trying.tried(SIMPLE_MUX, by=FINANCE, services=services)
    assert trial is not None
    assert (trial.then_usd, trial.now_usd) == (Decimal(1), Decimal(1))


def test_a_card_is_compared_whatever_is_known_of_the_other_vendor(school: School, services: Services) -> None:
    found = FakeDays()
    found.add(date(2025, 12, 20), DELIVERED, 1000)
    school.usage = found
    school.prices.chosen = [PlanInUse(vendor=Vendor.AWS, plan="gone", since=date(2025, 1, 1))]
    trial = card_trying.tried(SIMPLE_MUX, by=FINANCE, services=services)
    assert trial is not None
    assert trial.now_usd == 0  # free by the list


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2101-01-01", "9999-12-31"])
def test_a_card_or_plan_of_an_absurd_day_is_refused(day: str, services: Services) -> None:
    said = f"“valid_from” is absurd: {day} is not between 2000-01-01 and 2100-12-31"
    with pytest.raises(WrongCard, match=said):
        pricing.preview(CARD.replace("2026-01-03", day), by=FINANCE, services=services)
    with pytest.raises(InvalidInput, match=f"No plan can be in use from {day} on"):
        pricing.choose_plan(Vendor.MUX, "scale", date.fromisoformat(day), by=FINANCE, services=services)


def test_a_card_that_ends_on_an_absurd_day_is_refused(services: Services) -> None:
    ends = CARD.replace("2026-01-03", "2026-01-03\nvalid_to = 9999-12-31")
    with pytest.raises(WrongCard, match="“valid_to” is absurd: 9999-12-31"):
        pricing.add(ends, by=FINANCE, services=services)


def test_a_card_and_a_plan_of_the_first_day_of_all_that_were_kept_before_do_not_break_a_month(
    school: School, services: Services
) -> None:
    oldest = date.min
    school.prices.texts = {
        "contract-2026": (CARD.replace("2026-01-03", "0001-01-01"), "fay"),
        "contract-2027": (CARD.replace("2026-01-03", "2026-01-20").replace("act-2026", "act-2027"), "fay"),
    }
    school.prices.chosen = [PlanInUse(vendor=Vendor.MUX, plan="contract", since=oldest)]
    found = pricing.cards_in_use(JANUARY, services=services)
    assert [(one.key, one.valid_from, one.valid_to) for one in found[:2]] == [
        ("contract-2026", oldest, date(2026, 1, 19)),
        ("contract-2027", date(2026, 1, 20), None),
    ]
