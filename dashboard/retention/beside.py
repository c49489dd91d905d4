"""The lesson's player beside its curve, and what is said at the moment that was chosen."""

from dataclasses import replace
from functools import partial

import streamlit as st

from core import playing
from core.access import Action
from core.errors import NotAllowed
from core.playback import Provider
from core.retention_looking import LessonViewing
from dashboard import access, errors, formats
from dashboard.analytics import reading
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
        st.caption(_said(chosen))


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


def _said(chosen: Spot) -> str:
    """The moment, its chapter, and what is said there."""
    script = reading.script(chosen.lesson_id, access.require_some(Action.SEE_VIEWING))
    chapter, line = script.chapter_at(chosen.at_s), script.line_at(chosen.at_s)
    where = f", in “{formats.literal(chapter)}”" if chapter else ""
    at = f"At {formats.clock(chosen.at_s)}{where}"
    if line:
        return f"{at}: “{formats.literal(line)}”"
    trouble = f" What is said could not be read. {formats.literal(script.trouble)}" if script.trouble else ""
    return f"{at}.{trouble}"
