"""Setting, changing and ending a budget: what is said first, what is done, and what two do at once."""

from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from core import budget_reading
from core.budget import Threshold
from core.records import Job
from tests.pages.conftest import words_of
from tests.pages.fakes import School
from tests.pages.test_budgets import SPENDING, note, put


@pytest.fixture(autouse=True)
def _costs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget_reading, "spending", lambda *_args, **_facts: SPENDING)


def _setting() -> None:
    """A page that asks at every run: AppTest closes a dialog with each."""
    from dashboard.costs import budget_dialog

    budget_dialog._form(None)


def _pressed(test: AppTest, label: str) -> AppTest:
    return next(one for one in test.button if one.label == label).click().run()


def _in_dialog(test: AppTest) -> str:
    """The error that is said there; one beside it is behind it."""
    [dialog] = test.get("dialog")
    return str(dialog.error[0].value)


def test_setting_one_says_first_what_it_does(school: School) -> None:
    test = AppTest.from_function(_setting, default_timeout=20).run()
    assert next(one for one in test.button if one.label == "Set the budget").disabled
    test.text_input[0].set_value("100").run()
    said = words_of(test)
    assert r"All videos: **no budget → \$100.00 a month**, from this month on." in said
    assert r"This month: \$81.40 of \$100.00 used (81 %), likely \$118.20 by 31 Jan." in said
    assert "The month is likely to end over it: at once it is told on the pages." in said
    _pressed(test, "Set $100.00 a month")
    [mine] = school.budgets.in_force()
    assert (mine.usd, mine.course_id) == (Decimal(100), "")
    assert school.audited[-1][1:] == ("set budget", "budget for all videos")
    assert (Job.BUDGETS, {"key": "budgets"}) in school.jobs


def test_of_two_who_set_one_at_once_the_second_is_told_in_the_dialog_and_looks_again(school: School) -> None:
    put(school, "100")
    test = AppTest.from_function(_setting, default_timeout=20).run()
    test.text_input[0].set_value("50").run()
    put(school, "80")
    _pressed(test, "Set $50.00 a month")
    assert [one.usd for one in school.budgets.in_force()] == [Decimal(80)]
    assert "Somebody changed this budget since you looked." in _in_dialog(test)
    assert r"**\$80.00 a month → \$50.00 a month**" in words_of(test)
    _pressed(test, "Set $50.00 a month")
    assert [one.usd for one in school.budgets.in_force()] == [Decimal(50)]


def test_an_amount_that_cannot_be_read_is_said(school: School) -> None:
    test = AppTest.from_function(_setting, default_timeout=20).run()
    test.text_input[0].set_value("12,50").run()
    assert "This is no amount. Write it as 120" in test.error[0].value
    assert next(one for one in test.button if one.label == "Set the budget").disabled


def test_the_same_amount_is_no_change(school: School) -> None:
    put(school, "100")
    test = AppTest.from_function(_setting, default_timeout=20).run()
    test.text_input[0].set_value("100.00").run()
    assert next(one for one in test.button if one.label == "Set $100.00 a month").disabled


def _ending() -> None:
    """As `_setting`."""
    from core.access import OPERATOR
    from core.budgeting import in_force
    from dashboard.costs import budget_dialog
    from dashboard.services import services

    for budget in in_force(by=OPERATOR, services=services()):
        budget_dialog._end_dialog(budget)


def test_ending_one_takes_it_from_the_list_and_leaves_what_was_told(school: School) -> None:
    note(school, put(school, "10", "7", "Algebra II"), Threshold.ALL)
    test = AppTest.from_function(_ending, default_timeout=20).run()
    assert "There will be no budget for “Algebra II”" in words_of(test)
    _pressed(test, "End the budget")
    assert school.budgets.in_force() == []
    assert len(school.budgets.noted) == 1
    assert school.audited[-1][1:] == ("end budget", "budget for “Algebra II”")


def test_one_that_somebody_changed_meanwhile_is_not_ended(school: School) -> None:
    put(school, "10", "7", "Algebra II")
    test = AppTest.from_function(_ending_the_first, default_timeout=20).run()
    put(school, "12", "7", "Algebra II")
    _pressed(test, "End the budget")
    assert "Somebody changed this budget since you looked." in _in_dialog(test)
    assert [one.usd for one in school.budgets.in_force()] == [Decimal(12)]


def _ending_the_first() -> None:
    """As `_ending`, of a budget that was read before."""
    import streamlit as st

    from core.access import OPERATOR
    from core.budgeting import in_force
    from dashboard.costs import budget_dialog
    from dashboard.services import services

    if "seen" not in st.session_state:
        st.session_state["seen"] = in_force(by=OPERATOR, services=services())[0]
    budget_dialog._end_dialog(st.session_state["seen"])
