"""Which lesson the page shows, its title and one line about it."""

import streamlit as st

from core import lesson_editing
from core.access import Action, Person
from core.lesson import PUBLISHED
from core.lesson_form import Field, LessonSheet
from dashboard import access, bones, formats
from dashboard.services import services

LESSON = "lesson"
"""In the address; without it the page makes a new one."""

UNTITLED = "Untitled"
NEW = "New lesson"
NEW_PURPOSE = "A draft of your own until you publish it. Its video comes next."


def chosen() -> str:
    """The lesson that the address names; "" for a new one."""
    return str(st.query_params.get(LESSON, ""))


def load(lesson_id: str, person: Person) -> LessonSheet:
    """As it is now. Raises `NotFound`, `NotAllowed`."""
    if not lesson_id:
        return lesson_editing.new_sheet(by=person, services=services())
    return lesson_editing.sheet(lesson_id, by=person, services=services())


def title(lesson_id: str, sheet: LessonSheet) -> str:
    """Its title, on one line."""
    if not lesson_id:
        return NEW
    return " ".join(sheet.row.values.get(Field.TITLE, "").split()) or UNTITLED


def purpose(lesson_id: str, sheet: LessonSheet) -> str:
    """Its course, whether viewers see it, and its id."""
    if not lesson_id:
        return NEW_PURPOSE
    course = formats.named(sheet.course)
    return " · ".join(one for one in (course, _standing(sheet), f"id {formats.literal(lesson_id)}") if one)


def _standing(sheet: LessonSheet) -> str:
    status = sheet.row.values.get(Field.STATUS)
    if status is None:
        return ""
    return "Published" if status == PUBLISHED else "Draft"


def tells_history(sheet: LessonSheet) -> bool:
    """Whether the person may read what happened to it: whoever may change it, or looks after events."""
    return sheet.may_edit or access.may(Action.SEE_EVENTS)


def links(lesson_id: str) -> None:
    """The ways on: as its viewers see it, and how they watch it."""
    if not lesson_id:
        return
    with st.container(horizontal=True):  # below the title, of which a phone would cut the words beside them
        bones.link("watch.py", "Watch", query={LESSON: lesson_id})
        if access.may_for(Action.SEE_VIEWING, lesson_id):
            bones.link("lesson_analytics.py", "How it is watched", query={LESSON: lesson_id})
