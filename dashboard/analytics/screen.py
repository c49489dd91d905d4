"""The analytics page as one fragment: period and course, the answer, what needs a look, days, lessons."""

import streamlit as st

from core.access import Action, Person, allows
from core.viewings import Overview
from dashboard import access, errors, formats, kept
from dashboard.analytics import (
    address,
    cards,
    course,
    daily,
    empty,
    freshness,
    quality,
    ranking,
    reading,
    remarks,
    terms,
    viewers,
)
from dashboard.analytics.address import COURSE, PAGE, PERIOD, Place
from dashboard.state import Key

COURSE_PX = 260


def purpose() -> str:
    """Whose lessons they are."""
    if access.may(Action.SEE_VIEWING):
        return "How the lessons of the school are watched."
    return "How your lessons are watched: those that you made, and those that are published in your courses."


@st.fragment
@errors.guarded
def show() -> None:
    """Look at a period."""
    person, at = access.require_some(Action.SEE_VIEWING), address.place()
    _narrow(at, person)
    with errors.shown():  # whatever is wrong with the figures, period and course can be changed
        found = reading.overview(at.period, at.course, person)
        freshness.trouble(found.fresh, person)
        st.caption(formats.literal(_said(found)))
        if found.lessons:
            _full(found, at, person)
        else:
            empty.show(found, at, person)
            if found.fresh.read_at:
                remarks.show(found, at, person)


def _narrow(at: Place, person: Person) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        periods = {period.value: words for period, words in terms.PERIOD.items()}
        kept.segments(
            "Period",
            Key.VIEWING_PERIOD,
            periods,
            at.period.value,
            on_change=kept.changed,
            args=(Key.VIEWING_PERIOD, PERIOD, PAGE),
        )
        courses = reading.choices(person).courses
        if courses or at.course:
            every = {"": "All courses" if allows(person, Action.SEE_VIEWING) else "All of mine", **courses}
            kept.choose("Course", Key.VIEWING_COURSE, COURSE, at.course, every, page=PAGE, width=COURSE_PX)


def _said(found: Overview) -> str:
    return f"{terms.span(found.days)}, {terms.compared(found)} · {freshness.said(found.fresh)}"


def _full(found: Overview, at: Place, person: Person) -> None:
    cards.show(found)
    remarks.show(found, at, person)
    daily.show(found)
    if at.course:
        course.show(found, at, person)
    elif allows(person, Action.SEE_VIEWING):
        quality.show(found.days, person)
        viewers.show(person)
    ranking.show(found, at, person)
