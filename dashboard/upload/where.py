"""Which lesson the files are for."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from core import uploading
from core.access import Person
from core.upload import LessonChoice
from dashboard import courses, formats, kept, query
from dashboard.courses import PART as PART
from dashboard.services import services
from dashboard.state import Key

LESSON = "lesson"
"""In the address: a link from elsewhere leads to the upload for one lesson."""

EXISTING, NEW = "A lesson that is there", "A new lesson"
SHOWN = 20

NO_COURSE_OF_YOURS = "The lesson will belong to no course: there is none that you may add to."
NO_COURSE_TO_CHOOSE = (
    "Every lesson of this school belongs to a course, and there is none that you may add to. Ask an admin."
)
NO_COURSE = "The lesson would have no course."
FIRST_A_COURSE = "Choose the course first."


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where files go, `course_id` for a new lesson; `closed` says why nowhere yet."""

    lesson_id: str | None = None
    title: str = ""
    course_id: str | None = None
    closed: str = ""


def choose(person: Person) -> Place:
    """Ask for the lesson: searched for by title, or a new one in a course."""
    with st.container(border=True):
        chosen = st.session_state.get(Key.UPLOAD_WAY, EXISTING)
        ways = {EXISTING: EXISTING, NEW: NEW}
        way = kept.segments("Where the files go", Key.UPLOAD_WAY, ways, chosen)
        return _new(person) if way == NEW else _existing(person)


def _new(person: Person) -> Place:
    title = st.text_input(
        "Title of the lesson",
        key=Key.UPLOAD_TITLE,
        placeholder="Empty: each file becomes a lesson under its own name",
        max_chars=300,
    )
    course_id, closed = _course(person)
    return Place(title=title.strip(), course_id=course_id, closed=closed)


def _course(person: Person) -> tuple[str | None, str]:
    """The course of the new lesson, and why it cannot be made yet; None where it may have none."""
    offered = courses.whole(person)
    if not offered.found:
        st.caption(NO_COURSE_TO_CHOOSE if offered.needed else NO_COURSE_OF_YOURS)
        return None, NO_COURSE if offered.needed else ""
    found = courses.narrowed(offered.found, person, Key.UPLOAD_COURSE_SEARCH)
    labels = distinct({one.id: one.title for one in found}, "course")
    chosen = st.selectbox(
        "Course",
        list(labels),
        index=None,
        format_func=lambda one: labels.get(one, f"Course {one}"),
        key=Key.UPLOAD_COURSE,
        placeholder="Choose one" if offered.needed else "None",
    )
    course_id = chosen if chosen in labels else None
    return course_id, FIRST_A_COURSE if offered.needed and not course_id else ""


def _existing(person: Person) -> Place:
    search = st.text_input("Find a lesson", key=Key.UPLOAD_SEARCH, placeholder=PART)
    found = uploading.find_lessons(search, by=person, services=services(), limit=SHOWN)
    asked = st.query_params.get(LESSON, "")
    if not found and not asked:
        return _none(search)
    named = {one.id: _label(one) for one in found}
    labels = distinct({**({asked: ""} if asked else {}), **named}, "lesson")
    options = list(labels)
    chosen = st.selectbox(
        "Lesson",
        options,
        index=options.index(asked) if asked else None,
        format_func=lambda one: labels.get(one, f"Lesson {one}"),
        placeholder=f"Choose one of {formats.counted(len(options), 'lesson')}",
    )
    lesson_id = chosen if chosen in labels else None
    query.put(LESSON, lesson_id or "")
    return Place(lesson_id=lesson_id) if lesson_id else Place(closed="Choose the lesson first.")


def _none(search: str) -> Place:
    if search:
        st.caption("No lesson of yours has this in its title. Search for another word, or make a new lesson.")
    else:
        st.caption("There is no lesson that you may upload to. Make a new one, or ask an admin.")
    return Place(closed="Choose the lesson first.")


def _label(choice: LessonChoice) -> str:
    return f"{choice.title} · {choice.course}" if choice.course else choice.title


def distinct(labels: Mapping[str, str], thing: str) -> dict[str, str]:
    """The labels by id, with its id beside one that several have: Streamlit tells choices apart by label."""
    times = Counter(labels.values())
    return {one: _told_apart(label, f"{thing} {one}", times[label]) for one, label in labels.items()}


def _told_apart(label: str, name: str, times: int) -> str:
    if not label:
        return name.capitalize()
    return f"{label} · {name}" if times > 1 else label
