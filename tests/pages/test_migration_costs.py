"""What migrations cost: on the finished batch's page, and on finance's."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core import batch_costing
from core.access import SYSTEM, Role
from core.batch import BatchState
from core.batch_cost import BatchUse, Kept, Made, Watching
from core.batch_kind import BatchKind
from core.migration import Options
from tests.fakes import EPOCH
from tests.pages import fakes
from tests.pages.conftest import Opened, words_of
from tests.pages.fakes import School

ADMIN = (Role.ADMIN, Role.OPS)


@pytest.fixture
def over(school: School) -> School:
    """The first batch is over: 200 min of plus at 1080p were made, and watched for 15 days."""
    batch = replace(school.batches[1], state=BatchState.DONE, finished_at=EPOCH)
    school.batches[1] = batch
    made = Made(quality="plus", tier="1080p", assets=4, minutes=Decimal(200), minutes_kept=Decimal(200))
    school.batch_costs.used[1] = BatchUse(
        made=[made],
        read_gb=Decimal(10),
        originals_gb=Decimal(20),
        watching=Watching(days=15, minutes={("plus", "1080p"): Decimal(1000)}, file_gb=Decimal(5)),
    )
    school.batch_costs.keep(
        1,
        Kept(
            once_usd=Decimal("8.50"),
            monthly_usd=Decimal("0.75"),
            minutes=Decimal(250),
            size_bytes=10 * 10**9,
            quality="plus",
            tier="1080p",
        ),
    )
    return school


def test_a_finished_batch_shows_its_estimate_against_what_it_cost(open_page: Opened, over: School) -> None:
    test = open_page("batch.py", *ADMIN, id="1")
    assert "What it cost" in [one.label for one in test.expander]
    said = words_of(test)
    # 200 min x $0.03125 + 10 GB x $0.09 = 6.25 + 0.90
    assert "Cost once $7.15" in said
    assert "Estimated $8.50" in said
    assert "made were 200.0 min of plus at 1080p" in said


@pytest.mark.parametrize("role", [Role.OPS])
def test_who_may_not_see_costs_is_told_none(open_page: Opened, over: School, role: Role) -> None:
    assert "What it cost" not in [one.label for one in open_page("batch.py", role, id="1").expander]


@pytest.mark.parametrize(
    "facts",
    [
        {"state": BatchState.RUNNING},
        {"options": Options(test=True)},
        {"kind": BatchKind.PUBLISH},
    ],
)
def test_what_is_not_over_or_no_migration_has_no_cost(
    open_page: Opened, over: School, facts: dict[str, object]
) -> None:
    over.batches[1] = replace(over.batches[1], **facts)  # type: ignore[arg-type]
    assert "What it cost" not in [one.label for one in open_page("batch.py", *ADMIN, id="1").expander]


def test_finance_sees_each_migration_with_its_estimate(open_page: Opened, over: School) -> None:
    test = open_page("migration_costs.py", Role.FINANCE)
    row = test.dataframe[0].value.iloc[0]
    assert (row["name"], row["assets"]) == ("Autumn courses", 4)
    assert (row["estimated"], row["once"]) == (8.5, 7.15)
    assert "cost $7.15 together" in words_of(test).replace("\\", "")
    assert "made were" not in words_of(test)


def test_what_migrations_cost_together_is_the_sum_of_what_stands_in_the_rows(
    open_page: Opened, over: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = batch_costing.newest(by=SYSTEM, services=fakes.services(over))
    assert one.cost
    less = replace(one, cost=replace(one.cost, input_usd=Decimal("3.334"), read_usd=Decimal(0)))  # $3.33
    monkeypatch.setattr(batch_costing, "newest", lambda **_: [less, less])
    said = words_of(open_page("migration_costs.py", Role.FINANCE)).replace("\\", "")
    assert "2 migrations cost $6.66 together, once." in said


def test_a_picked_migration_opens_its_figures(open_page: Opened, over: School) -> None:
    said = words_of(open_page("migration_costs.py", Role.FINANCE)).replace("\\", "")
    assert "Pick a migration to see what its figures are made of." in said
    admins = open_page("migration_costs.py", *ADMIN, batch="1")
    assert "Go to the batch" in [link.proto.label for link in admins.get("page_link")]
    test = open_page("migration_costs.py", Role.FINANCE, batch="1")
    assert "Go to the batch" not in [link.proto.label for link in test.get("page_link")]
    said = words_of(test).replace("\\", "")
    assert "Pick a migration" not in said
    assert "Once: 200.0 min of input at Mux $6.25, 10 GB out of S3 $0.90." in said
    assert "costs $0.60 to keep; estimated were $0.75." in said  # 200 min at 0.3 cents
    assert "The originals stay in S3 (20 GB, $0.46 a month)" in said  # 20 GB x $0.023


def test_without_a_price_the_batch_s_page_says_so(open_page: Opened, over: School) -> None:
    over.batches[1] = replace(over.batches[1], started_at=EPOCH.replace(year=1999))
    test = open_page("batch.py", *ADMIN, id="1")
    assert not test.exception
    assert any("What it cost cannot be told." in one.value for one in test.info)


def test_a_migration_of_before_all_price_cards_is_listed_without_its_cost(
    open_page: Opened, over: School
) -> None:
    over.batches[1] = replace(over.batches[1], started_at=EPOCH.replace(year=1999))
    test = open_page("migration_costs.py", Role.FINANCE, batch="1")
    row = test.dataframe[0].value.iloc[0]
    assert (row["estimated"], row["payback"]) == (8.5, "no price card of its days")
    assert "No price card of Mux covers" in words_of(test)
