"""What a lesson played before: each with what is known of it, looked at and played again."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from core import lesson_recalling, lesson_replacing
from core.access import Action
from core.lesson_former import Version, Why
from core.lesson_story import LessonFilm
from dashboard import access, errors, formats, state
from dashboard.components.player import Video, deaf, player, video_of
from dashboard.services import services, settings
from dashboard.state import Key

WHY: Mapping[Why, str] = {
    Why.UPLOADED: "an upload by {} took its place",
    Why.PICKED: "{} chose a file in S3 instead",
    Why.MOVED: "a batch of {} brought another copy",
    Why.NORMALISED: "a copy with evened sound, ordered by {}, took its place",
    Why.BACK: "{} went back to another version",
    Why.AWAY: "{} took the video away",
}


def show(film: LessonFilm, *, may_edit: bool) -> None:
    """For whoever may change the lesson; nothing is read before it is opened."""
    if not may_edit:
        return
    box = st.expander("Earlier versions", icon=":material/undo:", on_change="rerun", key=Key.LESSON_VERSIONS)
    if box.open:
        with box:
            _list(film.lesson_id)


def _list(lesson_id: str) -> None:
    person = access.require(Action.SEE_LIBRARY)
    all_ = lesson_recalling.versions(lesson_id, by=person, services=services())
    if not all_.found:
        days = formats.number(settings().former_kept_days)
        st.caption(
            "None. When another video takes the place of what this lesson plays, that is kept here, "
            f"its copy at Mux for {days} days."
        )
    for version in all_.found:
        with st.container(border=True, gap="xsmall"):
            _one(lesson_id, version, all_.mark)


def _one(lesson_id: str, version: Version, mark: str) -> None:
    st.markdown(
        f"**{formats.literal(version.came or 'Video at Mux')}** · {formats.clock(version.duration_s)}"
    )
    st.caption(f"{_until(version)} {stays(version)}")
    if version.missing:
        return
    is_seen = st.session_state.get(Key.LESSON_VERSION_SEEN) == (lesson_id, version.what)
    with st.container(horizontal=True):
        st.button(
            "Hide it" if is_seen else "Look at it",
            key=f"version-look-{version.what}",
            icon=":material/visibility_off:" if is_seen else ":material/visibility:",
            on_click=_look,
            args=(None if is_seen else (lesson_id, version.what),),
        )
        st.button(
            "Play this one again",
            key=f"version-again-{version.what}",
            icon=":material/undo:",
            on_click=errors.acting(partial(_again, lesson_id, version.what, mark)),
        )
    if is_seen:
        _preview(lesson_id, version.what)


def _until(version: Version) -> str:
    """When and by whom something else took its place."""
    at = formats.moment(version.at, zone=formats.reader_zone())
    why = WHY[version.why].format(formats.literal(formats.actor(version.person)))
    return f"Until {at}, when {why}."


def stays(version: Version) -> str:
    """How long it can be played again, or why it cannot."""
    zone = formats.reader_zone()
    if version.gone_at:
        gone = f"Its copy at Mux was deleted on {formats.moment(version.gone_at, zone=zone)}"
        return f"{gone}." if version.missing else f"{gone}; its file in S3 plays."
    if version.missing:
        return version.missing
    if version.asset is None:
        return "It plays from its file, which stays."
    if version.expires_at is None:
        return "Lectern did not make its copy at Mux, and does not delete it."
    return f"Its copy at Mux is kept until {formats.moment(version.expires_at, zone=zone)}."


def _preview(lesson_id: str, what: str) -> None:
    person = access.require(Action.SEE_LIBRARY)

    def load() -> Video:
        return video_of(lesson_recalling.look_at(lesson_id, what, by=person, services=services()))

    with errors.shown():
        player(load(), key="version", respond=deaf(load))


def _look(seen: tuple[str, str] | None) -> None:
    st.session_state[Key.LESSON_VERSION_SEEN] = seen


def _again(lesson_id: str, what: str, mark: str) -> None:
    person = access.require(Action.SEE_LIBRARY)
    done = lesson_replacing.play_again(lesson_id, what, seen=mark, by=person, services=services())
    _look(None)
    state.say_next(
        "The lesson plays this version again." if done else "The lesson plays this version already."
    )
    st.rerun()
