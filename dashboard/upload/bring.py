"""Bringing files in: the uploader and the recorder, for the lesson and options that are chosen."""

import streamlit as st

from core.access import Action
from core.upload import UploadOptions
from dashboard import access, errors, formats, kept
from dashboard.components.recorder import recorder
from dashboard.components.uploader import uploader
from dashboard.services import settings
from dashboard.state import Key
from dashboard.upload import desk, goal
from dashboard.upload.goal import Goal
from dashboard.upload.where import Place

FILES, RECORD = "Files", "Record"
UNDECIDED = "Choose who may play first."


def show(place: Place, options: UploadOptions | None) -> None:
    """Uploads go on while somebody looks at the other way, or at another page."""
    chosen = st.session_state.get(Key.UPLOAD_FROM, FILES)
    ways = {FILES: FILES, RECORD: RECORD}
    way = kept.segments("Bring in", Key.UPLOAD_FROM, ways, chosen, label_visibility="collapsed")
    closed = place.closed or ("" if options else UNDECIDED)
    target = "" if closed or options is None else _target(place, options)
    st.fragment(errors.guarded(_files if way == FILES else _record))(target, closed)


def _target(place: Place, options: UploadOptions) -> str:
    wanted = Goal(lesson_id=place.lesson_id, title=place.title, course_id=place.course_id, options=options)
    return goal.remember(wanted)


def _files(target: str, closed: str) -> None:
    access.require(Action.SEE_UPLOADS)
    most = settings().upload_max_bytes
    beside = "sound, PDFs, pictures, captions and chapters become resources."
    uploader(
        key="uploader",
        target=target,
        most_bytes=most,
        closed=closed,
        hint=f"Videos up to {formats.size(most)}; {beside}",
        respond=desk.respond,
    )


def _record(target: str, closed: str) -> None:
    person = access.require(Action.SEE_UPLOADS)
    recorder(
        key="recorder",
        user=person.subject,
        target=target,
        most_bytes=settings().upload_max_bytes,
        closed=closed,
        respond=desk.respond,
    )
