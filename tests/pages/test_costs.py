"""The month's costs and whose they are: figures, lines, holes, prices that are missing, and who sees what."""

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import allocating, costing
from core.access import SYSTEM, Role
from core.allocation import Per, SharedRule
from core.allocation_cents import cells
from core.errors import Unavailable
from core.month_costs import Group, line_cents
from core.people import HostUser
from core.usage_records import LeftOut
from dashboard.costs import export, lines
from tests.fakes import EPOCH
from tests.pages import fakes
from tests.pages.conftest import Opened, behind, words_of
from tests.pages.fake_costs import DELIVERED, JANUARY
from tests.pages.fakes import School
from tests.price_lists import ALWAYS, S3

CELLS = {Group.STORAGE: Decimal("3.75"), Group.DELIVERY: Decimal("15.00"), Group.INPUT: Decimal("3.13")}
"""Of lesson 2: a quarter of 15, 60 and 12.50."""

COSTS, TABLE = "costs.py", "cost_table.py"


def opened(open_page: Opened, page: str = COSTS, *roles: Role, **query: str) -> AppTest:
    test = open_page(page, *(roles or (Role.FINANCE,)), **query)
    assert not test.exception
    return test


def cards_of(test: AppTest) -> dict[str, tuple[str, str]]:
    return {one.label: (one.value, one.delta) for one in test.metric}


def tables_of(test: AppTest) -> list[list[dict[str, Any]]]:
    return [one.value.to_dict("records") for one in test.dataframe]


def test_the_answer_comes_first(open_page: Opened) -> None:
    # 5,000 x 0.003 = 15; 160,000 - 100,000 free = 60,000 x 0.001 = 60; 400 x 0.03125 = 12.50;
    # 20 GB-months x 0.023 = 0.46; the plan's credit -20: 67.96
    # December: 31,000 x 0.003 = 93; 310,000 - 100,000 = 210,000 x 0.001 = 210; 124 x 0.023 = 2.852; -20
    said = words_of(opened(open_page))
    assert "\\$67.96 so far · about \\$" in said
    assert "by the 31st (range \\$" in said
    assert "December \\$285.85" in said


def test_cards_sum_up_to_the_total_and_say_what_changed(open_page: Opened) -> None:
    found = cards_of(opened(open_page))
    # of the first four days of December delivery was free, and its credit paid for 12.00 of storage
    assert found == {
        "Storage": ("$15.00", ""),
        "Delivery": ("$60.00", "$60.00"),
        "Input": ("$12.50", "$12.50"),
        "S3": ("$0.46", ""),
        "Plan": ("−$20.00", "-$8.00"),
    }
    total = sum(Decimal(value.replace("−", "-").replace("$", "")) for value, _ in found.values())
    assert total == Decimal("67.96")


