"""The page of budgets: how each stands, setting, changing and ending one, and what was told."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from core import budget_reading
from core.access import Role
from core.budget import Budget, Spending, Spent, Standing, Threshold
from core.budget_alert import Alert, Channel, Telling, TellingState, alert_of
from core.budgeting import Reach
from core.errors import UnknownPrice
from core.usage import Month
from dashboard.costs import budget_dialog
from tests.fakes import EPOCH
from tests.pages.conftest import Opened, words_of
from tests.pages.fakes import School

MONTH = Month.of(EPOCH.date())  # January 2026
SPENDING = Spending(
    month=MONTH,
    school=Spent(spent_usd=Decimal("81.404"), forecast_usd=Decimal("118.2")),
    courses={"7": Spent(spent_usd=Decimal("9.00"), forecast_usd=Decimal("13.07"))},
)


@pytest.fixture(autouse=True)
def _costs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget_reading, "spending", lambda *_args, **_facts: SPENDING)


def put(school: School, usd: str = "120", course_id: str = "", course: str = "") -> Budget:
    return school.budgets.put(course_id, course, Decimal(usd), by="finn", at=EPOCH)


def note(school: School, budget: Budget, threshold: Threshold, *tellings: Telling) -> Alert:
    spent = SPENDING.of(budget)
    alert = alert_of(Standing(budget=budget, month=MONTH, spent=spent), threshold, at=EPOCH)
    school.budgets.note(replace(alert, tellings=tellings))
    return alert


def telling(channel: Channel, state: TellingState, user_id: str = "", error: str | None = None) -> Telling:
    return Telling(channel=channel, user_id=user_id, state=state, at=EPOCH, error=error)


def test_without_a_budget_it_says_what_one_does(open_page: Opened) -> None:
    said = words_of(open_page("budgets.py", Role.FINANCE))
    assert "There is no budget yet." in said
    assert "What was told" not in said  # nothing there, nothing shown


def test_a_budget_that_reached_nothing_yet_says_who_will_be_told(open_page: Opened, school: School) -> None:
    put(school, "1000")
    said = words_of(open_page("budgets.py", Role.FINANCE))
    assert "or is likely to be exceeded, it is told on the pages." in said
    assert "Nothing was told yet." in said


def test_the_school_s_budget_comes_first_with_what_is_used_and_likely(
    open_page: Opened, school: School
) -> None:
    put(school)
    said = words_of(open_page("budgets.py", Role.FINANCE))
    assert "January 2026" in said
    assert "**All videos** :green-badge[:material/contrast: Half used]" in said
    # 81.404 / 120 = 0.678
    assert r"\$81.40 of \$120.00 used (68 %), likely \$118.20 by 31 Jan" in said


def test_courses_stand_in_a_table(open_page: Opened, school: School) -> None:
    put(school, "10", "7", "Algebra II")
    put(school, "20", "8", "Music")
    test = open_page("budgets.py", Role.FINANCE)
    table: pd.DataFrame = test.dataframe[0].value
    assert table.iloc[0].tolist() == ["Algebra II", ["Likely over"], 9.0, 10.0, 90, 13.07]
    assert table.iloc[1][["course", "state", "used"]].tolist() == ["Music", ["Within budget"], 0.0]


def test_a_picked_course_can_be_changed_and_ended(open_page: Opened, school: School) -> None:
    mine = put(school, "10", "7", "Algebra II")
    labels = [one.label for one in open_page("budgets.py", Role.FINANCE, course=str(mine.id)).button]
    assert {"Change", "End"} <= set(labels)


def test_the_history_says_who_was_told_and_what_is_still_tried(open_page: Opened, school: School) -> None:
    mine = put(school, "100")
    note(
        school,
        mine,
        Threshold.MOST,
        telling(Channel.WEBHOOK, TellingState.WAITING, error="The webhook for budgets answered 500."),
        telling(Channel.MAIL, TellingState.SENT, "a1"),
        telling(Channel.MAIL, TellingState.GIVEN_UP, "f1", error="No such mailbox."),
    )
    test = open_page("budgets.py", Role.FINANCE)
    row = test.dataframe[0].value.iloc[0]
    assert (row["budget"], row["month"], row["reached"]) == ("All videos", "January 2026", "80 %")
    assert (row["usd"], row["spent"], row["likely"]) == (100.0, 81.4, 118.2)
    assert row["told"] == "Webhook: waits · E-mail: 1 of 2"
    said = [one.value for one in test.warning]
    assert any("answered 500. It is tried again every hour." in one for one in said)
    assert any("No such mailbox. It was given up." in one for one in said)


def test_costs_that_cannot_be_told_leave_the_budgets(
    open_page: Opened, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: Any, **_facts: Any) -> Spending:
        raise UnknownPrice("No price card of Mux covers January 2026.", hint="Add one.")

    monkeypatch.setattr(budget_reading, "spending", fails)
    put(school)
    test = open_page("budgets.py", Role.FINANCE)
    assert "No price card of Mux covers January 2026. Add one." in test.error[0].value
    assert "nothing is compared with budgets" in test.error[0].value
    assert r"**All videos**: \$120.00 a month" in words_of(test)
    assert "Go to Price cards" in [one.label for one in test.get("page_link")]


def test_who_is_told_is_said() -> None:
    said = "it is told on the pages, by webhook, by e-mail to 3 people"
    assert budget_dialog.who(Reach(webhook=True, people=3)) == said


@pytest.mark.parametrize(("role", "file"), [(Role.FINANCE, "home.py"), (Role.ADMIN, "home.py")])
def test_a_budget_that_is_nearly_used_is_told_on_the_first_page(
    open_page: Opened, school: School, role: Role, file: str
) -> None:
    mine = put(school, "100")
    note(school, mine, Threshold.HALF)
    assert "of the budget" not in words_of(open_page(file, role))
    note(school, mine, Threshold.MOST)
    said = words_of(open_page(file, role))
    assert r"80 % of the budget for all videos is used: \$81.40 of \$100.00 in January 2026." in said
    assert "50 % of" not in said


def test_the_budget_of_all_videos_comes_first_then_the_course_that_has_reached_most(
    open_page: Opened, school: School
) -> None:
    note(school, put(school, "11", "7", "Algebra II"), Threshold.MOST)
    note(school, put(school, "5", "8", "Music"), Threshold.ALL)
    note(school, put(school, "100"), Threshold.MOST)
    test = open_page("home.py", Role.FINANCE)
    told = [one.value for one in test.markdown if " budget for " in one.value]
    assert [re.findall("budget for (all videos|“.*?”)", one)[0] for one in told] == [
        "all videos",
        "“Music”",
        "“Algebra II”",
    ]


def test_costs_tells_of_all_videos_by_the_bar_alone_and_of_courses_beside_it(
    open_page: Opened, school: School
) -> None:
    note(school, put(school, "80"), Threshold.MOST)
    note(school, put(school, "5", "8", "Music"), Threshold.ALL)
    said = words_of(open_page("costs.py", Role.FINANCE))
    assert r"\$67.96 of \$80.00 used (85 %)" in said
    assert "budget for “Music” is used up" in said
    assert "budget for all videos" not in said


def test_teachers_are_told_nothing_of_budgets(open_page: Opened, school: School) -> None:
    note(school, put(school, "100"), Threshold.ALL)
    assert "budget" not in words_of(open_page("home.py", Role.TEACHER))


def test_what_was_given_up_long_ago_is_no_trouble_any_more(open_page: Opened, school: School) -> None:
    told = telling(Channel.MAIL, TellingState.GIVEN_UP, "f1", error="No such mailbox.")
    note(school, put(school, "100"), Threshold.MOST, replace(told, at=EPOCH - timedelta(days=8)))
    assert not open_page("budgets.py", Role.FINANCE).warning


def test_many_budgets_do_not_fill_the_first_page(open_page: Opened, school: School) -> None:
    for number in range(7):
        note(school, put(school, "5", str(number), f"Course {number}"), Threshold.ALL)
    said = words_of(open_page("home.py", Role.FINANCE))
    assert said.count("is used up") == 5
    assert "2 more budgets are nearly or wholly used, or likely to be exceeded." in said
