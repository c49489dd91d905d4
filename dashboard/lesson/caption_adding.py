"""Adding captions to a lesson: a file of one's own, or written by Mux from the sound."""

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

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

BRINGING, WRITING = f"{Key.CAPTIONS_FILE}-open", f"{Key.CAPTIONS_WRITTEN}-open"
FILES, DONE = f"{Key.CAPTIONS_FILE}-number", f"{Key.CAPTIONS_FILE}-done"

WRITTEN = [code for code in SPOKEN if code != "auto"]


def show(found: LessonCaptions) -> None:
    """Two ways, each behind its button."""
    _close()
    with st.container(horizontal=True):
        with st.popover("Upload a file", icon=":material/upload:", key=BRINGING, on_change="rerun"):
            _file(found)
        with st.popover(
            "Have Mux write them",
            icon=":material/hearing:",
            disabled=not found.has_sound,
            key=WRITING,
            on_change="rerun",
        ):
            _written(found)
    if not found.has_sound:
        st.caption("Mux writes captions from the sound, and this video has none.")


def _close() -> None:
    """What somebody asked for is under way: the list above tells of it, and nothing is left to send twice."""
    if st.session_state.pop(DONE, False):
        st.session_state[BRINGING] = st.session_state[WRITING] = False
        st.session_state[FILES] = st.session_state.get(FILES, 0) + 1


def _done(sentence: str) -> None:
    st.session_state[DONE] = True
    state.say_next(sentence)
    st.rerun()


def _file(found: LessonCaptions) -> None:
    number = st.session_state.get(FILES, 0)  # of another name, the field is empty again
    brought = st.file_uploader("WebVTT or SRT", type=["vtt", "srt"], key=f"{Key.CAPTIONS_FILE}-{number}")
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
    if st.button("Upload captions", type="primary", disabled=brought is None) and brought:
        errors.guarded(_upload)(found.lesson_id, brought, guess)


def _upload(lesson_id: str, brought: UploadedFile, guess: str) -> None:
    person = access.require(Action.SEE_LIBRARY)
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
    _done(f"“{formats.literal(brought.name)}” is on its way to Mux.")


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
    _done("Mux writes the captions.")
