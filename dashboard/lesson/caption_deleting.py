"""The question before captions are deleted."""

import streamlit as st

from core import captioning
from core.access import Action
from dashboard import access, errors, formats, state
from dashboard.services import services, settings
from dashboard.state import Key

PHRASE = "delete"


def ask(lesson_id: str, key: str, name: str) -> None:
    """What was typed at the last question is forgotten."""
    st.session_state[Key.CAPTIONS_TYPED] = ""
    _dialog(lesson_id, key, name)


@st.dialog("Delete captions?")
@errors.guarded
def _dialog(lesson_id: str, key: str, name: str) -> None:
    st.write(
        f"“{formats.literal(name)}” go at Mux and in S3, for everybody who watches this video. They cannot "
        "be brought back: download them first if you may need them. The video and its other captions stay."
    )
    st.button(
        "Delete captions",
        type="primary",
        on_click=errors.acting(_delete),
        args=(lesson_id, key),
        disabled=not _is_confirmed(),
    )


def _is_confirmed() -> bool:
    """At the real Mux it takes a typed word."""
    if not settings().mux_is_real:
        return True
    typed = st.text_input(f"Type “{PHRASE}” to confirm", key=Key.CAPTIONS_TYPED)
    return typed.strip().lower() == PHRASE


def _delete(lesson_id: str, key: str) -> None:
    captioning.delete(lesson_id, key, by=access.require(Action.SEE_LIBRARY), services=services())
    state.say_next("The captions are being deleted.")
    st.rerun()
