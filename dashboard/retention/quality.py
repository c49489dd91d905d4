"""How well the lesson's video plays, in words beside the school's; and what went wrong."""

import streamlit as st

from core.quality import KeptQuality
from core.quality_looking import VideoQuality
from core.retention_looking import LessonViewing
from dashboard import bones, formats
from dashboard.analytics import terms as words
from dashboard.retention import quality_terms as terms

MOST_FAILURES = 5
"""Kinds that are told; the others are counted."""


def show(seen: LessonViewing) -> None:
    """Nothing where it does not play from Mux: the page has said so."""
    found = seen.quality
    if found is None:
        return
    st.subheader("How well it plays", anchor=False)
    if found.school is None:
        bones.nothing(*terms.NOT_FETCHED)
    elif found.own is None:
        bones.nothing(*terms.NOT_AMONG)
    elif not found.own.quality.is_told:
        bones.nothing(*terms.FEW_VIEWS)
    else:
        _full(found, found.own, found.school, seen)


def _full(found: VideoQuality, own: KeptQuality, school: KeptQuality, seen: LessonViewing) -> None:
    st.markdown(f"**{formats.literal(terms.answer(own.quality, school.quality))}**")
    with st.container(gap="xsmall"):
        for icon, sentence in terms.sentences(own.quality, school.quality):
            st.markdown(f"{icon} {sentence}")
    read_at = formats.moment(own.read_at, zone=formats.reader_zone())
    shared = formats.counted(seen.shared, "other lesson")
    also = f" {shared} {'plays' if seen.shared == 1 else 'play'} the same video, which counts as well."
    counted = f"{terms.counted(own.quality)} that ended from {words.span(own.days)}, as of {read_at}."
    st.caption(formats.literal(f"{counted}{also if seen.shared else ''}"))
    if own.quality.views_failed or found.failures:
        _failures(found)


def _failures(found: VideoQuality) -> None:
    st.markdown("**What went wrong**")
    for one in found.failures[:MOST_FAILURES]:
        st.markdown(f"- {terms.failure(one)}")
    left = len(found.failures) - MOST_FAILURES
    if left > 0:
        st.caption(f"And {formats.counted(left, 'other error')}.")
    if not found.failures:
        st.caption(terms.NOT_LOOKED_AT)
