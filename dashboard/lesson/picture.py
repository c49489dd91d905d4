"""The moment of the video that the lesson's picture shows."""

import math
from functools import partial

import streamlit as st

from core import thumbnail_choosing
from core.access import Action
from core.playback import PICTURE
from core.thumbnail_choosing import LessonPicture
from dashboard import access, errors, formats, state
from dashboard.components import standing
from dashboard.services import services
from dashboard.state import Key

WIDTH_PX = int(dict(PICTURE)["width"])


def show(lesson_id: str) -> None:
    """One that fails leaves the rest of the page as it is; nothing where there is none to choose."""
    errors.guarded(_show)(lesson_id)


def _show(lesson_id: str) -> None:
    found = _look(lesson_id)
    if found.asset_id is None or not found.may_edit:
        return
    with st.expander("Picture", icon=":material/image:", key=Key.LESSON_PICTURE), st.container():
        st.fragment(errors.guarded(_choose))(lesson_id)


def _look(lesson_id: str) -> LessonPicture:
    person = access.require(Action.SEE_LIBRARY)
    return thumbnail_choosing.picture(lesson_id, by=person, services=services())


def _choose(lesson_id: str) -> None:
    found = _look(lesson_id)
    st.caption(_stands(found))
    key = f"{Key.PICTURE_AT}-{lesson_id}"
    most = None if found.duration_s is None else math.floor(found.duration_s * 10) / 10
    st.session_state.setdefault(key, found.thumbnail.at_s or 0.0)
    at_s = st.number_input(
        "Moment, in seconds", key=key, min_value=0.0, max_value=most, step=1.0, format="%.1f"
    )
    then = partial(_take, key, most)
    standing.stands_at("Take it from the player", player="lesson", key=f"standing-{lesson_id}", then=then)
    with st.container(horizontal=True):
        looks = st.button("Look at it", icon=":material/visibility:", type="tertiary")
        if st.button("Use this moment", icon=":material/image:"):
            errors.guarded(_use)(lesson_id, at_s)
        if found.thumbnail.at_s is not None and st.button("Leave it to Mux", type="tertiary"):
            errors.guarded(_use)(lesson_id, None)
    if looks:
        errors.guarded(_preview)(lesson_id, at_s)


def _stands(found: LessonPicture) -> str:
    at_s = found.thumbnail.at_s
    now = "Mux takes the middle of the video" if at_s is None else f"It shows the moment at {_said(at_s)}"
    told = "" if found.thumbnail.is_told else " Mux is told of it in a moment."
    return f"{now}, in the library and before the video plays.{told}"


def _said(at_s: float) -> str:
    return f"{at_s:.1f} s ({formats.clock(at_s)})" if at_s >= 60 else f"{at_s:.1f} s"


def _take(key: str, most: float | None, at_s: float) -> None:
    st.session_state[key] = round(min(at_s, at_s if most is None else most), 1)


def _preview(lesson_id: str, at_s: float) -> None:
    """Only when somebody asks: Mux counts the pictures of each video."""
    person = access.require(Action.SEE_LIBRARY)
    address = thumbnail_choosing.preview(lesson_id, at_s, by=person, services=services())
    st.image(address, caption=f"At {_said(at_s)}", width=WIDTH_PX)


def _use(lesson_id: str, at_s: float | None) -> None:
    person = access.require(Action.SEE_LIBRARY)
    thumbnail_choosing.choose(lesson_id, at_s, by=person, services=services())
    state.say_next("Mux chooses the picture." if at_s is None else f"The picture shows {_said(at_s)}.")
    st.rerun()
