"""What is kept of prices: cards as they were written, plans by the day from which they hold."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from core import pricing
from core.access import Person, Role
from core.card_choice import PlanInUse
from core.card_reading import WrongCard
from core.ports import UnitOfWork
from core.price_card import Vendor
from core.usage import Sku, What
from tests.integration.usage.delivering import over

AT = datetime(2027, 1, 2, 9, 0, tzinfo=UTC)
TEXT = """
key = "egress-2027"
name = "AWS, our contract"
vendor = "aws"
plan = "contract"
source = "Contract"
source_date = 2027-01-02
valid_from = 2027-02-01
[[price]]
what = "s3 egress"
usd = 0.0000004  # no figure of it is lost
"""


def plan(name: str, since: date, person: str = "dana") -> PlanInUse:
    return PlanInUse(vendor=Vendor.AWS, plan=name, since=since, person=person)


def test_a_card_is_kept_as_it_was_written_under_a_key_of_its_own(uow: UnitOfWork) -> None:
    with uow("test") as tx:
        assert tx.prices.add("egress-2027", TEXT, author="dana", at=AT)
        assert not tx.prices.add("egress-2027", "other", author="finn", at=AT)
        tx.commit()
    with uow("test.read") as tx:
        [card] = tx.prices.cards()
        assert tx.prices.text("egress-2027") == TEXT
    assert (card.name, card.author) == ("AWS, our contract", "dana")
    assert card.steps_of(Sku(what=What.S3_EGRESS))[0].usd == Decimal("0.0000004")
    with uow("test") as tx:
        assert tx.prices.remove("egress-2027")
        assert not tx.prices.remove("egress-2027")
        assert tx.prices.cards() == []


def test_a_plan_holds_from_its_day_and_one_for_the_same_day_takes_its_place(uow: UnitOfWork) -> None:
    later, first = plan("simple", date(2027, 3, 1)), plan("contract", date(2027, 2, 1))
    with uow("test") as tx:
        for one in (later, first, plan("simple", date(2027, 2, 1), "finn")):
            tx.prices.choose(one, at=AT)
        assert tx.prices.plans() == [plan("simple", date(2027, 2, 1), "finn"), later]


def test_of_two_who_change_prices_the_second_decides_by_what_the_first_did(uow: UnitOfWork) -> None:
    finn = Person(subject="finn", email="finn@school.example", roles=frozenset({Role.FINANCE}))
    clashing = TEXT.replace("egress-2027", "egress-2028")
    with ThreadPoolExecutor(1) as pool:
        with uow("test") as tx:
            tx.prices.alone()
            tx.prices.add("egress-2027", TEXT, author="dana", at=AT)
            second = pool.submit(pricing.add, clashing, by=finn, services=over(uow, None))
            wait([second], timeout=0.5)
            tx.commit()
        with pytest.raises(WrongCard, match="a day cannot have two"):
            second.result(timeout=10)
