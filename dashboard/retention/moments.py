"""Moments of the video that stand out, each a sentence with the way there."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from core.attention import LEAST_VIEWS
from core.heatmap import Hotspot
from core.retention import Curve
from core.retention_looking import LessonViewing
from core.retention_moment import moments
from dashboard import formats
from dashboard.retention import spot, terms


def show(seen: LessonViewing, curve: Curve) -> None:
    """Nothing where nothing stands out."""
    if (seen.views or LEAST_VIEWS) < LEAST_VIEWS:
        st.caption(f"From {LEAST_VIEWS} views on, what stands out is told here.")
        return
    found = moments(curve)
    if found:
        st.subheader("What stands out", anchor=False)
    for number, one in enumerate(found):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"{terms.ICON[one.named]} {terms.moment(one)}", width="stretch")
            _way(seen, one.start_s, f"moment-{number}", "Go there")
    if seen.kept and seen.kept.hotspots:
        _hotspots(seen, seen.kept.hotspots)


def _hotspots(seen: LessonViewing, found: Sequence[Hotspot]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Most watched, by Mux's own measure:", width="content")
        for number, one in enumerate(merged(found)):
            span = f"{formats.clock(one.start_s)} to {formats.clock(one.end_s)}"
            _way(seen, one.start_s, f"hotspot-{number}", span)


def merged(found: Sequence[Hotspot]) -> list[Hotspot]:
    """Those that touch as one, in the order of the video."""
    spots: list[Hotspot] = []
    for one in sorted(found, key=lambda one: one.start_s):
        if spots and one.start_s <= spots[-1].end_s:
            spots[-1] = replace(spots[-1], end_s=max(spots[-1].end_s, one.end_s))
        else:
            spots.append(one)
    return spots


def _way(seen: LessonViewing, at_s: float, key: str, label: str) -> None:
    st.button(
        label,
        key=f"retention-{key}",
        type="tertiary",
        icon=":material/play_circle:",
        on_click=spot.choose,
        args=(seen.lesson_id, at_s),
    )
