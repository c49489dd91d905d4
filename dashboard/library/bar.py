"""The bar that stays in sight: how many lessons are ticked, and what can be done to them at once."""

import streamlit as st

from core.batch import BatchKind
from core.bulk import Picked
from core.library import LibraryFilter
from dashboard import formats, kept
from dashboard.library import job, ticks
from dashboard.library.address import Place
from dashboard.state import Key

ACTIONS = {
    BatchKind.PUBLISH: ("Publish …", "publish"),
    BatchKind.UNPUBLISH: ("Take back to draft …", "edit_note"),
    BatchKind.COURSE: ("Move to a course …", "drive_file_move"),
    BatchKind.POLICY: ("Change who may play …", "lock_open"),
    BatchKind.CAPTIONS: ("Have Mux write captions …", "closed_caption"),
    BatchKind.NORMALISE: ("Even out the sound …", "graphic_eq"),
    BatchKind.DELETE: ("Delete copies at Mux …", "delete"),
}


def bar(at: Place, matching: int) -> None:
    """At the foot of the window."""
    picked = ticks.current(at)
    ticked = picked.count(matching)
    with st.bottom, st.container(gap="small"):
        st.markdown(_said(at, ticked, matching))
        with st.container(horizontal=True):
            _actions(at, ticked)
            _select_all(picked, at, ticked, matching)
            kept.clear(picked == ticks.NONE, ticks.choose, ticks.NONE, LibraryFilter())


def _said(at: Place, ticked: int, matching: int) -> str:
    if ticked:
        return f"**{formats.counted(ticked, 'lesson')} selected.**"
    if ticks.of_session(at).dropped:
        return "**Nothing is selected any more:** “all matching” was said of another filter."
    if not matching:
        return "**Nothing here to select.**"
    return f"**0 of {formats.number(matching)} selected.** Tick lessons to change many at once."


def _actions(at: Place, ticked: int) -> None:
    """A menu of what can be done; each asks before it begins."""
    kind: BatchKind | None = st.menu_button(
        f"Change {formats.counted(ticked, 'lesson')}",
        list(ACTIONS),
        format_func=_label,
        key=Key.BULK_ACTION,
        type="primary",
        disabled=not ticked,
        help=None if ticked else "Tick at least one lesson.",
    )
    if kind is not None:
        job.ask(kind, at)


def _label(kind: BatchKind) -> str:
    words, icon = ACTIONS[kind]
    return f":material/{icon}: {words}"


def _select_all(picked: Picked, at: Place, ticked: int, matching: int) -> None:
    if matching and (picked.mode == "some" or ticked < matching):
        kept.select_all(matching, ticks.choose, Picked("all"), at.filter)
