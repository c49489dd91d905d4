"""The chart of a year ahead: its range, and the month in which what is paid once has come back."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.access import Role
from core.usage import Sku
from tests.pages.conftest import Opened, words_of
from tests.pages.fakes import School
from tests.pages.test_forecast import KEPT, LAST, days_used, figures


@pytest.fixture(name="used_school")
def _used_school(school: School) -> School:
    days_used(school)
    return school


def past(school: School, blocks: int, minutes: float = 10_000.0) -> None:
    school.past.watched = {LAST - timedelta(days=back): minutes for back in range(28 * blocks)}


def drawn(test: AppTest) -> dict[str, Any]:
    """What the browser is given to draw."""
    spec: dict[str, Any] = json.loads(test.get("plotly_chart")[0].proto.spec)
    return spec


def test_a_past_has_a_range_and_says_what_was_tried(used_school: School, open_page: Opened) -> None:
    past(used_school, 3)
    used_school.past.watched |= {LAST - timedelta(days=back): 8_000.0 for back in range(28)}
    test = open_page("forecast.py", Role.FINANCE)
    said = words_of(test)
    # the last 28 days had 8,000 a day, those before 10,000: off by 2,000, a quarter
    assert "84 days that are known the last 28 were kept back" in said
    assert "as in the last 28 days was off by 2,000 min a day (25 %)" in said
    # each day 2,000 less and more: 365 x 6,000 and 10,000, less 1,200,000, at 0.1 cents: 990 and 2,450
    assert figures(test)["As little as"] == "$4,648.50"
    assert figures(test)["As much as"] == "$6,108.50"
    # lines come first, so that each has the same colour with a range and without; the band lies behind them
    assert [one.get("name") for one in drawn(test)["data"]] == ["As it is", None, "Range as it is"]
    assert [one.get("zorder") for one in drawn(test)["data"]] == [None, -1, -1]


def test_a_past_that_was_told_exactly_has_a_range_of_no_width(used_school: School, open_page: Opened) -> None:
    past(used_school, 3)
    test = open_page("forecast.py", Role.FINANCE)
    assert "as in the last 28 days was off by 0 min a day" in words_of(test)
    assert figures(test)["As little as"] == figures(test)["As much as"] == "$6,108.50"
    assert "There is no range" not in words_of(test)


def test_what_is_paid_once_comes_back_in_a_month_that_is_drawn(
    used_school: School, open_page: Opened
) -> None:
    used_school.past.kept = {replace(KEPT, quality="premium"): Decimal(10_000)}
    for month, days in used_school.usage.days.items():
        fine = {day: [replace(one, sku=_fine(one.sku)) for one in some] for day, some in days.items()}
        used_school.usage.days[month] = fine
    test = open_page("forecast.py", Role.FINANCE, quality="plus")
    # once 5,000 minutes at 3.125 cents and 5,000 at 2.9688: 304.69; a month less: 10,000 kept at 0.15 cents
    # are 15; 180,000, 210,000 and 200,000 watched at 0.05 are 90, 105 and 100: 340 by the end of April
    assert figures(test)["Paid back"] == "Apr 2026"
    assert "Paid back in Apr 2026, at the dashed line" in words_of(test)
    layout = drawn(test)["layout"]
    assert [one["x0"] for one in layout["shapes"]] == [2]
    assert [(one["text"], one["yanchor"]) for one in layout["annotations"]] == [("paid back", "bottom")]
    added_up = drawn(open_page("forecast.py", Role.FINANCE, quality="plus", look="sum"))["layout"]
    assert [one["yanchor"] for one in added_up["annotations"]] == ["top"]  # where no line is


def _fine(sku: Sku) -> Sku:
    return replace(sku, quality="premium") if sku.quality else sku
