"""Whose costs are whose: what lessons cost of themselves, and the rules for what all share."""

from decimal import Decimal

import pytest

from core.allocation import (
    CostRow,
    Per,
    Shared,
    SharedRule,
    direct,
    effective_prices,
    gathered,
    lesson_rows,
    of_providers,
)
from core.allocation_cents import cells, in_cents
from core.bill import Bill
from core.cost import bill
from core.cost_shares import CostLesson
from core.month_costs import Group
from tests.price_lists import JUNE, LAUNCH, LISTED, PAY_AS_YOU_GO, S3, in_s3, kept, watched

NAMED = {
    one.lesson_id: one
    for one in (
        CostLesson(
            lesson_id="1", title="Sets", course_id="c", course="Logic", teacher_id="t", teacher="Tess"
        ),
        CostLesson(lesson_id="2", title="Maps", course_id="c", course="Logic", teacher_id="b", teacher="Ben"),
        CostLesson(lesson_id="3", title="Birds"),
    )
}


def usd(**amounts: str) -> dict[Group, Decimal]:
    return {Group(name): Decimal(amount) for name, amount in amounts.items()}


FOUND = {
    "1": usd(storage="10", delivery="50"),
    "2": usd(storage="20"),
    "3": usd(storage="20"),
    "": usd(storage="5"),
}


def whole() -> Bill:
    """Mux 105: storage 35,000 x 0.003, fee 20, credit 100; S3 10 x 0.023 = 0.23: 25.23 together."""
    return bill([kept("35000"), in_s3("10")], [LAUNCH, S3], month=JUNE)


def rows(rule: SharedRule, per: Per = Per.LESSON) -> list[CostRow]:
    return gathered(lesson_rows(direct(whole(), FOUND), rule, NAMED), per, NAMED)


def totals(found: list[CostRow]) -> dict[str, Decimal]:
    return {row.shared or row.key: row.total_usd for row in found}


def test_a_price_is_what_a_unit_came_to_with_steps_and_free_units() -> None:
    found = bill([watched("200000")], [LISTED, S3], month=JUNE)
    (sku,) = found.by_sku()
    # 100,000 of 200,000 are free; 100,000 x 0.001 = 100
    assert effective_prices(found, {sku: Decimal(200000)}) == {sku: Decimal("0.0005")}
    assert effective_prices(found, {sku: Decimal(0)}) == {}


def test_what_no_lesson_has_of_itself_is_the_rest_of_the_bill() -> None:
    found = direct(whole(), FOUND)
    # own 100; plan 20 - 100; S3 0.23; the rest 25.23 - 100 + 80 - 0.23 = 5
    assert found.shared == {
        Shared.PLAN: Decimal(-80),
        Shared.S3: Decimal("0.23"),
        Shared.NO_LESSON: Decimal(5),
    }


def test_in_proportion_each_lesson_bears_as_much_as_it_costs_itself() -> None:
    # -74.77 over 60 : 20 : 20
    assert totals(rows(SharedRule.PROPORTIONAL)) == {
        "1": Decimal("15.138"),
        "2": Decimal("5.046"),
        "3": Decimal("5.046"),
    }


def test_evenly_each_lesson_bears_the_same() -> None:
    found = totals(rows(SharedRule.EVENLY))
    assert found["1"] == pytest.approx(Decimal("35.076667"))  # 60 - 74.77 / 3
    assert found["2"] == pytest.approx(Decimal("-4.923333"))
    assert sum(found.values()) == Decimal("25.23")


def test_kept_apart_it_has_lines_of_its_own_at_the_end() -> None:
    found = rows(SharedRule.APART)
    assert [row.shared or row.key for row in found] == ["1", "2", "3", "plan", "s3", "no_lesson"]
    assert sum(totals(found).values()) == Decimal("25.23")


@pytest.mark.parametrize("rule", SharedRule)
@pytest.mark.parametrize("per", [Per.LESSON, Per.COURSE, Per.TEACHER])
def test_cents_sum_up_along_and_down_to_the_bill(rule: SharedRule, per: Per) -> None:
    found = cells(rows(rule, per))
    assert sum(sum(row.values()) for row in found) == Decimal("25.23")
    for column in found[0]:
        assert sum(row[column] for row in found).as_tuple().exponent == -2


def test_rows_stand_in_the_order_that_their_cents_show() -> None:
    rows = [
        CostRow(key="more", name="", usd=usd(storage="0.004", delivery="0.004")),
        CostRow(key="less", name="", usd=usd(storage="0.0069")),  # it has the one cent that storage comes to
        CostRow(key="", name="", usd={}, shared_usd=Decimal(5), shared=Shared.PLAN),
    ]
    told = [(row.key, sum(found.values())) for row, found in in_cents(rows)]
    assert told == [("less", Decimal("0.01")), ("more", Decimal("0.00")), ("", Decimal("5.00"))]


@pytest.mark.parametrize(
    ("minute_months", "own", "together"),
    [
        ("3339", "10.014", "10.02"),  # 10.017, of which no lesson has 0.003
        ("3335", "10.00500000000000000000000001", "10.00"),  # 10.005: a half to the even one
    ],
)
def test_what_is_kept_apart_of_less_than_a_cent_is_in_the_sum(
    minute_months: str, own: str, together: str
) -> None:
    found = direct(bill([kept(minute_months)], [LISTED, S3], month=JUNE), {"1": usd(storage=own)})
    made = cells(lesson_rows(found, SharedRule.APART, NAMED))
    assert sum(sum(row.values()) for row in made) == Decimal(together)


def test_lessons_are_told_under_their_course_and_whoever_made_them() -> None:
    assert totals(rows(SharedRule.APART, Per.COURSE)) == {
        "c": Decimal(80),
        "": Decimal(20),
        "plan": Decimal(-80),
        "s3": Decimal("0.23"),
        "no_lesson": Decimal(5),
    }
    by_teacher = rows(SharedRule.PROPORTIONAL, Per.TEACHER)
    assert [(row.key, row.name, list(row.lessons)) for row in by_teacher] == [
        ("t", "Tess", ["1"]),
        ("", "", ["3"]),
        ("b", "Ben", ["2"]),
    ]


def test_a_lesson_that_is_gone_keeps_its_costs() -> None:
    found = lesson_rows(direct(whole(), FOUND), SharedRule.APART, {})
    assert found[0].name == "A lesson that is gone"
    (course, *_) = gathered(found, Per.COURSE, {})
    assert (course.key, course.own_usd) == ("", Decimal(100))


def test_where_no_lesson_costs_anything_nothing_is_shared() -> None:
    found = direct(whole(), {"": usd(storage="105")})
    assert totals(lesson_rows(found, SharedRule.PROPORTIONAL, NAMED)) == {
        "plan": Decimal(-80),
        "s3": Decimal("0.23"),
        "no_lesson": Decimal(105),
    }


def test_each_provider_has_its_own_fee_and_credit() -> None:
    found = bill([kept("1000"), in_s3("100")], [PAY_AS_YOU_GO, S3], month=JUNE)
    aws, mux = of_providers(found)
    assert (aws.key, aws.usd) == ("aws", usd(s3="2.3"))
    assert (mux.key, mux.usd, mux.total_usd) == ("mux", usd(storage="3", plan="-3"), 0)
