"""What Mux bills beside what Lectern counts, on the page of costs and in the shell."""

import json
from datetime import date
from decimal import Decimal

import pytest
from click.testing import CliRunner

from cli import main
from commands.session import Session
from core.billed import BilledColumn
from dashboard.costs import billed
from tests.pages import fakes
from tests.pages.conftest import Opened
from tests.pages.fakes import School
from tests.pages.test_costs import COSTS, opened, tables_of


@pytest.fixture
def billed_days(school: School) -> None:
    """On the 2nd as counted: 40,000 min delivered, 1,000 minute-months, which are 31,000 min kept; on the 3rd
    10,000 min more."""
    for day, minutes in ((date(2026, 1, 2), 40_000), (date(2026, 1, 3), 50_000)):
        school.usage.bills[day] = [
            BilledColumn(name="delivery_plus_1080p_minutes", quantity=Decimal(minutes), assets=2),
            BilledColumn(name="storage_plus_1080p_minutes", quantity=Decimal(31_000), assets=2),
            BilledColumn(
                name="input_plus_1080p_minutes", quantity=Decimal(400 if day.day == 2 else 0), assets=1
            ),
            BilledColumn(name="drm_licences", quantity=Decimal(3), assets=1),
        ]


@pytest.mark.usefixtures("billed_days")
def test_days_that_mux_has_billed_stand_beside_ours_and_a_difference_says_why(open_page: Opened) -> None:
    test = opened(open_page)
    (one,) = [one for one in test.expander if one.label == "Compared with Mux's own bill"]
    assert one.markdown[0].value == "On 1 of 2 days that Mux has billed, it counts what Lectern counts."
    assert one.caption[0].value == "No price is known for what the export calls drm_licences."
    sums = tables_of(test)[-1]
    assert [tuple(row.values()) for row in sums] == [
        ("Storage", "31,000", "31,000", "none"),
        ("Delivery", "90,000", "80,000", "+10,000"),
        ("Input", "400", "400", "none"),
    ]
    assert one.markdown[1].value == (
        "- Sat 3 Jan: Mux bills 50,000 min delivered, Lectern counts 40,000: 10,000 min (25 %) more. "
        "Mux may have counted more, or less, after Lectern read the day for the last time."
    )


def test_without_exports_the_page_says_how_to_have_them(open_page: Opened) -> None:
    (one,) = [one for one in opened(open_page, COSTS).expander if one.label == "Compared with Mux's own bill"]
    assert [caption.value for caption in one.caption] == [billed.NONE]


@pytest.mark.usefixtures("billed_days")
def test_the_shell_says_the_same(school: School) -> None:
    session = Session(lambda: fakes.services(school))
    told = CliRunner().invoke(main, ["costs", "billed", "--month", "2026-01", "--json"], obj=session)
    days = json.loads(told.output)["days"]
    assert [line["billed_min"] for line in days[1]["lines"]] == ["31000", "50000"]
    asked_anew = Session(lambda: fakes.services(school))
    words = CliRunner().invoke(main, ["costs", "billed", "--month", "2025-12"], obj=asked_anew).output
    assert words == "Mux has billed no day of 2025-12 yet.\n"
