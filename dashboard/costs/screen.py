"""The page of costs as one fragment: the month, the answer, what grew, groups, days, who costs most."""

import streamlit as st

from core import budget_reading, cost_phrases
from core.access import Action, Person
from core.allocating import MonthShares
from core.allocation import Per, SharedRule
from core.cost_phrases import HOW_FORETOLD
from core.errors import UnknownPrice
from core.month_costs import MonthCosts
from dashboard import access, bones, errors, formats, note
from dashboard.costs import (
    address,
    billed,
    budget_bar,
    budget_notes,
    cards,
    daily,
    freshness,
    lines,
    ranking,
    reading,
    terms,
)

MOST = 20
"""Lessons, and courses, that are named."""

LONGEST_TITLE = 44
PURPOSE = "What the school's videos cost at Mux and S3, in US dollars without taxes."


@st.fragment
@errors.guarded
def show() -> None:
    """Look at a month."""
    person, month = access.require(Action.SEE_COSTS), address.month()
    address.choose_month(month)
    with errors.shown():  # whatever is wrong with the figures, the month can be changed
        try:
            costs = reading.costs(month, person)
        except UnknownPrice as error:
            no_price(error)
            return
        freshness.trouble(costs.fresh, person)
        if costs.bill.lines:
            _full(costs, person)
        else:
            empty(costs)


def no_price(error: UnknownPrice) -> None:
    """Nothing is told without prices: what is missing, and where it is added."""
    st.warning(formats.literal(error.sentence), icon=":material/sell:")
    if access.may(Action.SET_PRICES):
        bones.link(terms.NO_CARD_PAGE, "Go to Price cards")


def _full(costs: MonthCosts, person: Person) -> None:
    _answer(costs)
    if not costs.is_over:
        with errors.shown():  # whatever is wrong with budgets, the month that was read can be told
            note.show(budget_notes.notes(person, of_courses=True))
            budget_bar.of_school(budget_reading.spending_of(costs), person)
    _grown(costs, person)
    cards.show(costs)
    freshness.missing(costs)
    daily.show(costs)
    _ways()
    _most(reading.shares_of(costs, person))
    billed.show(costs.month, person)


def _answer(costs: MonthCosts) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(formats.literal(cost_phrases.so_far(costs)), anchor=False, width="content")
        if st.button("All lines", key="costs_lines_all", type="tertiary", icon=":material/list:"):
            lines.open_group(costs, None)


def _grown(costs: MonthCosts, person: Person) -> None:
    for sentence in changes(costs, person):
        st.markdown(formats.literal(sentence))
    foretold = f" {HOW_FORETOLD}" if costs.forecast else ""
    st.caption(formats.literal(f"{freshness.said(costs)}{foretold}"))


def changes(costs: MonthCosts, person: Person) -> list[str]:
    """What changed most against as many days of the month before, in sentences."""
    found = reading.changed(costs, person)
    if costs.alike is None or not found:
        return []
    lessons = reading.shares_of(costs, person).lessons
    titles = {one: formats.shortened(lesson.title, LONGEST_TITLE) for one, lesson in lessons.items()}
    return [cost_phrases.change(one, costs.month, costs.alike, titles) for one in found]


def _ways() -> None:
    """To what could be otherwise."""
    with st.container(horizontal=True):
        bones.link("forecast.py", "Next twelve months, and what if")
        bones.link("advice.py", "What could be saved")


def _most(shares: MonthShares) -> None:
    """The lessons and the courses that cost most, with their share of what all bear."""
    for per, things in ((Per.LESSON, "lesson"), (Per.COURSE, "course")):
        found, cells = reading.allocated(shares, per, SharedRule.PROPORTIONAL)
        if found.rows:
            st.subheader(_title(things, len(found.rows)), anchor=False)
            ranking.show(found.rows[:MOST], cells[:MOST], found, place=per.value)
            way = address.of_month(found.month, by=per.value)
            bones.link("cost_table.py", f"Cost table by {per.value}", query=way)


def _title(thing: str, count: int) -> str:
    """
    >>> _title("lesson", 314), _title("course", 3)
    ('The 20 lessons of 314 that cost most', 'What 3 courses cost')
    """
    if count > MOST:
        return f"The {MOST} {thing}s of {formats.number(count)} that cost most"
    return f"What {formats.counted(count, thing)} cost{'s' if count == 1 else ''}"


def empty(costs: MonthCosts) -> None:
    """Of a month without a cost: that nothing was used is said where all of it is known."""
    month = cost_phrases.month_name(costs.month)
    begin = "Costs begin with the first video at Mux; files in S3 count from the first scan on."
    if not freshness.is_asked(costs.fresh):
        bones.nothing("Nothing is known of usage yet.", "It is fetched from Mux every hour by itself.")
    elif costs.holes or costs.left_out:
        bones.nothing(f"Of {month} no use is known.", begin)
    else:
        bones.nothing(f"Nothing was used in {month}, so it costs nothing.", begin)
    freshness.missing(costs)
