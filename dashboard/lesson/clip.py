"""A part of the lesson's video, to look at without anything being cut."""

from functools import partial

import streamlit as st

from core import clipping
from core.access import Action
from core.clip import Clip, End, problems
from core.clipping import Clipped, Whole
from dashboard import access, errors
from dashboard.components.inbox import Answer, Message
from dashboard.components.player import Video, addresses, player, video_of
from dashboard.services import services
from dashboard.state import Key
from dashboard.watch import screen

USUAL_S = 30.0
LABELS = {End.START: "From, in seconds", End.END: "To, in seconds"}
KEYS = {End.START: Key.CLIP_START, End.END: Key.CLIP_END}


def show(lesson_id: str) -> None:
    """One that fails leaves the rest of the page as it is; nothing where the video is not at Mux."""
    errors.guarded(_show)(lesson_id)


def _show(lesson_id: str) -> None:
    person = access.require(Action.SEE_LIBRARY)
    whole = clipping.whole(lesson_id, by=person, services=services())
    if whole is not None:
        with (
            st.expander("Part of the video", icon=":material/content_cut:", key=Key.LESSON_PART),
            st.container(),
        ):
            st.fragment(errors.guarded(_choose))(lesson_id, whole)


def _choose(lesson_id: str, whole: Whole) -> None:
    """Nothing is loaded before somebody asks; what plays stays while another part is typed."""
    st.caption("Play from one moment to another. No other copy is made: it costs what playing costs.")
    clip, wrong = _fields(lesson_id, whole)
    key = f"{Key.CLIP_PLAYED}-{lesson_id}"
    if st.button("Play this part", disabled=bool(wrong), icon=":material/play_arrow:"):
        st.session_state[key] = clip
    if chosen := st.session_state.get(key):
        errors.guarded(_play)(lesson_id, chosen)


def _fields(lesson_id: str, whole: Whole) -> tuple[Clip, bool]:
    """The two ends, what is wrong with each below it."""
    usual = {End.START: 0.0, End.END: round(min(USUAL_S, whole.duration_s or USUAL_S), 1)}
    columns, typed = st.columns(2), {}
    for end, column in zip(End, columns, strict=True):
        key = f"{KEYS[end]}-{lesson_id}"
        st.session_state.setdefault(key, usual[end])
        with column:
            typed[end] = st.number_input(LABELS[end], key=key, step=1.0, format="%.1f")
    clip = Clip(start_s=typed[End.START], end_s=typed[End.END])
    wrong = problems(clip, duration_s=whole.duration_s)
    for end, column in zip(End, columns, strict=True):
        if end in wrong:
            column.markdown(f":red[{wrong[end]}]")
    return clip, bool(wrong)


def _play(lesson_id: str, clip: Clip) -> None:
    made = _made(lesson_id, clip)
    player(_video(made), key="clip", respond=partial(_respond, lesson_id, clip))
    st.caption("A few seconds more may play at either end: Mux cuts where a segment begins.")
    if made.link:
        st.caption("Its address, which plays for anybody:")
        st.code(made.link, language=None, wrap_lines=True)


def _made(lesson_id: str, clip: Clip) -> Clipped:
    person = access.require(Action.SEE_LIBRARY)
    return clipping.clipped(lesson_id, clip, by=person, services=services())


def _video(made: Clipped) -> Video:
    return video_of(made.playback, part=f"{made.clip.start_s}-{made.clip.end_s}")


def _respond(lesson_id: str, clip: Clip, message: Message) -> Answer | None:
    """New addresses are those of the part; trouble is kept as everywhere."""
    if message.get("type") == "renew":
        return addresses(_video(_made(lesson_id, clip)))
    return screen.respond(lesson_id, message)
