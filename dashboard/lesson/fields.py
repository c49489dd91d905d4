"""The fields of the form, each with what is wrong with it beside it."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from core.access import Action
from core.host_video import Course
from core.lesson import DRAFT, PUBLISHED
from core.lesson_form import (
    LONGEST_TITLE,
    Field,
    LessonSheet,
    problems,
    tidy,
)
from dashboard import access, courses, formats
from dashboard.lesson.draft import Draft
from dashboard.state import Key
from dashboard.upload.where import distinct

DESCRIPTION_PX = 140
NO_COURSE = "No course"


def show(lesson_id: str, mine: Draft, sheet: LessonSheet) -> None:
    """Those that the school's table has; what it lacks is left out."""
    wrong = _to_say(mine, sheet)
    for name, draw in DRAWN.items():
        if name in mine.mine:
            draw(f"lesson-{name}-{lesson_id}", mine, sheet)
            _note(name, mine, wrong, sheet)


def _to_say(mine: Draft, sheet: LessonSheet) -> Mapping[Field, str]:
    """Of fields that were changed, of all once somebody tried to save."""
    found = problems(tidy(mine.mine), sheet.row, needs_course=sheet.needs_course)
    return {name: said for name, said in found.items() if mine.tried or name in mine.changes}


def _note(name: Field, mine: Draft, wrong: Mapping[Field, str], sheet: LessonSheet) -> None:
    """Beside the title there is always a line, so that nothing moves under a click."""
    if said := wrong.get(name):
        st.markdown(f":small[:red[:material/error: {said}]]")
    elif name is Field.TITLE:
        most = min(LONGEST_TITLE, sheet.row.longest.get(name, LONGEST_TITLE))
        st.caption(f"{len(mine.mine[name])} of {most} characters")


def _keep(mine: Draft, name: Field, key: str) -> None:
    value = st.session_state[key]
    mine.mine[name] = "" if value is None else str(value)


def _title(key: str, mine: Draft, sheet: LessonSheet) -> None:
    st.session_state[key] = mine.mine[Field.TITLE]
    st.text_input(
        "Title", key=key, disabled=not sheet.may_edit, on_change=_keep, args=(mine, Field.TITLE, key)
    )


def _description(key: str, mine: Draft, sheet: LessonSheet) -> None:
    st.session_state[key] = mine.mine[Field.DESCRIPTION]
    st.text_area(
        "Description",
        key=key,
        height=DESCRIPTION_PX,
        disabled=not sheet.may_edit,
        on_change=_keep,
        args=(mine, Field.DESCRIPTION, key),
    )


def _course(key: str, mine: Draft, sheet: LessonSheet) -> None:
    now = mine.mine[Field.COURSE]
    labels = _courses(now, mine, sheet) if sheet.may_edit else {now: sheet.course or now or NO_COURSE}
    st.session_state[key] = now
    st.selectbox(
        "Course",
        list(labels),
        key=key,
        format_func=lambda one: labels.get(one, f"Course {one}"),
        disabled=not sheet.may_edit,
        on_change=_keep,
        args=(mine, Field.COURSE, key),
    )


def _courses(now: str, mine: Draft, sheet: LessonSheet) -> dict[str, str]:
    """By id: those that the person may add to, the one that it is in, and none where that may be."""
    found = {one.id: one.title for one in _offered()}
    was = {mine.base[Field.COURSE]: sheet.course} if mine.base[Field.COURSE] and sheet.course else {}
    held = {now: found.get(now, was.get(now, ""))} if now else {}
    none = {} if sheet.needs_course and now else {"": NO_COURSE}
    return {**none, **distinct({**was, **held, **found}, "course")}


def _offered() -> Sequence[Course]:
    person = access.require(Action.SEE_LIBRARY)
    return courses.narrowed(courses.whole(person).found, person, Key.LESSON_COURSE_SEARCH)


def _position(key: str, mine: Draft, sheet: LessonSheet) -> None:
    now = mine.mine[Field.POSITION]
    st.session_state[key] = int(now) if now else None
    st.number_input(
        "Order",
        key=key,
        value=None,
        step=1,
        placeholder="None",
        help="Where it stands among the lessons of its course; the lowest comes first.",
        disabled=not sheet.may_edit,
        on_change=_keep,
        args=(mine, Field.POSITION, key),
    )


def _published(key: str, mine: Draft, sheet: LessonSheet) -> None:
    st.session_state[key] = mine.mine[Field.STATUS] == PUBLISHED
    st.toggle("Published", key=key, disabled=not sheet.may_edit, on_change=_keep_published, args=(mine, key))
    if (said := mine.mine[Field.STATUS]) not in ("", DRAFT, PUBLISHED):
        st.caption(f"The school says “{formats.literal(said)}”.")


def _keep_published(mine: Draft, key: str) -> None:
    """Off is what the school said before, where that was something else than published."""
    was = mine.base[Field.STATUS]
    off = DRAFT if was == PUBLISHED else was
    mine.mine[Field.STATUS] = PUBLISHED if st.session_state[key] else off


DRAWN: Mapping[Field, Callable[[str, Draft, LessonSheet], None]] = {
    Field.TITLE: _title,
    Field.DESCRIPTION: _description,
    Field.COURSE: _course,
    Field.POSITION: _position,
    Field.STATUS: _published,
}
