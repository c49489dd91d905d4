"""The lesson's player: what plays it, from where the viewer stopped, and what the player has to say."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

import streamlit as st

from core import playing, watching
from core.access import Action
from core.errors import AppError, InvalidInput
from core.playback import Provider
from core.player import Playback
from dashboard import access, bones, errors, formats
from dashboard.components.inbox import Answer, Message
from dashboard.components.player import Seek, Video, addresses, player, video_of
from dashboard.services import services, settings

LESSON, AT = "lesson", "t"
"""In the address: which lesson, and from which second."""

FROM: Mapping[Provider, str] = {
    Provider.MUX: "Plays from Mux",
    Provider.S3: "Plays from S3",
    Provider.HLS: "Plays from S3, as a stream",
    Provider.NONE: "Nothing to play",
}


def chosen() -> str:
    """The lesson that the address names. Raises `InvalidInput` where it names none."""
    lesson = st.query_params.get(LESSON, "")
    if not lesson:
        raise InvalidInput("The address names no lesson.", hint="Open one from a list.")
    return lesson


def load(lesson_id: str) -> Playback:
    """What plays it, for whoever looks. Raises `NotFound`, `NotAllowed`, `ConfigError`."""
    return playing.playback(lesson_id, by=access.require(Action.WATCH), services=services())


def opened(lesson_id: str) -> Playback | None:
    """The same; None once it was said why not, so that the doctor below can look at it."""
    with errors.shown(again=True):
        try:
            return load(lesson_id)
        except AppError:
            bones.head("Watch", "One lesson, as its viewers see it.")
            raise
    return None


def purpose(playback: Playback) -> str:
    """Where it comes from; for whoever looks after playback also why from there."""
    series = f"{formats.named(playback.series)} · " if playback.series else ""
    why = f". {playback.why}" if access.may(Action.DIAGNOSE) else ""
    return f"{series}{FROM[playback.provider]}{why}"


def show(playback: Playback) -> None:
    """The player, or why there is none."""
    if playback.provider is Provider.NONE or not playback.src:
        bones.nothing(
            "This lesson has no video yet.",
            "Upload one; it plays here as soon as it is ready.",
            page="upload.py",
            label="Upload",
        )
        return
    st.fragment(errors.guarded(_play))(video_of(playback), seek_asked())


def seek_asked() -> Seek | None:
    """A link with `t=130` jumps there."""
    text = st.query_params.get(AT, "")
    return Seek(id=text, at_s=float(text)) if text.isdecimal() and len(text) < 6 else None


def _play(video: Video, seek: Seek | None) -> None:
    access.require(Action.WATCH)
    tells = bool(video.env_key) or (video.provider is Provider.MUX and settings().mux_is_real)
    player(video, key="watch", respond=partial(respond, video.lesson), reports=True, tells=tells, seek=seek)


def respond(lesson_id: str, message: Message) -> Answer | None:
    """Keep progress and trouble; give new addresses for those that ran out."""
    lesson_id = str(message.get("lesson") or lesson_id)
    return HEARD.get(str(message.get("type")), _nothing)(lesson_id, message)


def _progress(lesson_id: str, message: Message) -> None:
    watching.report(
        lesson_id,
        session=UUID(str(message["session"])),
        position_s=float(message["position_s"]),
        watched_s=float(message["watched_s"]),
        completed=bool(message["completed"]),
        by=access.require(Action.WATCH),
        services=services(),
    )


def _trouble(lesson_id: str, message: Message) -> Answer:
    said: dict[str, Any] = {name: str(message.get(name, "")) for name in ("provider", "code", "message")}
    by = access.require(Action.WATCH)
    return {"quote": watching.report_trouble(lesson_id, by=by, services=services(), **said)}


def _renew(lesson_id: str, _message: Message) -> Answer:
    return addresses(video_of(load(lesson_id)))


def _nothing(_lesson_id: str, _message: Message) -> None:
    """A word that this version does not know."""


HEARD = {"progress": _progress, "trouble": _trouble, "renew": _renew}
