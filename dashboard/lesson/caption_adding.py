"""Adding captions to a lesson: a file of one's own, or written by Mux from the sound."""

import streamlit as st

from core import captioning
from core.access import Action
from core.caption_looking import LessonCaptions
from core.text_track import TrackState
from core.upload_captioning import language_of
from dashboard import access, errors, formats, state, words
from dashboard.lesson import caption_terms
from dashboard.services import services
from dashboard.state import Key

BESIDE = ""
SPOKEN = [code for code in words.CAPTION_LANGUAGES if code]
"""What Mux writes; `auto` finds out."""

WRITTEN = [code for code in SPOKEN if code != "auto"]


def show(found: LessonCaptions) -> None:
    """Two ways, each behind its button."""
    with st.container(horizontal=True):
        with st.popover("Upload a file", icon=":material/upload:"):
            _file(found)
        with st.popover("Have Mux write them", icon=":material/hearing:", disabled=not found.has_sound):
            _written(found)
    if not found.has_sound:
        st.caption("Mux writes captions from the sound, and this video has none.")


def _file(found: LessonCaptions) -> None:
    brought = st.file_uploader("WebVTT or SRT", type=["vtt", "srt"], key=Key.CAPTIONS_FILE)
    guess = language_of(brought.name, None) if brought else WRITTEN[0]
    codes = list(dict.fromkeys([guess, *WRITTEN]))
    st.selectbox(
        "Language",
        codes,
        format_func=caption_terms.language,
        key=f"{Key.CAPTIONS_LANGUAGE}-{guess}",
        accept_new_options=True,
        help="Another one? Type its code, such as da or pt-BR.",
    )
    st.text_input("Name in the player", key=Key.CAPTIONS_NAME, placeholder="As the language")
    there = {one.key: one.name for one in found.lines if one.state in (TrackState.READY, TrackState.LOST)}
    st.selectbox(
        "They",
        [BESIDE, *there],
        format_func=lambda key: f"take the place of “{there[key]}”" if key else "stand beside the others",
        key=Key.CAPTIONS_REPLACES,
    )
    if st.button("Upload captions", type="primary", disabled=brought is None):
        errors.guarded(_upload)(found.lesson_id, guess)


def _upload(lesson_id: str, guess: str) -> None:
    person, brought = access.require(Action.SEE_LIBRARY), st.session_state[Key.CAPTIONS_FILE]
    code = str(st.session_state[f"{Key.CAPTIONS_LANGUAGE}-{guess}"])
    captioning.upload(
        lesson_id,
        brought.getvalue(),
        language=code,
        name=str(st.session_state[Key.CAPTIONS_NAME]) or caption_terms.language(code),
        replaces=st.session_state[Key.CAPTIONS_REPLACES] or None,
        by=person,
        services=services(),
    )
    state.say_next(f"“{formats.literal(brought.name)}” is on its way to Mux.")
    st.rerun()


def _written(found: LessonCaptions) -> None:
    st.selectbox(
        "Language that is spoken", SPOKEN, format_func=caption_terms.language, key=Key.CAPTIONS_WRITTEN
    )
    st.caption("It takes about as long as a tenth of the video. You can close this page meanwhile.")
    if st.button("Write captions", type="primary"):
        errors.guarded(_write)(found.lesson_id)


def _write(lesson_id: str) -> None:
    person, code = access.require(Action.SEE_LIBRARY), str(st.session_state[Key.CAPTIONS_WRITTEN])
    name = "Captions" if code == "auto" else caption_terms.language(code)
    captioning.generate(lesson_id, code, name=name, by=person, services=services())
    state.say_next("Mux writes the captions.")
    st.rerun()
