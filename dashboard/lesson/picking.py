"""A file that lies in S3 already becomes what the lesson plays."""

from functools import partial

import streamlit as st

from core import lesson_picking
from core.access import Action
from core.lesson_story import LessonFilm
from core.source import Source
from dashboard import access, errors, formats, state
from dashboard.services import services
from dashboard.state import Key


def show(film: LessonFilm, *, may_edit: bool) -> None:
    """Offered to whoever may change the lesson and sees what is in S3; read once it is opened."""
    if not may_edit or not access.may(Action.SEE_SOURCES):
        return
    if film.under_way:
        return
    box = st.expander(
        "Take a file that is in S3", icon=":material/inventory_2:", on_change="rerun", key=Key.LESSON_PICK
    )
    if box.open:
        with box:
            _choose(film.lesson_id)


def _choose(lesson_id: str) -> None:
    person = access.require(Action.SEE_SOURCES)
    search = st.text_input("Find a file", key=Key.LESSON_PICK_SEARCH, placeholder="Part of its key")
    found = lesson_picking.offered(search, by=person, services=services())
    if not found:
        st.caption("No video in S3 has this in its key. Search for another word, or scan again.")
        return
    labels = {one.id: _label(one) for one in found}
    chosen = st.selectbox(
        "File",
        list(labels),
        index=None,
        format_func=lambda one: labels.get(one, ""),
        key=Key.LESSON_PICKED,
        placeholder=f"Choose one of {formats.counted(len(labels), 'file')}",
    )
    st.caption(
        "The lesson plays it from S3 at once; the next migration takes it to Mux. "
        "What it plays now is kept below “Earlier versions”."
    )
    st.button(
        "Use this file",
        on_click=errors.acting(partial(_pick, lesson_id, chosen)),
        disabled=chosen not in labels,
        help=None if chosen in labels else "Choose a file first.",
    )


def _label(one: Source) -> str:
    used = f"used by {formats.counted(one.rows, 'row')}" if one.rows else "no lesson"
    return f"{one.key} · {formats.size(one.size_bytes)} · {formats.clock(one.duration_s)} · {used}"


def _pick(lesson_id: str, source_id: int | None) -> None:
    if source_id is None:
        return
    person = access.require(Action.SEE_SOURCES)
    lesson_picking.pick(lesson_id, source_id, by=person, services=services())
    state.say_next("The lesson plays this file from S3.")
    st.rerun()