def test_a_month_that_was_read_is_told_also_where_budgets_cannot_be(
    open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise Unavailable("The database does not answer.")

    monkeypatch.setattr("dashboard.costs.budget_notes.notes", broken)
    test = opened(open_page)
    assert "The database does not answer." in test.error[0].value
    assert "Delivery" in cards_of(test)


def test_what_changed_most_is_said_with_the_lesson_behind_it(open_page: Opened) -> None:
    said = words_of(opened(open_page))
    assert (
        "Delivery came to \\$60.00 in the first 4 days, after nothing in those of December. “Lesson 1” made "
        "\\$30.00 of it.\n" in said
    )
    assert "Input came to \\$12.50 in the first 4 days" in said
    assert "Changes are those in the first 4 days, against those of December." in said


def test_a_month_before_of_which_mux_told_too_little_is_not_compared(
    school: School, open_page: Opened
) -> None:
    school.usage.missing = [date(2025, 12, 2)]  # one of four days
    test = opened(open_page)
    assert "grew" not in words_of(test)
    assert {delta for _, delta in cards_of(test).values()} == {""}


def test_days_are_stacked_and_sum_up_to_the_bill(open_page: Opened) -> None:
    test = opened(open_page)
    (chart,) = [json.loads(one.proto.spec) for one in test.get("plotly_chart")]
    assert chart["layout"]["barmode"] == "relative"
    drawn = {trace["name"]: trace["y"] for trace in chart["data"]}
    assert drawn["Storage"] == [3, 3, 3, 3, 3]
    assert drawn["Delivery"] == [15, 15, 15, 15, None]
    assert drawn["Input"] == [None, 12.5, None, None, None]
    whole = sum(amount or 0 for amounts in drawn.values() for amount in amounts)
    assert whole == pytest.approx(67.96, abs=0.03)  # each mark is rounded
    assert "most on Fri 2 Jan" in words_of(test)


def test_a_day_that_mux_did_not_tell_is_marked_and_named(school: School, open_page: Opened) -> None:
    hole = date(2026, 1, 3)
    school.usage.missing = [hole]
    del school.usage.by[hole][DELIVERED]  # type: ignore[attr-defined]
    school.usage.out = LeftOut(assets=1, named=["asset-9"])
    test = opened(open_page)
    (chart,) = [json.loads(one.proto.spec) for one in test.get("plotly_chart")]
    (marks,) = [trace for trace in chart["data"] if trace["name"] == "deliveries missing"]
    assert marks["x"] == ["2026-01-03"]
    assert "What Mux delivered on Sat 3 Jan is not known, and in no figure." in words_of(test)
    assert "1 asset is in no figure" in test.warning[0].value
    assert "\\$27.96 so far" in words_of(test)  # 120,000 - 100,000: 20,000 x 0.001


def test_what_a_first_run_read_before_it_broke_off_is_not_said_to_be_in_no_figure(
    school: School, open_page: Opened
) -> None:
    school.usage.missing = [date(2026, 1, 1), date(2026, 1, 2)]
    school.usage.fresh = replace(school.usage.fresh, read_at=None)
    said = words_of(opened(open_page))
    assert "Deliveries are read for the first time, final up to Sat 3 Jan but for days that are not" in said
    assert "What Mux delivered on Thu 1 to Fri 2 Jan is not known, and in no figure." in said
    assert "has not been asked" not in said


def test_once_usage_was_read_the_month_is_counted_anew(school: School, open_page: Opened) -> None:
    before = words_of(opened(open_page))
    school.usage.add(date(2026, 1, 4), DELIVERED, 50_000)  # type: ignore[attr-defined]
    assert words_of(opened(open_page)) == before  # as it was read a moment ago
    school.usage.fresh = replace(school.usage.fresh, read_at=EPOCH + timedelta(hours=1))
    assert "\\$77.96 so far" in words_of(opened(open_page))  # 50,000 - 40,000 more: 10,000 x 0.001


def test_a_month_with_a_day_that_is_not_known_is_not_called_final(school: School, open_page: Opened) -> None:
    school.usage.missing = [date(2025, 12, 9)]
    said = words_of(opened(open_page, month="2025-12"))
    assert "Mux's deliveries are final but for days that are not known." in said


def test_a_table_says_as_of_when_it_counts_and_what_is_in_none_of_its_figures(
    school: School, open_page: Opened
) -> None:
    school.usage.missing = [date(2026, 1, 2), date(2026, 1, 3)]
    school.usage.fresh = replace(school.usage.fresh, error="Mux is not to be reached.", hint="Wait.")
    test = opened(open_page, TABLE)
    assert "Storage as of 5 Jan, 09:00. Deliveries as of 5 Jan, 09:00" in words_of(test)
    assert [one.value for one in test.warning] == [
        "Newer usage could not be fetched: Mux is not to be reached. Whoever runs Lectern sees it too.",
        "What Mux delivered on Fri 2 to Sat 3 Jan is not known, and in no figure.",
    ]
    assert _maker(school, Per.COURSE).about().rows[-1] == (
        "In no figure",
        "What Mux delivered on Fri 2 to Sat 3 Jan is not known, and in no figure.",
    )


def test_lessons_and_courses_that_cost_most_have_their_share_of_the_rest(open_page: Opened) -> None:
    lessons, courses = tables_of(opened(open_page))
    # own 87.50 of Mux: a half, a quarter, 15 %; the rest is -20 + 0.46 + 8.75 = -10.79 over 90 %
    assert [(row["name"], row["total"]) for row in lessons] == [
        ("Lesson 1", "$37.76"),  # 43.75 - 10.79 x 50 / 90 = 37.7556
        ("Lesson 2", "$18.88"),  # 21.875 - 2.9972 = 18.8778
        ("A lesson that is gone", "$11.32"),  # 13.125 - 1.7983 = 11.3267
    ]
    assert [row["name"] for row in courses] == ["Algebra", "Sets", "No course"]


@pytest.mark.parametrize(
    ("by", "shared"), [("course", ""), ("teacher", "evenly"), ("lesson", "apart"), ("provider", "")]
)
def test_the_tables_sum_is_the_cards_whatever_the_rule(by: str, shared: str, open_page: Opened) -> None:
    *rows, total = tables_of(opened(open_page, TABLE, by=by, shared=shared))[0]
    assert (total["name"], total["total"]) == (f"All {len(rows)} together", "$67.96")
    assert _sum(rows) == Decimal("67.96")


def test_a_month_that_finance_looked_at_is_read_for_an_admin_too(school: School, open_page: Opened) -> None:
    opened(open_page, COSTS, Role.FINANCE)
    school.usage.add(date(2026, 1, 4), DELIVERED, 90_000)
    assert "\\$67.96 so far" in words_of(opened(open_page, COSTS, Role.ADMIN))
    said = words_of(open_page(COSTS, Role.TEACHER))  # who may not, is told nothing of what is kept
    assert "67.96" not in said


def test_a_table_made_later_sums_up_to_the_card_that_was_shown(school: School) -> None:
    services = fakes.services(school)
    costs = costing.month_costs(JANUARY, by=SYSTEM, services=services)
    school.usage.add(date(2026, 1, 4), DELIVERED, 90_000)  # read by the worker meanwhile
    shares = allocating.shares_of(costs, by=SYSTEM, services=services)
    found = allocating.allocated(shares, per=Per.COURSE, rule=SharedRule.PROPORTIONAL)
    total = sum((usd for row in cells(found.rows) for usd in row.values()), Decimal(0))
    assert (total, costs.bill.total_usd) == (Decimal("67.96"), Decimal("67.96"))


def _sum(rows: list[dict[str, Any]]) -> Decimal:
    amounts = (row["total"].replace("−", "-").replace("$", "") for row in rows)
    return sum((Decimal(one) for one in amounts), Decimal(0))


def test_filters_are_in_the_address(open_page: Opened) -> None:
    test = opened(open_page, TABLE, by="lesson", course="Algebra", shared="apart")
    (rows,) = tables_of(test)
    assert [row["name"] for row in rows] == ["Lesson 1", "All 1 together"]
    assert "**\\$43.75 of \\$67.96 so far in January 2026, 1 lesson**" in words_of(test)
    test.selectbox(key="costs_rule").set_value("evenly").run()
    assert test.query_params["shared"] in ("evenly", ["evenly"])
    test.selectbox(key="costs_month").set_value("2025-12").run()
    assert test.query_params["month"] in ("2025-12", ["2025-12"])
    assert "in December 2025" in words_of(test)


def test_a_month_that_is_over_is_neither_foretold_nor_so_far(open_page: Opened) -> None:
    said = words_of(opened(open_page, month="2025-12"))
    assert "\\$285.85\n" in said  # nothing is known of November: it is not told as nothing
    assert "November" not in said.partition("Month")[2]
    assert "so far" not in said
    assert "about" not in said


def test_nonsense_in_the_address_is_this_month(open_page: Opened) -> None:
    for month in ("2027-01", "x", "0000-00"):
        assert "\\$67.96 so far" in words_of(opened(open_page, month=month))


def test_without_a_price_card_it_says_which_and_where_to_add_it(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind(school, monkeypatch)
    services = fakes.services(school)
    object.__setattr__(services, "built_in_cards", tuple(card for card in ALWAYS if card.key != S3.key))
    monkeypatch.setattr("dashboard.services._services", lambda: services)
    for page in (COSTS, TABLE):
        test = opened(open_page, page)
        assert "No price card of AWS covers January 2026." in test.warning[0].value
        assert "Go to Price cards" in [link.label for link in test.get("page_link")]


@pytest.mark.parametrize("school", ["empty"], indirect=True)
def test_before_anything_is_known_it_says_so(school: School, open_page: Opened) -> None:
    assert "Nothing is known of usage yet." in words_of(opened(open_page))
    assert "Nothing is known of usage yet." in words_of(opened(open_page, TABLE))


@pytest.mark.parametrize("page", [COSTS, TABLE])
def test_a_month_of_which_something_is_not_known_is_not_said_to_cost_nothing(
    page: str, school: School, open_page: Opened
) -> None:
    assert "Nothing was used in October 2025, so it costs nothing." in words_of(
        opened(open_page, page, month="2025-10")
    )
    school.usage.missing = [date(2025, 9, 4)]
    said = words_of(opened(open_page, page, month="2025-09"))
    assert "Of September 2025 no use is known." in said
    assert "What Mux delivered on Thu 4 Sep is not known, and in no figure." in said
    assert "costs nothing" not in said


def test_lines_say_quantity_price_period_and_how_it_is_known(school: School) -> None:
    costs = costing.month_costs(JANUARY, by=SYSTEM, services=fakes.services(school))
    found = lines.of_lines(line_cents(costs.bill), costs.cards).to_dict("records")
    (delivered,) = [row for row in found if row["What"] == "Delivery · 1080p · plus"]
    assert delivered == {
        "What": "Delivery · 1080p · plus",
        "Quantity": "60,000",
        "Unit": "min",
        "Price": "$0.001",
        "Days": "1 to 5 Jan",
        "Amount": "$60.00",
        "Known": "measured",
        "Price card": costs.cards["mux-2026-03-09-pay-as-you-go"],
    }
    assert [row["Amount"] for row in found if row["What"] == "Mux: credit of the plan"] == ["−$20.00"]
    own = allocating.priced(JANUARY, ["2"], by=SYSTEM, services=fakes.services(school))
    delivered = next(
        row for row in lines.of_quantities(own, CELLS).to_dict("records") if "Delivery" in row["What"]
    )
    assert (delivered["Quantity"], delivered["Price"], delivered["Amount"]) == (
        "40,000",
        "$0.000375",
        "$15.00",
    )
    assert delivered["Price card"] == "Mux, pay as you go"


@pytest.mark.parametrize("name", ["costs_lines_delivery", "costs_lines_all"])
def test_a_figure_opens_its_lines(name: str, open_page: Opened) -> None:
    test = opened(open_page)
    test.button(key=name).click().run()
    assert not test.exception
    assert "Together" in words_of(test)
    assert len(test.dataframe) == 3


def test_a_row_opens_its_lines_which_sum_up_to_it(open_page: Opened) -> None:
    test = opened(open_page, TABLE, by="lesson")
    *_, row = (row for row in tables_of(test)[0] if row["name"] == "Lesson 1")
    test.session_state["costs_opened"] = ("table", 0)  # as a click on its name does
    test.run()
    amounts = [Decimal(one["Amount"].replace("$", "")) for one in tables_of(test)[-1]]
    assert amounts == [Decimal("7.50"), Decimal("30.00"), Decimal("6.25")]  # a half of 15, 60 and 12.50
    said = words_of(test)
    assert "Its share of plans, what S3 has beside lessons' files" in said
    assert f"**Together \\{row['total']}**" in said


def test_the_sum_of_a_course_opens_what_its_own_lessons_used(open_page: Opened) -> None:
    test = opened(open_page, TABLE, by="lesson", course="Algebra", shared="apart")
    test.session_state["costs_opened"] = ("table", 1)  # the last line
    test.run()
    amounts = [Decimal(one["Amount"].replace("$", "")) for one in tables_of(test)[-1]]
    assert amounts == [Decimal("7.50"), Decimal("30.00"), Decimal("6.25")]  # a half of 15, 60 and 12.50
    assert "**Together \\$43.75**" in words_of(test)


def test_the_sum_of_everything_opens_the_whole_bill(open_page: Opened) -> None:
    test = opened(open_page, TABLE, by="provider")
    test.session_state["costs_opened"] = ("table", 2)
    test.run()
    assert "Mux: credit of the plan" in [one["What"] for one in tables_of(test)[-1]]
    assert "**Together \\$67.96**" in words_of(test)


def test_the_month_leads_to_what_could_be_otherwise(open_page: Opened) -> None:
    labels = [link.proto.label for link in opened(open_page).get("page_link")]
    assert {"Next twelve months, and what if", "What could be saved"} <= {*labels}


def test_the_table_goes_along_in_cents_with_its_sum(school: School) -> None:
    made = _maker(school, Per.LESSON)
    rows = list(csv.reader(io.StringIO(made.csv().decode("utf-8-sig"))))
    assert rows[0] == [
        *("month", "id", "lesson", "course", "teacher", "storage (USD)", "delivery (USD)", "input (USD)"),
        *("shared (USD)", "together (USD)"),
    ]
    assert rows[1][:5] == ["2026-01", "1", "'=1+1", "Algebra", "tess"]
    assert rows[-1][2] == "Sum"
    assert rows[-1][-1] == "67.96"
    book = zipfile.ZipFile(io.BytesIO(made.excel()))
    assert len([name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]) == 3
    assert 'formatCode="#,##0.00"' in book.read("xl/styles.xml").decode()
    cents = re.findall(r'<c r="([A-Z])\d+" s="\d+"><v>', book.read("xl/worksheets/sheet1.xml").decode())
    assert set(cents) == set("FGHIJ")


def test_by_provider_nothing_is_said_of_sharing(school: School) -> None:
    assert "What all share" in [row[0] for row in _maker(school, Per.COURSE).about().rows]
    assert "What all share" not in [row[0] for row in _maker(school, Per.PROVIDER).about().rows]


def _maker(school: School, per: Per) -> export.Maker:
    school.shelf.lines[0] = replace(school.shelf.lines[0], title="=1+1")
    services = fakes.services(school)
    shares = allocating.month_shares(JANUARY, by=SYSTEM, services=services)
    found = allocating.allocated(shares, per=per, rule=SharedRule.PROPORTIONAL)
    costs = costing.month_costs(JANUARY, by=SYSTEM, services=services)
    return export.Maker(
        found=found, cells=cells(found.rows), shares=shares, costs=costs, now=services.clock()
    )


def test_teachers_are_told_of_their_own_lessons_where_the_school_says_so(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.users = [HostUser(id="ben", email="ben@school.test", role="teacher")]
    shelf = school.shelf.lines
    assert [one.owner for one in shelf[:3]] == ["tess", "tess", "ben"]
    shelf[1] = replace(shelf[1], owner="ben")
    test = open_page(TABLE, Role.ADMIN)
    test.session_state["as"] = "ben"
    test.run()
    assert "What courses cost is not told to teachers here." in test.warning[0].value
    behind(school, monkeypatch, costs_for_teachers=True)
    test = open_page(TABLE, Role.ADMIN, by="lesson", shared="apart")
    test.session_state["as"] = "ben"
    test.run()
    (rows,) = tables_of(test)
    assert [row["name"] for row in rows] == ["Lesson 2", "All 1 together"]
    assert "Provider" not in test.button_group(key="costs_per").options
    assert "gone" not in words_of(test)
    assert "67.96" not in words_of(test)  # what the whole school pays is not theirs to know
    test.session_state["costs_opened"] = ("table", 1)
    test.run()
    assert "**Together \\$21.88**" in words_of(test)  # a quarter of 15, 60 and 12.50 is 21.875


def test_a_teacher_takes_no_more_along_than_is_shown_nor_what_another_one_looked_at(
    school: School, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.users = [
        HostUser(id=name, email=f"{name}@school.test", role="teacher") for name in ("ben", "tess")
    ]
    school.shelf.lines[1] = replace(school.shelf.lines[1], owner="ben")
    behind(school, monkeypatch, costs_for_teachers=True)
    made = list[export.Maker]()
    monkeypatch.setattr(export, "buttons", made.append)
    for name, seen in (("ben", "Lesson 2"), ("tess", "Lesson 1")):
        test = open_page(TABLE, Role.ADMIN, by="lesson", shared="apart")
        test.session_state["as"] = name
        test.run()
        assert [row["name"] for row in tables_of(test)[0]] == [seen, "All 1 together"]
        book = zipfile.ZipFile(io.BytesIO(made[-1].excel()))
        sheets = [one for one in book.namelist() if one.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 2  # the table, and what it is about
        assert not any(b"67.9" in book.read(one) for one in book.namelist())


def test_nothing_here_leads_to_a_player(open_page: Opened) -> None:
    pages = [
        link.proto.page
        for test in (opened(open_page), opened(open_page, TABLE))
        for link in test.get("page_link")
    ]
    assert not {"watch", "lesson", "lesson_analytics"} & set(pages)


def test_where_no_price_is_known_for_the_rest_of_the_month_nothing_is_foretold(school: School) -> None:
    ending = [replace(card, valid_to=date(2026, 1, 10)) for card in ALWAYS]
    services = replace(fakes.services(school), built_in_cards=ending)
    costs = costing.month_costs(JANUARY, by=SYSTEM, services=services)
    assert (costs.bill.total_usd, costs.forecast) == (Decimal("67.96"), None)


def test_a_month_before_without_all_its_prices_keeps_nothing_back(school: School) -> None:
    begun = [replace(card, valid_from=date(2025, 12, 10)) for card in ALWAYS]
    services = replace(fakes.services(school), built_in_cards=begun)
    costs = costing.month_costs(JANUARY, by=SYSTEM, services=services)
    assert (costs.bill.total_usd, costs.before, costs.alike) == (Decimal("67.96"), None, None)


def test_days_of_a_month_are_counted_up_to_now(school: School) -> None:
    costs = costing.month_costs(JANUARY, by=SYSTEM, services=fakes.services(school))
    assert [one.day.day for one in costs.days] == [1, 2, 3, 4, 5]
    assert sum(one.total_usd for one in costs.days) == costs.bill.total_usd == Decimal("67.96")
    assert costs.as_of == datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert costs.forecast is not None
    # the days of 28 up to the 4th of January: 24 of 10,000 and 4 of 40,000 minutes
    assert costs.forecast.days == 28
