"""The lesson's player beside its curve, and what is said at the moment that was chosen."""

from dataclasses import replace
from functools import partial

import streamlit as st

from core import playing, retention_looking
from core.access import Action
from core.errors import NotAllowed
from core.playback import Provider
from core.retention_looking import LessonViewing
from dashboard import access, errors, formats
from dashboard.components.player import player, video_of
from dashboard.retention import spot
from dashboard.retention.spot import Spot
from dashboard.services import services
from dashboard.watch import screen


def show(seen: LessonViewing) -> None:
    """From the start, and counted by nobody: whoever looks here is no learner."""
    if seen.provider is Provider.NONE:
        return
    with errors.shown():  # whatever keeps it from playing, its figures are there
        _play(seen)
    if chosen := spot.chosen(seen.lesson_id):
        with errors.shown():
            _say(chosen)


def _play(seen: LessonViewing) -> None:
    person = access.require_some(Action.SEE_VIEWING)
    try:
        playback = playing.playback(seen.lesson_id, by=person, services=services())
    except NotAllowed as error:
        st.caption(f"You see these figures, but cannot play the video. {formats.literal(error.hint)}")
        return
    chosen = spot.chosen(seen.lesson_id)
    player(
        replace(video_of(playback), resume_at_s=0.0),
        key="retention",
        respond=partial(screen.respond, seen.lesson_id),
        seek=chosen.seek if chosen else None,
    )


def _say(chosen: Spot) -> None:
    person = access.require_some(Action.SEE_VIEWING)
    line = retention_looking.said_at(chosen.lesson_id, chosen.at_s, by=person, services=services())
    at = formats.clock(chosen.at_s)
    st.caption(f"At {at}: “{formats.literal(line)}”" if line else f"At {at}.")
