"""What the pages of analytics read; figures change once an hour, so they may be a minute old."""

from collections.abc import Mapping, Sequence

import streamlit as st

from core import quality_looking, script_reading, viewing
from core.access import Person
from core.course_walk import CourseWalk
from core.library import LibraryChoices, LibraryLine
from core.period import Days, Period
from core.quality import KeptQuality
from core.quality_looking import SchoolQuality
from core.script import Script
from core.viewings import CourseLesson, Overview
from dashboard.access import of_person
from dashboard.services import services

KEPT_S = 60


# Not `cache_data`: that copies what it keeps, ten thousand lessons at each look. Nothing here is changed.
@st.cache_resource(ttl=KEPT_S, max_entries=16, show_spinner=False, hash_funcs={Person: of_person})
def overview(period: Period, course: str, person: Person) -> Overview:
    """The period, of the lessons that the person sees."""
    return viewing.overview(period, course=course, by=person, services=services())


@st.cache_data(ttl=KEPT_S, max_entries=50, show_spinner=False, hash_funcs={Person: of_person})
def choices(person: Person) -> LibraryChoices:
    """The courses that the person can choose among."""
    return viewing.choices(by=person, services=services())


@st.cache_resource(ttl=KEPT_S, max_entries=50, show_spinner=False, hash_funcs={Person: of_person})
def course(course: str, days: Days, person: Person) -> Sequence[CourseLesson]:
    """The course lesson by lesson."""
    return viewing.course_lessons(course, days, by=person, services=services())


@st.cache_resource(ttl=KEPT_S, max_entries=16, show_spinner=False, hash_funcs={Person: of_person})
def quality(days: Days, person: Person) -> SchoolQuality | None:
    """How well videos play, of the whole school."""
    return quality_looking.of_school(days, by=person, services=services())


@st.cache_resource(ttl=KEPT_S, max_entries=16, show_spinner=False, hash_funcs={Person: of_person})
def audience(person: Person) -> KeptQuality | None:
    """Who watches, of the whole school."""
    return quality_looking.audience(by=person, services=services())


@st.cache_resource(ttl=KEPT_S, max_entries=50, show_spinner=False, hash_funcs={Person: of_person})
def walk(course: str, person: Person) -> CourseWalk:
    """How learners walk through the course."""
    return viewing.course_walk(course, by=person, services=services())


@st.cache_data(ttl=KEPT_S, max_entries=50, show_spinner=False, hash_funcs={Person: of_person})
def script(lesson_id: str, person: Person) -> Script:
    """What is said in the lesson, and its chapters, as far as the person may know them."""
    return script_reading.script(lesson_id, by=person, services=services())


def lines(ids: Sequence[str], person: Person) -> Mapping[str, LibraryLine]:
    """Titles and pictures of the lessons of a page."""
    return viewing.lines(ids, by=person, services=services()) if ids else {}
