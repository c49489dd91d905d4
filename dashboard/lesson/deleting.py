"""Deleting the copy at Mux that the lesson plays: what would go, what stays, and a typed word before it."""

import time
from functools import partial
from secrets import token_hex

import streamlit as st

from core import bulk_starting, lesson_recalling, lesson_telling
from core.access import Action
from core.asset import AssetStatus
from core.batch import BatchKind
from core.bulk import Picked
from core.lesson_former import Version
from core.lesson_story import LessonFilm, Others
from core.library import LibraryFilter
from dashboard import access, errors, formats, state
from dashboard.services import services
from dashboard.state import Key

WORD = "delete"
SHOWN = 5
PATIENCE_S = 60.0


def show(film: LessonFilm, *, may_edit: bool) -> None:
    """Offered to whoever may change a lesson that has a copy at Mux."""
    is_there = film.asset is not None and film.asset.status is not AssetStatus.DELETED
    if not may_edit or not is_there:
        return
    if is_going(film.lesson_id):
        st.caption("Its copy at Mux is being deleted.")
    elif st.button("Delete the copy at Mux …", icon=":material/delete:", type="tertiary"):
        st.session_state[Key.LESSON_DELETE_TYPED] = ""
        _ask(film, token_hex(8))


def is_going(lesson_id: str) -> bool:
    """Whether this session asked for it a moment ago; what takes longer, the Batches page tells of."""
    asked, at_s = st.session_state.get(Key.LESSON_DELETING, ("", 0.0))
    return bool(asked == lesson_id) and time.monotonic() - at_s < PATIENCE_S


def is_over(film: LessonFilm) -> bool:
    """Whether what this session asked for has happened; then nobody waits for it any more."""
    gone = film.asset is None or film.asset.status is AssetStatus.DELETED
    if is_going(film.lesson_id) and gone:
        del st.session_state[Key.LESSON_DELETING]
        return True
    return False


@st.dialog("Delete the copy at Mux?")
@errors.guarded
def _ask(film: LessonFilm, once: str) -> None:
    person = access.require(Action.SEE_LIBRARY)
    others = lesson_telling.others_on(film.lesson_id, by=person, services=services())
    then = lesson_recalling.after_deletion(film.lesson_id, by=person, services=services())
    after = _earlier(then) if then else _after(film)
    st.write(f"The copy that this lesson plays is deleted at Mux and cannot be brought back. {after}")
    _say_who_else(others)
    typed = st.text_input(f"Type “{WORD}” to confirm", key=Key.LESSON_DELETE_TYPED)
    st.button(
        "Delete 1 copy",
        type="primary",
        disabled=typed.strip().lower() != WORD,
        on_click=errors.acting(partial(_start, film.lesson_id, once)),
    )


def _say_who_else(others: Others) -> None:
    if others.playing:
        named = ", ".join(f"“{formats.literal(title or one)}”" for one, title in others.playing[:SHOWN])
        more = f" and {len(others.playing) - SHOWN} more" if len(others.playing) > SHOWN else ""
        st.warning(f"Gone for these lessons, too, which play the same copy: {named}{more}.")
    if others.keeping:
        lessons = formats.counted(others.keeping, "other lesson")
        st.warning(f"It is an earlier version of {lessons}, too, and cannot be played again there.")


def _earlier(version: Version) -> str:
    came = formats.literal(version.came or "the video at Mux")
    return f"The lesson plays its earlier version again: {came}, as it did before that was replaced."


def _after(film: LessonFilm) -> str:
    if film.original is None:
        return "**There is no file in S3: the lesson plays nothing afterwards.**"
    return f"The lesson plays its file in S3 again, which stays: {formats.literal(str(film.original))}"


def _start(lesson_id: str, once: str) -> None:
    """A batch of one: the worker deletes, and tries again while Mux is away."""
    bulk_starting.start(
        BatchKind.DELETE,
        filter=LibraryFilter(),
        picked=Picked("some", frozenset({lesson_id})),
        by=access.require(Action.SEE_LIBRARY),
        services=services(),
        once=once,
    )
    st.session_state[Key.LESSON_DELETING] = (lesson_id, time.monotonic())
    state.say_next("The copy is being deleted.")
    st.rerun()
