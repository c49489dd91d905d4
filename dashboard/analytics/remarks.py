"""What needs a look: lessons that nobody watches, that lost their viewers, are left early, fail to start."""

from collections.abc import Mapping

import streamlit as st

from core import phrases
from core.access import Person
from core.attention import Remark
from core.library import LibraryLine
from core.viewings import Overview
from dashboard import bones, formats, navigation
from dashboard.analytics import address, reading, terms
from dashboard.analytics.address import Place
from dashboard.library import cards
from dashboard.note import DECIDE

MOST = 3
"""Lessons told one by one; the others are behind a line."""

MOST_FOLDED = 20


def show(found: Overview, at: Place, person: Person) -> None:
    """Nothing there: nothing shown."""
    if not (found.remarks or found.unwatched):
        return
    told = found.remarks[: MOST + MOST_FOLDED]
    named = reading.lines([*(one.lesson_id for one in told), *found.unwatched_ids], person)
    st.subheader("Needs a look", anchor=False)
    for one in told[:MOST]:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"{DECIDE.badge} {sentence(one, named, found)}", width="stretch")
            bones.link(terms.LESSON_PAGE, "Look at it", query=address.of_lesson(one.lesson_id, at.period))
    _others(found, named)
    _unwatched(found, named)


def sentence(one: Remark, named: Mapping[str, LibraryLine], found: Overview) -> str:
    """What is the matter with it, as Markdown."""
    return phrases.concern(one, f"**{name(one.lesson_id, named)}**", found.days)


def name(lesson_id: str, named: Mapping[str, LibraryLine]) -> str:
    """Its title as a line of text."""
    return formats.literal(cards.title(named[lesson_id])) if lesson_id in named else terms.GONE


def _others(found: Overview, named: Mapping[str, LibraryLine]) -> None:
    left = len(found.remarks) - MOST
    if left <= 0:
        return
    verb = "needs" if left == 1 else "need"
    with st.expander(f"{formats.counted(left, 'more lesson')} {verb} a look"):
        for one in found.remarks[MOST : MOST + MOST_FOLDED]:
            st.markdown(f"- {sentence(one, named, found)}")
        if left > MOST_FOLDED:
            st.caption(f"And {formats.number(left - MOST_FOLDED)} more; the list below has them all.")


def _unwatched(found: Overview, named: Mapping[str, LibraryLine]) -> None:
    if not found.unwatched:
        return
    verb = "has" if found.unwatched == 1 else "have"
    lessons = formats.counted(found.unwatched, "published lesson")
    with st.expander(f"{lessons} on Mux {verb} never been watched", icon=":material/visibility_off:"):
        with st.container(gap="xsmall"):
            for one in found.unwatched_ids:
                _way(one, named)
        if found.unwatched > len(found.unwatched_ids):
            st.caption(f"And {formats.number(found.unwatched - len(found.unwatched_ids))} more.")


def _way(lesson_id: str, named: Mapping[str, LibraryLine]) -> None:
    st.page_link(
        navigation.PAGES / "lesson.py", label=name(lesson_id, named), query_params={"lesson": lesson_id}
    )
