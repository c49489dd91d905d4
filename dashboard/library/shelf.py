"""Filters, list and pages, as one fragment that reruns without the rest of the page."""

import streamlit as st

from core import lesson_editing
from core.access import Action, Person, could
from core.bulk import Picked
from core.library import LibraryFilter
from core.library_view import LibraryLook
from dashboard import access, bones, errors
from dashboard.library import address, bar, cards, filters, grid, job, pages, reading, ticks
from dashboard.library.address import Place


def purpose() -> str:
    """Whose lessons they are."""
    if access.may(Action.SEE_LESSON):
        return "Every lesson with its video."
    return "Your own lessons, and those that are published in your courses."


def way_to_new() -> None:
    """For whoever may make a lesson."""
    if lesson_editing.may_add(access.require(Action.SEE_LIBRARY)):
        bones.link("lesson.py", "New lesson")


@st.fragment
@errors.guarded
def shelf() -> None:
    """Look for lessons."""
    person, at = access.require(Action.SEE_LIBRARY), address.place()
    job.leave_if_started(at)
    grid.leave_if_opened()
    if at.filter == LibraryFilter() and not reading.matching(at.filter, person):
        _empty(person)
        return
    filters.narrow(at, reading.choices(person), person)
    count, edits = 0, could(person, Action.EDIT_LESSON)
    with errors.shown():  # whatever is wrong with the list, the filters can be changed
        count = reading.matching(at.filter, person)
        picked = ticks.current(at) if edits else None
        _list(address.within(at, reading.pages(at, count)), count, person, picked)
        if edits:
            ticks.mirror(at)
    if edits:
        bar.bar(at, count)


def _list(at: Place, count: int, person: Person, picked: Picked | None) -> None:
    shown = reading.lessons(at, person) if count else []
    if shown:
        look = grid if at.look is LibraryLook.TABLE else cards
        look.show(shown, picked)
        pages.pager(at, count, shown)
    elif count and at.beyond:
        pages.lost(at, count)
    else:
        bones.nothing("No lesson matches these filters.", "Take one away, or look for part of the title.")
        st.button("Clear filters", on_click=address.widen)


def _empty(person: Person) -> None:
    if not access.may(Action.SEE_LESSON) and person.host_user_id is None:
        bones.nothing("The school does not know you, so no lesson is yours.", "Ask an admin to add you.")
    elif access.may(Action.SEE_UPLOADS):
        bones.nothing(
            "There is no lesson yet.",
            "Upload a video: it becomes one. The school's own lessons come here by themselves.",
            page="upload.py",
            label="Go to Upload",
        )
    else:
        bones.nothing("There is no lesson yet.", "The school's lessons come here by themselves.")
