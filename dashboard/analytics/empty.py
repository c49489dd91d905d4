"""Why there are no figures, and what to do."""

import streamlit as st

from core import viewing
from core.access import Action, Person, allows
from core.viewings import Overview
from dashboard import bones, formats
from dashboard.analytics import address, terms
from dashboard.analytics.address import Place
from dashboard.services import services


def show(found: Overview, at: Place, person: Person) -> None:
    """The first reason that holds."""
    sees_all = allows(person, Action.SEE_VIEWING)
    if not sees_all and person.host_user_id is None:
        bones.nothing("The school does not know you, so no lesson is yours.", "Ask an admin to add you.")
        return
    on_mux, lessons = viewing.at_mux(at.course, by=person, services=services())
    if not lessons:
        _no_lessons(at)
    elif found.fresh.read_at is None and not found.fresh.error:
        bones.nothing(
            "Nothing was fetched from Mux yet.",
            "It is done every hour by itself, a day of the school at a time; look again later.",
        )
    elif not on_mux:
        many = f"None of the {formats.number(lessons)} published lessons plays"
        none = many if lessons > 1 else "No lesson plays"
        bones.nothing(
            f"{none} from Mux, and the school's own progress tells of no view.",
            "Mux counts views of what it plays. Figures begin on the day after a lesson has moved.",
        )
    else:
        _no_views(found, on_mux)


def _no_lessons(at: Place) -> None:
    if at.course:
        bones.nothing("This course has no published lesson of yours.", "Look at all courses.")
        st.button("Show all courses", on_click=address.widen)
    else:
        bones.nothing(
            "There is no published lesson yet.", "Figures come by themselves once lessons are published."
        )


def _no_views(found: Overview, on_mux: int) -> None:
    lessons = formats.counted(on_mux, "lesson")
    bones.nothing(
        f"No view was counted from {terms.span(found.days)}.",
        f"{lessons} can be watched at Mux. What a browser keeps from being counted, as with an ad "
        "blocker, is missing. Try a longer period.",
    )
