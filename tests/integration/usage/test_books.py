"""A month's costs beside the bill that follows from the books of those who would send it: to the cent."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from moto import mock_aws

from core import pricing
from core.access import Person, Role
from core.cost_reporting import month_report
from core.costing import month_costs
from core.ports import UnitOfWork
from core.usage import Month, Sku, What
from sandbox.mux.views import made_up
from tests.integration.usage.books import Books, Thing, Used
from tests.integration.usage.hundred_days import BEGINS, ENDS, FILMS, in_s3, play, views_a_day
from tests.integration.usage.printed_prices import CONTRACT, CONTRACT_TOML, LISTED, S3, bill
from tests.integration.usage.staging import SEED, Stage, staged

FINN = Person(subject="f", email="finn@school.test", roles=frozenset({Role.FINANCE, Role.ADMIN}))
CARDS = {
    4: {date(2026, 4, 1): LISTED},
    5: {date(2026, 5, 1): LISTED},
    6: {date(2026, 6, 1): LISTED, date(2026, 6, 15): CONTRACT},
    7: {date(2026, 7, 1): CONTRACT},
}
"""By month; July is under way. Its days at Mux cost less than the credit."""
AT_AWS = {"standard": "STANDARD", "standard-ia": "STANDARD_IA"}


@pytest.fixture
def school(uow: UnitOfWork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.setenv(name, "us-east-1")
    made: dict[str, str] = {}
    monkeypatch.setattr(made_up, "popularity", views_a_day(made))
    with mock_aws(), staged(tmp_path, uow, FILMS, begins=BEGINS) as stage:
        play(stage, made)
        yield stage


def test_a_school_of_a_hundred_days_costs_what_the_books_of_mux_and_s3_say(school: Stage) -> None:
    pricing.add(CONTRACT_TOML, by=FINN, services=school.services)
    books = Books(school.state, seed=SEED, now_s=ENDS.timestamp())
    for number, cards in CARDS.items():
        month = Month(2026, number)
        at_mux = books.used(month.first, month.after.first)
        at_aws = in_s3(month.first, month.after.first)
        found = month_costs(month, by=FINN, services=school.services)
        sums = {thing: float(quantity) for thing, quantity in _sums({**at_mux, **at_aws}).items()}
        assert {_thing(sku): float(one) for sku, one in found.quantities.items()} == pytest.approx(sums)
        usd = bill(at_mux, cards) + bill(at_aws, {month.first: S3})
        assert float(found.bill.total_usd) == pytest.approx(float(usd), abs=1e-6)
        told = month_report(str(month), by=FINN, services=school.services)
        assert told.total_usd == Decimal(f"{float(usd):.2f}")
        assert told.holes == []


def _sums(used: Used) -> Mapping[Thing, Fraction]:
    found: dict[Thing, Fraction] = defaultdict(Fraction)
    for (_, thing), quantity in used.items():
        found[thing] += quantity
    return {thing: quantity for thing, quantity in found.items() if quantity}


def _thing(sku: Sku) -> Thing:
    kept = sku.storage.value if sku.storage else ""
    named = AT_AWS[kept] if sku.what is What.S3_STORAGE else kept
    return tuple(filter(None, (sku.what.value, sku.quality, sku.tier, named)))
