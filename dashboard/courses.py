"""Courses to choose from: those that a person may add lessons to, searched for where they are many."""

from collections.abc import Sequence

import streamlit as st

from core import uploading
from core.access import Person
from core.host_video import Course, CourseChoices
from dashboard.services import services
from dashboard.state import Key

MANY = 100
"""Courses that one can still look through; from there on one also searches."""

PART = "Part of its title"


def whole(person: Person) -> CourseChoices:
    """The first of them by title, as many as one can look through."""
    return uploading.find_courses("", by=person, services=services(), limit=MANY)


def narrowed(found: Sequence[Course], person: Person, key: Key) -> Sequence[Course]:
    """The same where these are all; else those whose title has what is asked for under `key`."""
    if len(found) < MANY:
        return found
    search = st.text_input("Find a course", key=key, placeholder=PART)
    named = uploading.find_courses(search, by=person, services=services(), limit=MANY).found
    if not named:
        st.caption("No course that you may add to has this in its title. Search for another word.")
    return named
