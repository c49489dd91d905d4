"""What lies beside the lesson: opened, put in order, named anew, taken away."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from uuid import UUID

import streamlit as st

from core import lesson_arranging
from core.access import Action
from core.resource import Resource
from core.upload import FileKind
from dashboard import access, bones, errors, formats, state, words
from dashboard.lesson.head import LESSON
from dashboard.services import services
from dashboard.state import Key

ICON: Mapping[FileKind, str] = {
    FileKind.VIDEO: ":material/movie:",
    FileKind.AUDIO: ":material/volume_up:",
    FileKind.PDF: ":material/description:",
    FileKind.IMAGE: ":material/image:",
    FileKind.SUBTITLE: ":material/subtitles:",
}
BRING = "Bring a file"


def show(lesson_id: str, *, may_edit: bool) -> None:
    """One fragment; who may only see the lesson reads the list."""
    st.subheader("Resources", anchor=False)
    st.fragment(errors.guarded(_draw))(lesson_id, may_edit)


def _draw(lesson_id: str, may_edit: bool) -> None:
    person = access.require(Action.SEE_LIBRARY)
    found = lesson_arranging.beside(lesson_id, by=person, services=services())
    if not found:
        st.caption("Nothing lies beside this lesson: no sound, PDF, picture, captions or chapters.")
    for number, one in enumerate(found):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(_line(one), width="stretch")
            with st.container(horizontal=True, width="content"):
                if one.url:
                    st.link_button("Open", one.url, type="tertiary")
                if may_edit:
                    _actions(replace(one, url=""), number, len(found))
    if may_edit and access.may(Action.SEE_UPLOADS):
        bones.link("upload.py", BRING, query={LESSON: lesson_id})


def _line(one: Resource) -> str:
    zone, now = formats.reader_zone(), services().clock()
    is_chapters = one.kind is FileKind.SUBTITLE and not one.are_captions
    said = [
        "Chapters" if is_chapters else words.FILE_KIND[one.kind],
        formats.size(one.size_bytes),
        f"{formats.literal(one.person)}, {formats.ago(one.created_at, zone=zone, now=now)}",
    ]
    return f"{ICON[one.kind]} **{formats.literal(one.name)}** :small[:gray[{' · '.join(said)}]]"


def _actions(one: Resource, number: int, count: int) -> None:
    """Its address that opens is not among what callbacks keep."""
    for label, places, is_end in (("Up", -1, number == 0), ("Down", 1, number == count - 1)):
        st.button(
            label,
            key=f"{label}-{one.id}",
            type="tertiary",
            disabled=is_end,
            on_click=errors.acting(partial(_move, one.lesson_id, one.id, places)),
        )
    if st.button("Rename …", key=f"rename-{one.id}", type="tertiary"):
        st.session_state[Key.RESOURCE_NAME] = one.name
        _rename_dialog(one)
    if st.button("Remove …", key=f"remove-{one.id}", type="tertiary"):
        _remove_dialog(one)


def _move(lesson_id: str, resource_id: UUID, places: int) -> None:
    person = access.require(Action.SEE_LIBRARY)
    lesson_arranging.move(lesson_id, resource_id, places=places, by=person, services=services())


@st.dialog("Rename this resource")
@errors.guarded
def _rename_dialog(one: Resource) -> None:
    st.text_input("Name", key=Key.RESOURCE_NAME, max_chars=lesson_arranging.LONGEST_NAME)
    st.caption("Its ending stays as it is.")
    st.button("Rename", type="primary", on_click=errors.acting(partial(_rename, one)))


def _rename(one: Resource) -> None:
    person, name = access.require(Action.SEE_LIBRARY), str(st.session_state[Key.RESOURCE_NAME])
    lesson_arranging.rename(one.lesson_id, one.id, name, by=person, services=services())
    state.say_next("Renamed.")
    st.rerun()


@st.dialog("Remove this resource?")
@errors.guarded
def _remove_dialog(one: Resource) -> None:
    st.write(
        f"“{formats.literal(one.name)}” will no longer lie beside this lesson. The file stays in S3, "
        "and so do captions that Mux was given already."
    )
    st.code(str(one.location), language=None, wrap_lines=True)
    st.button("Remove 1 resource", type="primary", on_click=errors.acting(partial(_remove, one)))


def _remove(one: Resource) -> None:
    person = access.require(Action.SEE_LIBRARY)
    lesson_arranging.remove(one.lesson_id, one.id, by=person, services=services())
    state.say_next("Removed; the file stays in S3.")
    st.rerun()
