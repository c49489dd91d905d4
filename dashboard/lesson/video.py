"""The lesson's video: playing, how it stands and what became of it, its facts, ids and places."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from core import lesson_telling, playing
from core.access import Action, Person
from core.asset import mux_reason
from core.errors import NotAllowed
from core.lesson_story import LessonFilm, What
from core.library import Film
from core.playback import Provider
from dashboard import access, bones, errors, formats, words
from dashboard.components.player import player, video_of
from dashboard.lesson import away, deleting, picking, policy, sound, terms, versions
from dashboard.library import terms as library_terms
from dashboard.services import services
from dashboard.state import Key
from dashboard.watch import screen

EVERY = "2s"
TAKEN_AWAY = "Its video was taken away."


def show(lesson_id: str, *, may_edit: bool) -> None:
    """One fragment, which looks again by itself while something is on its way; a new lesson has none yet."""
    st.subheader("Video", anchor=False)
    waits = _waits(_load(lesson_id))
    every = EVERY if waits else None
    st.fragment(errors.guarded(_draw), run_every=every)(lesson_id, may_edit, waits)


def _load(lesson_id: str) -> LessonFilm:
    person = access.require(Action.SEE_LIBRARY)
    return lesson_telling.film(lesson_id, by=person, services=services())


def _waits(film: LessonFilm) -> bool:
    """Whether another video comes, or this one goes or changes."""
    changes = policy.is_changing(film) or sound.is_coming(film)
    return film.under_way is not None or deleting.is_going(film.lesson_id) or changes


def _draw(lesson_id: str, may_edit: bool, waited: bool) -> None:
    person = access.require(Action.SEE_LIBRARY)
    film = _load(lesson_id)
    if deleting.is_over(film) or waited != _waits(film):
        st.rerun(scope="app")  # the page as a whole says something else now
    if film.provider is not Provider.NONE:
        with errors.shown():  # whatever keeps it from playing, what is known of it is said
            _play(film, person)
    st.markdown(_stands(film))
    _under_way(film)
    if said := terms.story(film.steps):
        st.caption(said)
    if facts := terms.facts(film):
        st.caption(" · ".join(facts))
    if said := terms.conversion(film.input_reasons):
        st.caption(said)
    _ways_on(film, may_edit=may_edit)
    policy.show(film, may_edit=may_edit)
    sound.show(film, may_edit=may_edit)
    picking.show(film, may_edit=may_edit)
    versions.show(film, may_edit=may_edit)
    with st.container(horizontal=True):
        away.show(film, may_edit=may_edit)
        deleting.show(film, may_edit=may_edit)
    _ids(film)


def _play(film: LessonFilm, person: Person) -> None:
    try:
        playback = playing.playback(film.lesson_id, by=person, services=services())
    except NotAllowed as error:
        st.caption(f"You see this lesson, but cannot play its video. {formats.literal(error.hint)}")
        return
    player(video_of(playback), key="lesson", respond=partial(screen.respond, film.lesson_id))


def _stands(film: LessonFilm) -> str:
    """What plays it, or why nothing does; why a copy is not what plays."""
    plays = film.film is Film.PLAYS
    term = library_terms.PROVIDER[film.provider] if plays else library_terms.FILM[film.film]
    taken = film.film is Film.MISSING and film.steps and film.steps[-1].what is What.AWAY
    return f"{term.badge} {TAKEN_AWAY if taken else term.sentence}{_but(film)}"


def _but(film: LessonFilm) -> str:
    """A copy that failed or was deleted, also elsewhere, while the lesson plays something else or nothing."""
    asset = film.asset or film.gone
    if asset is None or film.provider is Provider.MUX:
        return ""
    if asset.deleted_at:
        gone = formats.moment(asset.deleted_at, zone=formats.reader_zone())
        stays = "" if film.film is Film.PLAYS else " Upload it again."
        return f" Its copy at Mux was deleted on {gone}.{stays}"
    return f" {formats.literal(mux_reason(asset))}" if asset.error_messages or asset.error_type else ""


def _under_way(film: LessonFilm) -> None:
    if upload := film.under_way:
        term = words.UPLOAD[upload.state]
        st.markdown(f"{term.badge} {formats.literal(upload.filename)}, by {formats.literal(upload.person)}")


def _ways_on(film: LessonFilm, *, may_edit: bool) -> None:
    """Another video for it, and where its two files can be looked at."""
    with st.container(horizontal=True):
        if may_edit and access.may(Action.SEE_UPLOADS):
            bones.link("upload.py", _upload(film), query={screen.LESSON: film.lesson_id})
        if film.source and access.may(Action.SEE_SOURCES):
            bones.link("migrate.py", "Its file in the scan", query={"search": film.source.key})
        if film.at_mux:
            st.link_button("Open at Mux", film.at_mux, icon=":material/open_in_new:", type="tertiary")
        if film.where:
            st.link_button("Open at AWS", film.where, icon=":material/open_in_new:", type="tertiary")


def _upload(film: LessonFilm) -> str:
    """What the upload page is good for: one video comes in at a time."""
    if film.under_way:
        return "Look at its upload"
    return "Upload or record a video" if film.provider is Provider.NONE else "Upload or record another"


def _ids(film: LessonFilm) -> None:
    named = places(film)
    if not named:
        return
    with st.expander("Ids and places", key=Key.LESSON_IDS):
        for label, value in named.items():
            st.caption(label)
            st.code(value, language=None, wrap_lines=True)


def places(film: LessonFilm) -> Mapping[str, str]:
    """What somebody may want to copy; no address that opens anything."""
    every = {
        "Asset": film.asset_id,
        "Playback id": film.playback_id,
        "Upload": film.upload_id,
        "File in S3": str(film.original) if film.original else None,
    }
    return {label: value for label, value in every.items() if value}
