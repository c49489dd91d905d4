"""Which lesson the files are for."""

from dataclasses import dataclass

import streamlit as st

from core import uploading
from core.access import Person
from core.upload import LessonChoice
from dashboard import formats, kept, query
from dashboard.services import services
from dashboard.state import Key

LESSON = "lesson"
"""In the address: a link from elsewhere leads to the upload for one lesson."""

EXISTING, NEW = "A lesson that is there", "A new lesson"
SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where files go; `closed` says why nowhere yet."""

    lesson_id: str | None = None
    title: str = ""
    closed: str = ""


def choose(person: Person) -> Place:
    """Ask for the lesson: searched for by title, or a new one."""
    with st.container(border=True):
        chosen = st.session_state.get(Key.UPLOAD_WAY, EXISTING)
        ways = {EXISTING: EXISTING, NEW: NEW}
        way = kept.segments("Where the files go", Key.UPLOAD_WAY, ways, chosen)
        return _new() if way == NEW else _existing(person)


def _new() -> Place:
    title = st.text_input(
        "Title of the lesson",
        key=Key.UPLOAD_TITLE,
        placeholder="Empty: each file becomes a lesson under its own name",
        max_chars=300,
    )
    return Place(title=title.strip())


def _existing(person: Person) -> Place:
    search = st.text_input("Find a lesson", key=Key.UPLOAD_SEARCH, placeholder="Part of its title")
    found = {
        one.id: one for one in uploading.find_lessons(search, by=person, services=services(), limit=SHOWN)
    }
    asked = st.query_params.get(LESSON, "")
    if not found and not asked:
        return _none(search)
    options = list(dict.fromkeys([*([asked] if asked else []), *found]))
    chosen: str | None = st.selectbox(
        "Lesson",
        options,
        index=options.index(asked) if asked else None,
        format_func=lambda one: _label(found.get(one), one),
        placeholder=f"Choose one of {formats.counted(len(options), 'lesson')}",
    )
    query.put(LESSON, chosen or "")
    return Place(lesson_id=chosen) if chosen else Place(closed="Choose the lesson first.")


def _none(search: str) -> Place:
    if search:
        st.caption("No lesson of yours has this in its title. Search for another word, or make a new lesson.")
    else:
        st.caption("There is no lesson that you may upload to. Make a new one, or ask an admin.")
    return Place(closed="Choose the lesson first.")


def _label(choice: LessonChoice | None, lesson_id: str) -> str:
    if choice is None:
        return f"Lesson {lesson_id}"
    return f"{choice.title} · {choice.course}" if choice.course else choice.title
