"""The form of a lesson, the same for a new one and for one that is there."""

from functools import partial

import streamlit as st

from core import lesson_editing
from core.access import Action, Person
from core.errors import StaleState
from core.lesson_form import NAMES, LessonSheet, problems, tidy
from dashboard import access, errors, query, state
from dashboard.lesson import clash, draft, fields, head
from dashboard.lesson.draft import Draft
from dashboard.services import services

LASTING = "It stays while you look at other pages, and is lost with this tab."


def show(lesson_id: str) -> None:
    """A fragment: what is typed redraws the form alone."""
    st.fragment(errors.guarded(_draw))(lesson_id)


def _draw(lesson_id: str) -> None:
    person = access.require(Action.SEE_LIBRARY)
    sheet = head.load(lesson_id, person)
    mine = draft.of(person, lesson_id, sheet)
    open_ = clash.show(mine, sheet)
    with st.container(border=True):
        fields.show(lesson_id, mine, sheet)
        if sheet.may_edit:
            _buttons(lesson_id, mine, person, blocked=open_)
        else:
            st.caption("Only an admin, or the teacher who made this lesson, can change it.")


def _buttons(lesson_id: str, mine: Draft, person: Person, *, blocked: bool) -> None:
    with st.container(horizontal=True):
        st.button(
            "Save changes" if lesson_id else "Make this lesson",
            type="primary",
            icon=":material/save:",
            on_click=errors.acting(partial(_save if lesson_id else _make, lesson_id, mine)),
            disabled=blocked,
            help="Choose first what stays." if blocked else None,
        )
        if mine.changes:
            st.button("Discard changes", on_click=draft.forget, args=(person, lesson_id))
    if mine.changes:
        named = ", ".join(NAMES[name] for name in mine.changes)
        st.markdown(f":small[:orange-badge[:material/edit: Not saved yet] {named.capitalize()}. {LASTING}]")


def _is_sound(mine: Draft, sheet: LessonSheet) -> bool:
    mine.tried = True
    return not problems(tidy(mine.mine), sheet.row, needs_course=sheet.needs_course)


def _save(lesson_id: str, mine: Draft) -> None:
    """A clash, or something wrong with a field, is drawn anew in its place; else the whole page is."""
    person = access.require(Action.SEE_LIBRARY)
    if not _is_sound(mine, head.load(lesson_id, person)):
        return
    try:
        done = lesson_editing.save(lesson_id, mine.mine, base=mine.base, by=person, services=services())
    except StaleState:
        return
    draft.forget(person, lesson_id)
    state.say_next("Saved." if done else "There was nothing to save.")
    st.rerun()


def _make(lesson_id: str, mine: Draft) -> None:
    person = access.require(Action.SEE_LIBRARY)
    if not _is_sound(mine, head.load(lesson_id, person)):
        return
    made = lesson_editing.add(mine.mine, by=person, services=services())
    draft.forget(person, lesson_id)
    query.put(head.LESSON, made)
    state.say_next("The lesson is made. Its video comes next.")
    st.rerun()
