"""No video: what a lesson plays is taken away, with the way back."""

from functools import partial

import streamlit as st

from core import lesson_recalling, lesson_replacing
from core.access import Action
from core.lesson_story import LessonFilm
from core.playback import Provider
from dashboard import access, errors, formats, state
from dashboard.services import services, settings


def show(film: LessonFilm, *, may_edit: bool) -> None:
    """Offered to whoever may change a lesson that plays something."""
    if not may_edit or film.provider is Provider.NONE or film.under_way:
        return
    if st.button("No video …", icon=":material/videocam_off:", type="tertiary"):
        _ask(film)


@st.dialog("Take the video away?")
@errors.guarded
def _ask(film: LessonFilm) -> None:
    person = access.require(Action.SEE_LIBRARY)
    now = lesson_recalling.versions(film.lesson_id, by=person, services=services())
    st.write(f"Learners see no video in this lesson until it gets another one. {_kept(film)}")
    st.button(
        "Take the video away",
        type="primary",
        on_click=errors.acting(partial(_take, film.lesson_id, now.mark)),
    )


def _kept(film: LessonFilm) -> str:
    days = formats.number(settings().former_kept_days)
    at_mux = f"its copy at Mux for {days} days" if film.provider is Provider.MUX else "with its file"
    return f"What it plays now is kept below “Earlier versions”, {at_mux}; nothing is deleted in S3."


def _take(lesson_id: str, mark: str) -> None:
    person = access.require(Action.SEE_LIBRARY)
    lesson_replacing.take_away(lesson_id, seen=mark, by=person, services=services())
    state.say_next("The lesson has no video now. The way back is below “Earlier versions”.")
    st.rerun()
