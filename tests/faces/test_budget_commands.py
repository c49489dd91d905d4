"""`cli.py budgets`: set, listed and ended from a shell."""

import json
from decimal import Decimal
from typing import Any

import pytest
from click.testing import CliRunner

from cli import main
from commands.session import Session
from core.usage import Month, What
from tests.fakes import EPOCH
from tests.pages.fakes import School, services
from tests.price_lists import STANDARD, used

MONTH = Month.of(EPOCH.date())


@pytest.fixture
def school() -> School:
    """100 GB lie in S3 all the month."""
    made = School()
    made.usage.months[MONTH] = [used(What.S3_STORAGE, "100", storage=STANDARD, first=MONTH.first)]
    return made


def run(school: School, *words: str) -> Any:
    found = CliRunner().invoke(main, ("budgets", *words, "--json"), obj=Session(lambda: services(school)))
    return json.loads(found.stdout or found.stderr)


def test_a_budget_is_set_changed_and_ended(school: School) -> None:
    assert run(school, "set", "120") == {"id": 1, "course_id": None, "usd": "120.00"}
    assert run(school, "set", "$1,250.50") == {"id": 2, "course_id": None, "usd": "1250.50"}
    assert [one.usd for one in school.budgets.in_force()] == [Decimal("1250.50")]
    assert run(school, "end") == {"id": 2}
    assert run(school, "end")["error"] == "There is no such budget."


def test_they_are_listed_with_what_is_used(school: School) -> None:
    run(school, "set", "4")
    assert run(school, "list") == {
        "month": "2026-01",
        "budgets": [
            {
                "id": 1,
                "course_id": None,
                "course": None,
                "usd": "4.00",
                "spent_usd": "2.30",  # 100 GB-months x $0.023
                "forecast_usd": None,
                "reached": "50",
            }
        ],
    }


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("set", "none"), "This is no amount."),
        (("set", "5", "--course", "none"), "There is no course none."),
    ],
)
def test_what_cannot_be_is_said(school: School, words: tuple[str, ...], error: str) -> None:
    assert run(school, *words)["error"] == error


def test_in_words_they_are_a_table(school: School) -> None:
    run(school, "set", "4")
    found = CliRunner().invoke(main, ("budgets", "list"), obj=Session(lambda: services(school)))
    assert found.stdout.splitlines() == [
        "budget      a month  used   share  likely  state",
        "all videos  $4.00    $2.30  57 %           50",  # 2.30 / 4 = 57.5 %
    ]
