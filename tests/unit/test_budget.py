"""Budgets: what is crossed when, what is told once, and in which words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.budget import Budget, Spending, Spent, Standing, Threshold, newly_crossed, read_amount
from core.budget_alert import alert_of, payload, sentence
from core.budget_watching import concerns, months
from core.errors import InvalidInput
from core.usage import Month

NOVEMBER = Month(2026, 11)
SET_AT = datetime(2026, 11, 3, 9, tzinfo=UTC)
SCHOOL = Budget(id=1, usd=Decimal(120), set_by="finn", set_at=SET_AT)
ALGEBRA = Budget(id=2, course_id="7", course="Algebra II", usd=Decimal("12.50"), set_by="finn", set_at=SET_AT)
HALF, MOST, FORECAST, ALL = Threshold


def standing(spent: str, forecast: str | None = None, budget: Budget = SCHOOL) -> Standing:
    likely = None if forecast is None else Decimal(forecast)
    return Standing(budget=budget, month=NOVEMBER, spent=Spent(spent_usd=Decimal(spent), forecast_usd=likely))


@pytest.mark.parametrize(
    ("spent", "forecast", "crossed"),
    [
        ("0", None, []),
        ("59.99", "119.99", []),
        ("60", None, [HALF]),  # 50 % of 120
        ("95.999", None, [HALF]),
        ("96", "120", [HALF, MOST]),  # 80 % of 120; 120 is not over 120
        ("96", "120.001", [HALF, MOST, FORECAST]),
        ("20", "300", [FORECAST]),
        ("119.999", None, [HALF, MOST]),
        ("120", "180", [HALF, MOST, FORECAST, ALL]),
        ("500", None, [HALF, MOST, ALL]),
    ],
)
def test_a_threshold_is_crossed_by_the_exact_amount(
    spent: str, forecast: str | None, crossed: list[Threshold]
) -> None:
    found = standing(spent, forecast)
    assert found.crossed == crossed
    assert found.state == (crossed[-1] if crossed else None)


def test_what_was_told_is_not_told_again() -> None:
    assert newly_crossed(standing("96", "130"), {HALF}) == [MOST, FORECAST]
    assert newly_crossed(standing("96", "130"), {HALF, MOST, FORECAST}) == []


def test_a_course_without_costs_has_spent_nothing() -> None:
    found = Spending(month=NOVEMBER, school=Spent(spent_usd=Decimal(40)), courses={})
    assert found.of(SCHOOL).spent_usd == 40
    assert found.of(ALGEBRA) == Spent(spent_usd=Decimal(0), forecast_usd=None)


def test_the_share_is_exact() -> None:
    assert standing("3.125", budget=ALGEBRA).share == Decimal("0.25")  # 3.125 / 12.50


@pytest.mark.parametrize(
    ("now", "watched"),
    [
        (datetime(2026, 11, 3, 23, 59, tzinfo=UTC), [NOVEMBER, Month(2026, 10)]),
        (datetime(2026, 11, 4, 0, 0, tzinfo=UTC), [NOVEMBER]),
        (datetime(2027, 1, 1, 0, 0, tzinfo=UTC), [Month(2027, 1), Month(2026, 12)]),
    ],
)
def test_the_last_month_is_watched_until_its_figures_are_final(now: datetime, watched: list[Month]) -> None:
    assert months(now) == watched


def test_nobody_is_told_of_months_before_the_budget() -> None:
    assert not concerns(SCHOOL, Month(2026, 10))
    assert concerns(SCHOOL, NOVEMBER)
    assert concerns(SCHOOL, Month(2026, 12))


@pytest.mark.parametrize(
    ("threshold", "said"),
    [
        (HALF, "50 % of the budget for all videos is used: $96.12 of $120.00 in November 2026."),
        (
            FORECAST,
            "November 2026 is likely to cost $1,180.20 for all videos, more than the budget of $120.00: "
            "$96.12 so far.",
        ),
        (ALL, "The budget for all videos is used up: $96.12 of $120.00 in November 2026."),
    ],
)
def test_an_alert_says_what_happened(threshold: Threshold, said: str) -> None:
    assert sentence(alert_of(standing("96.1249", "1180.2"), threshold, at=SET_AT)) == said


def test_a_webhook_gets_the_figures_as_text_under_an_id_that_never_changes() -> None:
    alert = alert_of(standing("10", "20", ALGEBRA), MOST, at=SET_AT)
    again = alert_of(standing("11", "21", ALGEBRA), MOST, at=datetime(2026, 11, 9, tzinfo=UTC))
    assert alert.id == again.id
    assert alert.id != alert_of(standing("10", "20", ALGEBRA), ALL, at=SET_AT).id
    elsewhere = replace(ALGEBRA, set_at=SET_AT + timedelta(microseconds=1))
    assert alert.id != alert_of(standing("10", "20", elsewhere), MOST, at=SET_AT).id
    assert payload(alert, origin="https://lectern.school.test") == {
        "id": str(alert.id),
        "type": "budget.threshold",
        "text": "80 % of the budget for “Algebra II” is used: $10.00 of $12.50 in November 2026.",
        "month": "2026-11",
        "threshold": "80",
        "budget": {"id": 2, "course_id": "7", "course": "Algebra II", "usd": "12.50"},
        "spent_usd": "10.00",
        "forecast_usd": "20.00",
        "noted_at": "2026-11-03T09:00:00+00:00",
        "page": "https://lectern.school.test/budgets",
    }


@pytest.mark.parametrize(
    ("text", "usd"),
    [("120", "120"), (" $1,250.50 ", "1250.50"), ("0.01", "0.01"), ("10,000,000", "10000000")],
)
def test_amounts_are_read_as_people_write_them(text: str, usd: str) -> None:
    assert read_amount(text) == Decimal(usd)


@pytest.mark.parametrize(
    "text", ["", "0", "-5", "12.345", "1e3", "NaN", "12,50", "ten", "10,000,000.01", "1,00", "Infinity"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_amount(text)
