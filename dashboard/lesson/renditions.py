"""MP4s of a lesson's video for download: which there are, to make one, take one away or delete it."""

from functools import partial

import streamlit as st

from core import rendition_looking, rendition_making
from core.access import Action
from core.rendition import CAME_TO_NOTHING, MOVING, RenditionState
from core.rendition_looking import Choice, LessonRenditions, RenditionLine
from dashboard import access, errors, state
from dashboard.components import download
from dashboard.lesson import rendition_terms
from dashboard.services import services
from dashboard.state import Key

LOOK_S = 2.0


def show(lesson_id: str) -> None:
    """One that fails leaves the rest of the page as it is; nothing where there is no video at Mux."""
    errors.guarded(_show)(lesson_id)


def _show(lesson_id: str) -> None:
    """The list looks by itself while anything is under way; what is chosen below it stays meanwhile."""
    found = _look(lesson_id)
    if found.asset_id is None or not (found.lines or found.may_edit):
        return
    moves = _moves(found)
    with st.expander("Download", icon=":material/download:", key=Key.LESSON_FILES):
        with st.container():
            st.fragment(errors.guarded(_list), run_every=LOOK_S if moves else None)(lesson_id, moved=moves)
        if found.may_edit:
            with st.container():
                st.fragment(errors.guarded(_offer))(lesson_id)


def _look(lesson_id: str) -> LessonRenditions:
    person = access.require(Action.SEE_LIBRARY)
    return rendition_looking.renditions(lesson_id, by=person, services=services())


def _moves(found: LessonRenditions) -> bool:
    return any(line.state in MOVING for line in found.lines)


def _list(lesson_id: str, *, moved: bool) -> None:
    found = _look(lesson_id)
    if moved and not _moves(found):
        st.rerun()  # nothing is under way any more: no more looks by itself
    if not found.lines:
        st.caption("There is no file to download yet. Mux makes one from the video.")
    for line in found.lines:
        _line(found, line)


def _line(found: LessonRenditions, line: RenditionLine) -> None:
    with st.container(border=True, gap="xsmall"):
        st.markdown(rendition_terms.line(line))
        if said := rendition_terms.note(line):
            st.caption(said)
        with st.container(horizontal=True):
            asked = line.state is RenditionState.READY and found.may_play and _button("Download", line)
            if found.may_edit and line.can_be_deleted and line.state is not RenditionState.DELETING:
                _delete(found.lesson_id, line)
        if asked:
            errors.guarded(_download)(found.lesson_id, line.key)


def _button(label: str, line: RenditionLine) -> bool:
    key = f"rendition-{label}-{line.key}"
    return st.button(label, key=key, icon=f":material/{label.lower()}:", type="tertiary")


def _download(lesson_id: str, key: str) -> None:
    """The address goes to the browser in this run alone."""
    person = access.require(Action.SEE_LIBRARY)
    made = rendition_making.download(lesson_id, key, by=person, services=services())
    download.begin(made.url, key=f"rendition-begin-{key}")


def _delete(lesson_id: str, line: RenditionLine) -> None:
    """What came to nothing is only taken off the list."""
    act = errors.guarded(partial(_deleted, lesson_id, line))
    if line.state in CAME_TO_NOTHING:
        if _button("Delete", line):
            act()
        return
    with st.popover("Delete …", icon=":material/delete:", type="tertiary"):
        st.write("The file goes at Mux, and the address of it in the school's table. The video stays.")
        if st.button("Delete 1 file", key=f"rendition-gone-{line.key}", type="primary"):
            act()


def _deleted(lesson_id: str, line: RenditionLine) -> None:
    person = access.require(Action.SEE_LIBRARY)
    rendition_making.delete(lesson_id, line.key, by=person, services=services())
    state.say_next("The file is being deleted at Mux. It can be made again.")
    st.rerun()


def _offer(lesson_id: str) -> None:
    """What it costs stands beside the choice."""
    choices = {one.resolution.value: one for one in _look(lesson_id).choices if not one.is_there}
    if not choices:
        return
    first = next((number for number, one in enumerate(choices.values()) if not one.obstacle), 0)
    chosen = choices[
        st.selectbox(
            "Make an MP4 for download",
            list(choices),
            index=first,
            format_func=lambda one: rendition_terms.choice(choices[one]) if one in choices else one,
            key=f"{Key.LESSON_FILE_SIZE}-{lesson_id}",
        )
    ]
    st.caption(chosen.obstacle or rendition_terms.cost(chosen.file))
    if st.button("Make the file", disabled=bool(chosen.obstacle), icon=":material/movie:"):
        errors.guarded(_make)(lesson_id, chosen)


def _make(lesson_id: str, chosen: Choice) -> None:
    person = access.require(Action.SEE_LIBRARY)
    rendition_making.make(lesson_id, chosen.resolution, by=person, services=services())
    state.say_next("Mux makes the file. It can be downloaded here once it is ready.")
    st.rerun()
