"""Publishing an upload: what the school's rows say while its bytes are on their way, and once it plays."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from core import publishing
from core.access import SYSTEM
from core.asset import Asset, Policy
from core.caption_following import follow
from core.errors import AppError, NotFound
from core.filekind import FileKind
from core.lesson import Moment, status_facts
from core.lesson_former import Why
from core.lesson_keeping import keep
from core.playback import host_facts
from core.ports import Services, Tx
from core.source import HostRow
from core.upload import Upload, Via
from core.uploadstate import UploadState, UploadTrouble

FILLED = ("description", "s3_key", "s3_bucket", "is_processed", "is_public", "created_at", "updated_at")
"""Columns of `videos` that get an empty value where the school wants one and gives none."""

GONE = "The lesson was deleted meanwhile."
WAITS = "Ready; waits for the Mux columns of the database."


def note_waiting(tx: Tx, upload: Upload) -> None:
    """Name the upload on the lesson's row. A lesson that plays something goes on saying so; a test leaves no
    trace."""
    _note(tx, upload, Moment.WAITING)
    if upload.options.test or plays(tx, upload.lesson_id):
        return
    if video_id := _video_there(tx, upload.lesson_id):
        tx.host.write("videos", video_id, status_facts("videos", Moment.WAITING))


def note_arrived(tx: Tx, upload: Upload) -> Upload:
    """The bytes are in: the lesson gets its row of `videos`, and both say that Mux prepares it."""
    if upload.options.test:
        return upload
    _note(tx, upload, Moment.PREPARING)
    video_id = upload.video_id or _video(tx, upload)
    if video_id and not (tx.host.read("videos", video_id) or {}).get("mux_playback_id"):
        facts = {"mux_upload_id": upload.mux_upload_id, **status_facts("videos", Moment.PREPARING)}
        tx.host.write("videos", video_id, facts)
    return tx.uploads.note(upload.id, video_id=video_id)


def close(
    tx: Tx,
    upload: Upload,
    then: UploadState,
    *,
    now: datetime,
    reason: str,
    trouble: UploadTrouble | None = None,
) -> Upload:
    """The upload comes to nothing, and the rows that waited for it say so."""
    after = tx.uploads.move(upload.id, then, now=now, trouble=trouble, reason=reason)
    note_ended(tx, upload, Moment.ERRORED if then is UploadState.ERRORED else Moment.WAITING)
    return after


def note_ended(tx: Tx, upload: Upload, moment: Moment) -> None:
    """It came to nothing: rows that wait for it say so, those that play something stay as they are."""
    if upload.options.test or upload.kind is not FileKind.VIDEO:
        return
    lesson = tx.host.read("lessons", upload.lesson_id)
    silent = lesson is not None and plays(tx, upload.lesson_id)
    video_id = upload.video_id
    if lesson is not None and lesson.get("mux_upload_id") == upload.mux_upload_id:
        kept = {} if lesson.get("mux_asset_id") else {"mux_upload_id": None}
        tx.host.write("lessons", upload.lesson_id, kept | ({} if silent else status_facts("lessons", moment)))
        video_id = video_id or (None if silent else _video_there(tx, upload.lesson_id))
    if silent and moment is Moment.WAITING:
        moment = Moment.DELETED  # nothing is waited for: what plays has no asset
    if video_id and not (tx.host.read("videos", video_id) or {}).get("mux_playback_id"):
        tx.host.write("videos", video_id, status_facts("videos", moment))


def is_there(tx: Tx, upload: Upload) -> bool:
    """Whether the school still has the lesson."""
    return tx.videos.get("lessons", upload.lesson_id) is not None


def plays(tx: Tx, lesson_id: str) -> bool:
    """Whether the lesson has anything to play."""
    held = tx.host.read("lessons", lesson_id)
    if held is None:
        raise NotFound(f"There is no lesson {lesson_id}.")
    return bool(held.get("mux_playback_id")) or publishing.plays_from_s3(tx, lesson_id)


def _note(tx: Tx, upload: Upload, moment: Moment) -> None:
    if upload.options.test:
        return
    facts: dict[str, Any] = {"mux_upload_id": upload.mux_upload_id} if upload.via is Via.MUX else {}
    if not plays(tx, upload.lesson_id):
        facts |= status_facts("lessons", moment)
    if facts and not tx.host.write("lessons", upload.lesson_id, facts).found:
        raise NotFound(f"There is no lesson {upload.lesson_id}.")


def _video_there(tx: Tx, lesson_id: str) -> str | None:
    return tx.videos.video_of(lesson_id) if tx.videos.keeps_videos() else None


def _video(tx: Tx, upload: Upload) -> str | None:
    """The lesson's row of `videos`, made where there is none. A table that does not take one keeps nobody's
    lesson from playing."""
    if not tx.videos.keeps_videos():
        return None
    found = tx.videos.video_of(upload.lesson_id)
    if found is not None:
        return found
    try:
        video_id = tx.host.insert("videos", _new(tx, upload), fill=FILLED)
    except AppError as error:
        tx.uploads.note(upload.id, reason=f"No row of videos was added: {error.sentence}")
        return None
    tx.videos.note_video(upload.lesson_id, video_id)
    return video_id


def _new(tx: Tx, upload: Upload) -> Mapping[str, Any]:
    at_s3 = upload.location if upload.via is Via.S3 else None
    return {
        "lesson_id": upload.lesson_id,
        "title": upload.lesson_title or upload.filename,
        "filename": upload.filename,
        "file_path": at_s3.key if at_s3 else f"mux://{upload.mux_upload_id}",
        "file_size": upload.size_bytes,
        "uploaded_by": upload.host_user_id,
        "course_id": tx.videos.course_id_of(upload.lesson_id),
        "is_public": upload.options.policy == Policy.PUBLIC.value,
        "s3_bucket": at_s3.bucket if at_s3 else None,
        "s3_key": at_s3.key if at_s3 else None,
    }


def switch(tx: Tx, upload: Upload, asset: Asset, *, services: Services) -> bool:
    """Have the lesson's rows play the asset, keeping what stood there; whether some facts have to wait for
    their columns."""
    if not is_there(tx, upload):
        raise NotFound(GONE)
    keep(tx, upload.lesson_id, why=Why.UPLOADED, by=upload.person, services=services)
    waits = [_switch(tx, upload, table, row_id, asset, services) for table, row_id in _rows(upload)]
    follow(tx, upload.lesson_id, asset.id, by=SYSTEM)
    return any(waits)


def _rows(upload: Upload) -> list[tuple[str, str]]:
    """In the order in which every transaction locks them."""
    return [("lessons", upload.lesson_id), *([("videos", upload.video_id)] if upload.video_id else [])]


def _switch(tx: Tx, upload: Upload, table: str, row_id: str, asset: Asset, services: Services) -> bool:
    facts = host_facts(table, asset, services.settings.hosts)
    written = tx.host.write(table, row_id, facts)
    if table == "lessons" and not written.found:
        raise NotFound(GONE)
    if written.found:
        row = HostRow(table=table, row_id=row_id, column="mux_upload_id")
        tx.host.keep_switch(upload.id, row, written, facts)
        tx.audit(SYSTEM, "play upload from Mux", f"{table} {row_id}", before=written.before, after=facts)
    return written.fallback_used


def note_written(tx: Tx, upload_id: UUID) -> None:
    """Facts that waited for columns were written: say so, once none of the upload's waits any more."""
    upload = tx.uploads.get(upload_id, lock=True)
    if upload and upload.reason == WAITS and not tx.host.awaits(upload_id):
        tx.uploads.note(upload_id, reason=None)
