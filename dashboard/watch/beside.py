"""The original in S3 and the copy at Mux, in step: to check a migration by eye."""

from dataclasses import replace

import streamlit as st

from core import playing
from core.access import Action
from core.playback import Provider
from core.player import Playback
from dashboard import access, errors
from dashboard.components.player import Video, deaf, player, video_of
from dashboard.services import services
from dashboard.state import Key

GROUP = "beside"


def show(playback: Playback) -> None:
    """Offered for what plays from Mux; nothing is loaded before it is opened."""
    if playback.provider is not Provider.MUX:
        return
    box = st.expander(
        "Original and copy side by side", icon=":material/compare:", on_change="rerun", key=Key.BESIDE
    )
    if box.open:
        with box:
            st.fragment(errors.guarded(_both))(playback)


def _both(playback: Playback) -> None:
    person = access.require(Action.WATCH)
    original = playing.original(playback.lesson_id, by=person, services=services())
    if original is None:
        st.caption("Nothing lies in S3 for this lesson; its video came straight to Mux.")
        return
    left, right = st.columns(2)
    with left:
        st.caption("What lies in S3")
        _one(video_of(original), key="beside.s3")
    with right:
        st.caption("The copy at Mux")
        _one(video_of(playback), key="beside.mux", muted=True)
    st.caption("What you do to one happens to the other; the sound is the original's.")


def _one(video: Video, *, key: str, muted: bool = False) -> None:
    player(replace(video, resume_at_s=0.0), key=key, respond=deaf(), group=GROUP, muted=muted)
