"""A month's costs for scripts, by the API and from a shell: the same fields, amounts in cents that sum up."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from click.testing import CliRunner, Result
from starlette.testclient import TestClient

from api.app import create
from cli import main
from commands.session import Session
from core.access import Person, Role
from core.cost_reporting import month_report
from core.errors import NotAllowed
from core.settings import Secret
from core.usage_records import LeftOut
from tests.pages import fakes
from tests.pages.fake_costs import DELIVERED
from tests.pages.fakes import School
from tests.pages.school import full_school

AUTHORISED = {"Authorization": "Bearer key"}


def asked(query: str = "", school: School | None = None) -> Any:
    with TestClient(create(fakes.services(school or full_school(), api_key=Secret("key")))) as client:
        return client.get(f"/api/costs{query}", headers=AUTHORISED)


def run(*words: str, school: School | None = None) -> Result:
    session = Session(lambda: fakes.services(school or full_school()))
    return CliRunner().invoke(main, ["costs", *words], obj=session)


def total(amounts: dict[str, str]) -> Decimal:
    return sum((Decimal(amount) for amount in amounts.values()), Decimal(0))


def test_the_month_so_far_sums_up_by_group_by_day_by_line_and_by_course() -> None:
    found = asked("?by=course").json()
    assert (found["month"], found["total_usd"], found["before_usd"]) == ("2026-01", "67.96", "285.85")
    assert found["groups"] == {
        "storage": "15.00",
        "delivery": "60.00",
        "input": "12.50",
        "s3": "0.46",
        "plan": "-20.00",
    }
    days = found["days"]
    assert [one["day"] for one in days] == [f"2026-01-0{number}" for number in range(1, 6)]
    for parts in (days, found["rows"]):
        assert sum(Decimal(one["total_usd"]) for one in parts) == Decimal("67.96")
        assert all(total(one["groups"]) == Decimal(one["total_usd"]) for one in parts)
    assert sum(Decimal(one["amount_usd"]) for one in found["lines"]) == Decimal("67.96")
    assert [one["name"] for one in found["rows"]] == ["Algebra", "Sets", "No course"]
    assert found["changes"][0].startswith("Delivery came to $60.00 in the first 4 days, after nothing")
    assert Decimal(found["forecast"]["low_usd"]) <= Decimal(found["forecast"]["usd"])


def with_a_hole() -> School:
    """Mux did not tell of the 2nd, and nobody knows how long an asset is."""
    school = full_school()
    day = date(2026, 1, 2)
    del school.usage.by[day][DELIVERED]
    school.usage.missing, school.usage.out = [day], LeftOut(assets=1, named=("film",))
    return school


def test_a_day_that_mux_did_not_tell_is_a_hole_and_what_is_in_no_figure_is_said() -> None:
    found = asked(school=with_a_hole()).json()
    assert found["holes"] == ["2026-01-02"]
    assert [one["day"] for one in found["days"] if one["is_hole"]] == ["2026-01-02"]
    assert "delivery" not in found["days"][1]["groups"]  # nothing is put in its place
    assert found["groups"]["delivery"] == "20.00"  # 120,000 - 100,000 free = 20,000 x 0.001
    left_out = "1 asset is in no figure: Mux has not told the length, quality or resolution of film."
    assert found["left_out"] == [left_out]
    said = run(school=with_a_hole()).stdout.splitlines()
    assert said[-2:] == ["What Mux delivered on Fri 2 Jan is not known, and in no figure.", left_out]


def test_each_line_says_how_its_quantity_is_known() -> None:
    known = {one["what"]: one["basis"] for one in asked().json()["lines"]}
    assert (known["Delivery · 1080p · plus"], known["Storage · 1080p · plus"]) == ("measured", "derived")


def test_a_month_that_is_over_is_not_foretold() -> None:
    found = asked("?month=2025-12").json()
    assert (found["is_over"], found["forecast"], found["total_usd"]) == (True, None, "285.85")
    assert (found["by"], found["rows"]) == (None, [])


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?month=2026-13", "There is no month '2026-13'."),
        ("?month=2026-02", "February 2026 has not begun."),
        ("?by=asset", "by cannot be 'asset'."),
        ("?by=lesson&shared=fairly", "shared cannot be 'fairly'."),
    ],
)
def test_words_that_there_are_not_are_named(query: str, said: str) -> None:
    answer = asked(query)
    assert (answer.status_code, answer.json()["title"]) == (400, said)


def test_a_month_without_a_price_card_is_not_found() -> None:
    answer = asked("?month=2019-05")
    assert (answer.status_code, answer.json()["title"]) == (404, "No price card of Mux covers May 2019.")


@pytest.mark.parametrize("role", [Role.TEACHER, Role.OPS])
def test_the_whole_bill_is_for_admins_and_finance(role: Role) -> None:
    services = fakes.services(full_school(), costs_for_teachers=True)
    who = Person(subject="x", email="", roles=frozenset({role}))
    with pytest.raises(NotAllowed):
        month_report(by=who, services=services)


def test_a_shell_says_the_same() -> None:
    found = json.loads(run("--by", "lesson", "--json").stdout)
    assert found == asked("?by=lesson").json()
    said = run("--by", "lesson", "--shared", "apart").stdout
    assert said.startswith("2026-01: $67.96 so far, about $")
    assert "\ndelivery   60.00\ninput      12.50\n" in said
    assert "\n1          Lesson 1                             43.75\n" in said
    assert run("--month", "x").exit_code == 1


@pytest.mark.parametrize("option", [("--month", "2025-12"), ("--by", "course"), ("--shared", "apart")])
def test_an_option_that_its_command_would_not_hear_is_refused(option: tuple[str, str]) -> None:
    found = run(*option, "estimate", "--hours", "1", "--card", "simple")
    assert (found.exit_code, found.stdout) == (2, "")
    assert "name them after estimate" in found.stderr


def test_json_may_be_said_before_its_command_as_after_it() -> None:
    words = ("estimate", "--hours", "1", "--card", "simple")
    assert run("--json", *words).stdout == run(*words, "--json").stdout


def test_a_month_is_read_alike_by_its_commands() -> None:
    for words in ((), ("billed",)):
        found = run(*words, "--month", "2026-13", "--json")
        assert found.exit_code == 1
        assert json.loads(found.stderr)["error"] == "There is no month '2026-13'."


def test_its_commands_still_are_its_commands() -> None:
    assert "estimate" in run("--help").stdout
    assert json.loads(run("estimate", "--hours", "1", "--card", "simple", "--json").stdout)["total_usd"]
