"""The page that compares lessons, as one fragment: which, over which days, and how they are watched."""

import streamlit as st

from core import lesson_comparing
from core.access import Action
from core.lesson_comparing import Comparison
from dashboard import access, bones, errors, formats
from dashboard.analytics import freshness
from dashboard.analytics import terms as words
from dashboard.compare import address, choosing, curves, daily, figures, sheets, terms
from dashboard.retention import screen as one_lesson
from dashboard.services import services
from dashboard.state import Key


def show() -> None:
    """Looks again by itself while a curve is on its way."""
    every = _every(_load())
    st.fragment(errors.guarded(_draw), run_every=every)(every)


def _load() -> Comparison:
    person = access.require_some(Action.SEE_VIEWING)
    return lesson_comparing.compare(address.lessons(), one_lesson.period(), by=person, services=services())


def _every(found: Comparison) -> str | None:
    """As often as the lesson that wants it most."""
    wanted = [one_lesson.every(one) for one in found.lessons]
    return next((often for often in (one_lesson.EVERY, one_lesson.SELDOM) if often in wanted), None)


def _draw(every: str | None) -> None:
    person = access.require_some(Action.SEE_VIEWING)
    one_lesson.narrow(Key.COMPARE_PERIOD)
    found = _load()
    if every != _every(found):
        st.rerun(scope="app")  # so that it looks again by itself, or no longer
    choosing.show(found, person)
    freshness.trouble(found.fresh, person)
    st.caption(formats.literal(f"{words.span(found.days)} · {freshness.said(found.fresh)}"))
    _full(found) if found.lessons else _nothing()


def _full(found: Comparison) -> None:
    lines = terms.lines(found)
    figures.show(lines, one_lesson.period())
    sheets.buttons(found, lines)
    st.subheader("Which parts are watched", anchor=False)
    curves.show(lines)
    st.subheader(words.one_by_one(terms.shown(lines)[0]), anchor=False)
    daily.show(found, lines)


def _nothing() -> None:
    bones.nothing(
        "No lesson is chosen yet.",
        "Choose up to five above, or tick them in the list of the analytics page.",
        page="analytics.py",
        label="Analytics",
    )
