"""What was uploaded and what became of it, live."""

from collections.abc import Sequence
from uuid import UUID

import streamlit as st

from core import uploading
from core.access import Action
from core.resource import is_chapters
from core.upload import FileKind, Upload, UploadState, UploadTrouble
from core.uploadstate import CANCELLABLE
from dashboard import access, bones, errors, formats, words
from dashboard.services import services

EVERY = "2s"
SHOWN = 20

NEXT: dict[UploadTrouble, str] = {
    UploadTrouble.CHANGED: "Upload it again.",
    UploadTrouble.WRONG_KIND: "Choose a video.",
    UploadTrouble.TOO_LARGE: "Export it at 1080p, or cut it into parts.",
    UploadTrouble.MUX_REFUSED: "Correct the cause, then upload it again.",
    UploadTrouble.NO_VIDEO: "Export it again with its picture.",
    UploadTrouble.NOT_PLAYABLE: "Export it again as MP4 (H.264), then upload it again.",
    UploadTrouble.ASSET_DELETED: "Upload it again if it is still wanted.",
    UploadTrouble.ROW_REFUSED: "Tell whoever keeps the school's database.",
    UploadTrouble.LESSON_GONE: "Upload it to another lesson.",
    UploadTrouble.MOVE_FAILED: "It plays from S3; an admin can try again on the Batches page.",
    UploadTrouble.ABANDONED: "Choose the file again.",
    UploadTrouble.UNEXPECTED: "Upload it again; if it stays, tell whoever runs Lectern.",
}
"""What to do about each; the upload itself says what happened."""


def show() -> None:
    """The newest first. Drawn again every 2 s, because events from Mux may come at any time."""
    st.subheader("Uploads", anchor=False)
    st.fragment(errors.guarded(_draw), run_every=EVERY)()


def _draw() -> None:
    person = access.require(Action.SEE_UPLOADS)
    found = uploading.uploads(by=person, services=services(), limit=SHOWN + 1)
    if not found:
        bones.nothing("Nothing has been uploaded yet.", "Choose a lesson above and drop a file.")
    for upload in found[:SHOWN]:
        _line(upload)
    if len(found) > SHOWN:
        st.caption(f"The newest {SHOWN}.")


def _line(upload: Upload) -> None:
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(_title(upload), width="stretch")
            _actions(upload)
        st.caption(" · ".join(_facts(upload)))


def _title(upload: Upload) -> str:
    return f"{words.UPLOAD[upload.state].badge} **{formats.literal(upload.filename)}**"


def _actions(upload: Upload) -> None:
    if upload.kind is FileKind.VIDEO and upload.state in PLAYS:
        bones.link("watch.py", "Watch", query={"lesson": upload.lesson_id})
    if upload.state in CANCELLABLE:
        st.button("Cancel", key=f"cancel-{upload.id}", type="tertiary", on_click=_cancel, args=(upload.id,))


PLAYS = frozenset({UploadState.READY, UploadState.STORED, UploadState.SENDING})
"""At Mux, or from S3 until it is there."""


@errors.guarded
def _cancel(upload_id: UUID) -> None:
    uploading.cancel(upload_id, by=access.require(Action.SEE_UPLOADS), services=services())


def _facts(upload: Upload) -> Sequence[str]:
    zone, now = formats.reader_zone(), services().clock()
    lesson = formats.literal(upload.lesson_title or f"lesson {upload.lesson_id}")
    size = formats.size(upload.size_bytes) if upload.size_bytes else ""
    said = [_said(upload), lesson, _kind(upload), size]
    return [one for one in (*said, upload.person, formats.ago(upload.moved_at, zone=zone, now=now)) if one]


def _kind(upload: Upload) -> str:
    if upload.kind is FileKind.VIDEO:
        return ""
    if is_chapters(upload.filename):
        return "chapters"
    return f"resource ({words.FILE_KIND[upload.kind].lower()})"


def _said(upload: Upload) -> str:
    """Why, and the next step; without a reason, what the state means."""
    if upload.reason:
        step = NEXT[upload.trouble] if upload.trouble else ""
        return f"{formats.literal(upload.reason)} {step}".strip()
    return words.UPLOAD[upload.state].sentence
