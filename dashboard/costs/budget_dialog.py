"""Setting, changing and ending a budget: what it was, what it would be, and who would be told at once."""

from collections.abc import Mapping
from decimal import Decimal

import streamlit as st

from core import budget_reading, budgeting
from core.access import Action, Person
from core.budget import Budget, Standing, read_amount
from core.budget_alert import whose
from core.budgeting import Reach
from core.errors import AppError, InvalidInput
from core.usage import Month
from dashboard import access, errors, formats, state
from dashboard.costs import budget_terms as terms
from dashboard.services import services
from dashboard.state import Key

SCHOOL = ""


def open_for(budget: Budget | None) -> None:
    """Ask for the amount; without a budget also for whose it is."""
    st.session_state[Key.BUDGET_FOR] = budget.course_id if budget else SCHOOL
    st.session_state[Key.BUDGET_USD] = f"{budget.usd:f}" if budget else ""
    _form(budget)


def ask_to_end(budget: Budget) -> None:
    _end_dialog(budget)


@st.dialog("What may be spent a month")
@errors.guarded
def _form(budget: Budget | None) -> None:
    person = access.require(Action.SET_BUDGETS)
    names = {budget.course_id: terms.name(budget)} if budget else _offered(person)
    course_id = st.selectbox("For", list(names), format_func=names.__getitem__, key=Key.BUDGET_FOR)
    text = st.text_input("US dollars a month", key=Key.BUDGET_USD, placeholder="120")
    in_force = budgeting.in_force(by=person, services=services())
    before = next((one for one in in_force if one.course_id == course_id), None)
    usd = _amount(text)
    if usd is not None:
        _review(course_id, names[course_id], usd, before, person)
    st.button(
        f"Set {formats.usd(usd)} a month" if usd else "Set the budget",
        type="primary",
        disabled=usd is None or (before is not None and before.usd == usd),
        help="It is this much already." if before and before.usd == usd else None,
        on_click=errors.acting(_put),
        args=(course_id, names[course_id], usd, before),
    )


def _offered(person: Person) -> Mapping[str, str]:
    """All videos, then courses by title."""
    found = budgeting.courses(by=person, services=services())
    titles = sorted(found.items(), key=lambda one: one[1].casefold())
    return {SCHOOL: terms.ALL_VIDEOS, **dict(titles)}


def _amount(text: str) -> Decimal | None:
    """None where there is none, or none that can be read: then it says so."""
    if not text.strip():
        return None
    try:
        return read_amount(text)
    except InvalidInput as error:
        st.error(formats.literal(error.sentence), icon=":material/error:")
        return None


def _review(course_id: str, name: str, usd: Decimal, before: Budget | None, person: Person) -> None:
    """What changes, in sentences."""
    was = f"{formats.usd(before.usd)} a month" if before else "no budget"
    lines = [f"{formats.named(name)}: **{was} → {formats.usd(usd)} a month**, from this month on."]
    reach = budgeting.reach(by=person, services=services())
    would = Budget(id=0, course_id=course_id, course=name, usd=usd, set_by="", set_at=services().clock())
    lines += _at_once(would, reach, person)
    st.markdown("\n".join(f"- {line}" for line in lines).replace("$", "\\$"))


def _at_once(would: Budget, reach: Reach, person: Person) -> list[str]:
    month = Month.of(services().clock().date())
    try:
        found = budget_reading.spending(month, by=person, services=services())
    except AppError as error:
        return [f"What was used so far cannot be told now. {formats.literal(error.sentence)}"]
    standing = Standing(budget=would, month=month, spent=found.of(would))
    lines = [f"This month: {terms.used(standing)}."]
    if standing.state is None:
        return [*lines, f"At 50 %, 80 % and 100 %, or when it is likely to be exceeded, {who(reach)}."]
    return [*lines, f"{terms.ALREADY[standing.state]}: at once {who(reach)}."]


def who(reach: Reach) -> str:
    """`it is told on the pages, by webhook, and by e-mail to 3 people`"""
    ways = ["on the pages"]
    if reach.webhook:
        ways.append("by webhook")
    if reach.people:
        ways.append(f"by e-mail to {formats.counted(reach.people, 'person', 'people')}")
    return f"it is told {', '.join(ways)}"


def _put(course_id: str, name: str, usd: Decimal, before: Budget | None) -> None:
    person = access.require(Action.SET_BUDGETS)
    title = name if course_id else ""
    new = budgeting.put(course_id, title, usd, reviewed=before, by=person, services=services())
    state.say_next(formats.literal(f"The budget for {whose(new)} is {formats.usd(usd)} a month."))
    st.rerun()


@st.dialog("End this budget?")
@errors.guarded
def _end_dialog(budget: Budget) -> None:
    st.write(
        f"There will be no budget for {formats.literal(whose(budget))}, and nobody is told of what that "
        "costs any more. What was told stays on this page."
    )
    st.button("End the budget", type="primary", on_click=errors.acting(_end), args=(budget,))


def _end(budget: Budget) -> None:
    person = access.require(Action.SET_BUDGETS)
    budgeting.end(budget, by=person, services=services())
    state.say_next(formats.literal(f"There is no budget for {whose(budget)} any more."))
    st.rerun()
