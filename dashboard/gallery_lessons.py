"""The library's and the lesson page's states, for whoever changes one: nothing here is real."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import streamlit as st

from core.caption_looking import CaptionLine
from core.lesson_story import Step, What
from core.library import Film, LibraryLine
from core.playback import Provider
from core.text_track import Origin, TrackState
from dashboard import bones
from dashboard.lesson import caption_terms, rendition_terms, terms
from dashboard.library import cards, grid
from dashboard.state import Key

NOON = datetime(2026, 11, 12, 12, tzinfo=UTC)
PLAIN = LibraryLine(lesson_id="1", title="Intro to sets", provider=Provider.S3, film=Film.PLAYS)
FULL = replace(
    PLAIN,
    lesson_id="2",
    title=f"A very long title {'that goes on ' * 30}<b>_and on_</b> 🎬",
    course="Sets and logic, for everybody who begins",
    owner="Tess Teacher",
    is_published=False,
    changed_at=NOON,
    provider=Provider.MUX,
    duration_s=4_364.0,
    captions=True,
    quality="plus",
)


def lines() -> tuple[LibraryLine, ...]:
    """A lesson for each thing that can play it, and for each reason why nothing does."""
    return (PLAIN, FULL, replace(PLAIN, title=""), *_lines())


def _lines() -> Iterator[LibraryLine]:
    for provider in (Provider.MUX, Provider.HLS):
        yield replace(PLAIN, lesson_id=provider, provider=provider, is_published=True)
    for film in (one for one in Film if one is not Film.PLAYS):
        yield replace(PLAIN, lesson_id=film, provider=Provider.NONE, film=film)


def library() -> None:
    """Lessons as cards and as a table, and what stands there without any."""
    st.subheader("Library", anchor=False)
    cards.show(lines(), None)
    grid.show(lines(), None)
    st.session_state.pop(Key.LIBRARY_OPENED, None)  # none of them has a page
    bones.nothing("No lesson matches these filters.", "Take one away, or look for part of the title.")
    bones.nothing("Here the list cannot go on.", "The lesson that stood before it is gone.")
    bones.nothing("There is no lesson yet.", "The school's lessons come here by themselves.")


def lesson() -> None:
    """What becomes of a lesson's video, of its captions and of files for download."""
    st.subheader("Lesson", anchor=False)
    steps = tuple(Step(at=NOON + timedelta(minutes=n), what=what) for n, what in enumerate(What))
    st.caption(terms.story(steps))
    for state in TrackState:
        st.markdown(caption_terms.line(_captions(state)))
    st.markdown(" ".join(term.badge for term in rendition_terms.STATE.values()))


def _captions(state: TrackState) -> CaptionLine:
    return CaptionLine(
        key=state, name="English (edited)", language="en", origin=Origin.EDITED, state=state, person="tess"
    )
