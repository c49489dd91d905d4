"""The captions of a lesson: which there are, to take away, change, add or delete."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from core import caption_looking, captioning
from core.access import Action, Person
from core.caption_looking import CaptionLine, LessonCaptions
from core.text_track import MOVING, TrackState
from dashboard import access, errors, formats, state
from dashboard.lesson import caption_adding, caption_deleting, caption_editor, caption_terms
from dashboard.services import services

LOOK_S = 2.0
FILES = {"vtt": "WebVTT", "srt": "SRT", "txt": "Text"}


def show(lesson_id: str) -> None:
    """One that fails leaves the rest of the page as it is."""
    st.subheader("Captions", anchor=False)
    errors.guarded(_show)(lesson_id)


def _show(lesson_id: str) -> None:
    """The list looks by itself while anything is under way; what is open below it stays open meanwhile."""
    found = _look(lesson_id)
    moves = _moves(found)
    with st.container():
        st.fragment(errors.guarded(_list), run_every=LOOK_S if moves else None)(lesson_id, moved=moves)
    if found.may_edit and found.asset_id:
        with st.container():
            st.fragment(errors.guarded(_change))(lesson_id)


def _change(lesson_id: str) -> None:
    found = _look(lesson_id)
    caption_adding.show(found)
    caption_editor.show(found)


def _look(lesson_id: str) -> LessonCaptions:
    person = access.require(Action.SEE_LIBRARY)
    return caption_looking.captions(lesson_id, by=person, services=services())


def _moves(found: LessonCaptions) -> bool:
    return any(line.state in MOVING for line in found.lines)


def _list(lesson_id: str, *, moved: bool) -> None:
    found = _look(lesson_id)
    if moved and not _moves(found):
        st.rerun()  # nothing is under way any more: no more looks by itself
    if found.asset_id is None:
        st.caption("Captions belong to a video at Mux. They can be added once it is ready there.")
        return
    if not found.lines:
        st.caption("None yet. Upload a file of captions, or have Mux write them from the sound.")
    for line in found.lines:
        _line(found, line)


def _line(found: LessonCaptions, line: CaptionLine) -> None:
    with st.container(border=True, gap="xsmall"):
        st.markdown(caption_terms.line(line))
        if said := line.reason or caption_terms.STATE[line.state].sentence:
            st.caption(formats.literal(said))
        with st.container(horizontal=True):
            if line.can_be_read and found.may_read:
                _files(found.lesson_id, line)
            if found.may_edit:
                _actions(found, line)


def _files(lesson_id: str, line: CaptionLine) -> None:
    """Each is read when somebody asks for it: outside of this run, which alone knows who they are."""
    person = access.require(Action.SEE_LIBRARY)
    for ending, label in FILES.items():
        st.download_button(
            label,
            partial(file, lesson_id, line.key, ending, by=person),
            file_name=f"{line.name}.{ending}",
            key=f"captions-{ending}-{line.key}",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
        )


def file(lesson_id: str, key: str, ending: str, *, by: Person) -> str:
    """The captions as `vtt`, `srt` or `txt`. Raises `NotFound`, `NotAllowed`, and what S3 and Mux raise."""
    found = caption_looking.captions_file(lesson_id, key, by=by, services=services())
    return caption_looking.written(found, ending)[0]


def _actions(found: LessonCaptions, line: CaptionLine) -> None:
    lesson_id, key = found.lesson_id, line.key
    if line.state is TrackState.READY and found.may_read:
        _button("Edit", "edit", key, partial(caption_editor.begin, lesson_id, key))
    if line.state is TrackState.LOST:
        _button("Put back", "undo", key, partial(_put_back, lesson_id, key))
    if line.state is not TrackState.DELETING:
        _button("Delete", "delete", key, partial(caption_deleting.ask, lesson_id, key, line.name))


def _button(label: str, icon: str, key: str, act: Callable[[], None]) -> None:
    """What goes wrong is said beside it."""
    if st.button(label, key=f"captions-{icon}-{key}", icon=f":material/{icon}:", type="tertiary"):
        errors.guarded(act)()


def _put_back(lesson_id: str, key: str) -> None:
    captioning.put_back(lesson_id, key, by=access.require(Action.SEE_LIBRARY), services=services())
    state.say_next("Mux is given the captions again.")
    st.rerun()
