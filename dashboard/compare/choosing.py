"""Which lessons are compared: chosen by title among those that the person sees."""

import streamlit as st

from core import lesson_comparing
from core.access import Person
from core.lesson_comparing import MOST_COMPARED, Comparison
from dashboard import formats
from dashboard.compare import address
from dashboard.library.cards import UNTITLED
from dashboard.services import services
from dashboard.state import Key
from dashboard.upload.where import PART, distinct

SEARCH_PX = 260


def show(found: Comparison, person: Person) -> None:
    """A search, and what it found beside what is chosen; a choice goes to the address."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input("Find a lesson", key=Key.COMPARE_SEARCH, placeholder=PART, width=SEARCH_PX)
        offered = lesson_comparing.offered(search, by=person, services=services())
        chosen = {one.lesson_id: one.title for one in found.lessons}
        labels = distinct({i: t or UNTITLED for i, t in {**chosen, **offered}.items()}, "lesson")
        st.session_state[Key.COMPARE_LESSONS] = list(chosen)
        st.multiselect(
            f"Lessons, up to {MOST_COMPARED}",
            list(labels),
            format_func=lambda one: labels.get(one, f"Lesson {one}"),
            key=Key.COMPARE_LESSONS,
            max_selections=MOST_COMPARED,
            placeholder="Choose lessons",
            on_change=_changed,
        )
    if search and not offered:
        st.caption("No lesson of yours has these words. Search for others.")
    if found.missing:
        missing = formats.counted(len(found.missing), "lesson")
        st.caption(f":material/visibility_off: {missing} of the address cannot be shown: gone, or not yours.")


def _changed() -> None:
    address.put(st.session_state[Key.COMPARE_LESSONS])
