"""The sound of what a lesson plays at Mux: evened out by a new copy, with what that costs and takes."""

from functools import partial
from secrets import token_hex

import streamlit as st

from core import bulk_starting
from core.access import Action
from core.asset import AssetStatus
from core.batch import ALIVE, BatchKind, ItemState
from core.bulk import Picked
from core.lesson_story import LessonFilm
from core.library import LibraryFilter
from core.records import Item
from dashboard import access, bones, errors, formats, state
from dashboard.batches.kinds import LESSON
from dashboard.library import cost, job
from dashboard.reasons import TROUBLE
from dashboard.services import services

KIND = BatchKind.NORMALISE


def show(film: LessonFilm, *, may_edit: bool) -> None:
    """Offered to whoever may change a lesson whose copy has not got even sound yet."""
    if not may_edit or film.asset is None or film.asset.status is not AssetStatus.READY:
        return
    if film.remake and film.remake.state in ALIVE:
        _under_way(film.remake)
    elif not film.asset.normalized:
        if film.remake and film.remake.state is ItemState.FAILED:
            st.caption(f":red-badge[:material/error: Sound not evened out] {_why(film.remake)}")
        if st.button("Even out the sound …", icon=":material/graphic_eq:", type="tertiary"):
            _ask(film.lesson_id, token_hex(8))


def is_coming(film: LessonFilm) -> bool:
    """Whether a new copy is on its way."""
    return film.remake is not None and film.remake.state in ALIVE


def _under_way(item: Item) -> None:
    term = LESSON[item.state]
    reason = formats.literal(item.reason) if item.reason else ""
    st.caption(f"Its sound is being evened out: {term.badge} {reason}")
    if access.may(Action.SEE_BATCHES):
        bones.link("batch.py", "Its batch", query={"id": str(item.batch_id)})


def _why(item: Item) -> str:
    said = formats.literal(item.reason) if item.reason else ""
    return said or (TROUBLE[item.trouble].sentence if item.trouble else "")


@st.dialog("Even out the sound?")
@errors.guarded
def _ask(lesson_id: str, once: str) -> None:
    person = access.require(Action.SEE_LIBRARY)
    totals = bulk_starting.plan(
        KIND, filter=LibraryFilter(), picked=_this(lesson_id), by=person, services=services()
    )
    st.write("Loud and quiet parts come nearer to one another, so that the lesson is as loud as the others.")
    st.markdown(job.sentence(KIND, totals, bulk_starting.takes_s(KIND, totals, services())))
    st.caption(job.AFTER[KIND])
    if priced := cost.sentence(totals):
        st.caption(priced)
    st.button(
        "Even out the sound",
        type="primary",
        disabled=not totals.change,
        on_click=errors.acting(partial(_start, lesson_id, once)),
    )


def _start(lesson_id: str, once: str) -> None:
    """A batch of one: a second click of the same question finds it."""
    person = access.require(Action.SEE_LIBRARY)
    bulk_starting.start(
        KIND, filter=LibraryFilter(), picked=_this(lesson_id), by=person, services=services(), once=once
    )
    state.say_next("Its sound is being evened out. You can close the browser at any time.")
    st.rerun()


def _this(lesson_id: str) -> Picked:
    return Picked("some", frozenset({lesson_id}))
