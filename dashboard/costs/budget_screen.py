"""The budgets page: how each budget stands, what courses may spend, and what was told of them."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core import budget_reading, budgeting
from core.access import Action, Person, allows
from core.bill import cents
from core.budget import Budget, Spending, Standing
from core.cost_phrases import month_name
from core.errors import AppError, UnknownPrice
from core.usage import Month
from dashboard import access, bones, formats, rows
from dashboard.costs import budget_bar, budget_dialog, budget_history
from dashboard.costs import budget_terms as terms
from dashboard.costs.terms import NO_CARD_PAGE
from dashboard.services import services

PURPOSE = "What may be spent on videos a month, how much of it is used, and who was told when."
COURSES = "course"
COLUMNS = {
    "course": st.column_config.TextColumn("Course", width=150),
    "state": rows.term_column("State", [*terms.STATES.values()], width=115),
    "used": st.column_config.NumberColumn("Used so far", format="dollar"),
    "budget": st.column_config.NumberColumn("Budget", format="dollar"),
    "share": st.column_config.ProgressColumn("Share", format="%d %%", min_value=0, max_value=100),
    "likely": st.column_config.NumberColumn("Likely this month", format="dollar"),
}


def show(person: Person) -> None:
    """All of it; figures that cannot be told leave the budgets themselves on the page."""
    may_set = allows(person, Action.SET_BUDGETS)
    with bones.head("Budgets", PURPOSE):
        if may_set and st.button("Set a budget", type="primary", icon=":material/savings:"):
            budget_dialog.open_for(None)
    found = budgeting.in_force(by=person, services=services())
    month = Month.of(services().clock().date())
    if not found:
        bones.nothing(
            "There is no budget yet.",
            "Set one for all videos or for a course: at 50, 80 and 100 % of it, and when the month is likely "
            "to end over it, everybody who may see costs is told once.",
        )
    elif (spending := _spending(month, found, person)) is None:
        _bare(found)
    else:
        _full([Standing(budget=one, month=month, spent=spending.of(one)) for one in found], may_set)
    budget_history.show(person, has_budgets=bool(found))


def _spending(month: Month, found: Sequence[Budget], person: Person) -> Spending | None:
    is_school_alone = all(one.is_school for one in found)
    try:
        return budget_reading.spending(month, by=person, services=services(), is_school_alone=is_school_alone)
    except AppError as error:
        said = "What was used cannot be told now, and nothing is compared with budgets until it can."
        st.error(f"{said} {formats.literal(error.sentence)}", icon=":material/error:")
        if isinstance(error, UnknownPrice) and access.may(Action.SET_PRICES):
            bones.link(NO_CARD_PAGE, "Go to Price cards")
        return None


def _full(found: Sequence[Standing], may_set: bool) -> None:
    st.subheader(month_name(found[0].month), anchor=False)
    for one in (one for one in found if one.budget.is_school):
        _one(one, may_set)
    courses = [one for one in found if not one.budget.is_school]
    if not courses:
        return
    st.subheader("Courses", anchor=False)
    ids = [str(one.budget.id) for one in courses]
    rows.pick_one(table(courses), ids, parameter=COURSES, columns=COLUMNS, alt="Budgets of courses")
    picked = st.query_params.get(COURSES)
    for one in (one for one in courses if str(one.budget.id) == picked):
        _one(one, may_set)


def _one(standing: Standing, may_set: bool) -> None:
    with st.container(border=True):
        budget_bar.show(standing)
        if may_set:
            _buttons(standing.budget)


def _buttons(budget: Budget) -> None:
    with st.container(horizontal=True):
        if st.button("Change", key=f"change_{budget.id}", icon=":material/edit:"):
            budget_dialog.open_for(budget)
        if st.button("End", key=f"end_{budget.id}", icon=":material/block:"):
            budget_dialog.ask_to_end(budget)


def table(courses: Sequence[Standing]) -> pd.DataFrame:
    """A row for each budget of a course."""
    return pd.DataFrame(
        {
            "course": [terms.name(one.budget) for one in courses],
            "state": [[terms.STATES[one.state].word] for one in courses],
            "used": [float(cents(one.spent.spent_usd)) for one in courses],
            "budget": [float(cents(one.budget.usd)) for one in courses],
            "share": [round(100 * one.share) for one in courses],
            "likely": [_likely(one) for one in courses],
        }
    )


def _likely(standing: Standing) -> float | None:
    usd = standing.spent.forecast_usd
    return None if usd is None else float(cents(usd))


def _bare(found: Sequence[Budget]) -> None:
    """The budgets without what was used of them."""
    lines = [
        f"- **{formats.named(terms.name(one))}**: {formats.literal(formats.usd(one.usd))} a month"
        for one in found
    ]
    st.markdown("\n".join(lines))
