"""Uploading: a file from a browser to Mux, or to S3 while Mux cannot take it, and what became of it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from core.access import Action, Person, allows, check_could
from core.admitting import admit
from core.errors import StaleState
from core.lesson_choosing import find_courses as find_courses
from core.lesson_choosing import find_lessons as find_lessons
from core.lesson_choosing import new_lesson as new_lesson
from core.lesson_looking import LessonVideo as LessonVideo
from core.lesson_looking import lesson_video as lesson_video
from core.lesson_looking import resources as resources
from core.ports import Services
from core.upload import Upload, UploadState, Via
from core.upload_admitting import own
from core.upload_cancelling import cancel as cancel
from core.upload_falling import fall_back as fall_back
from core.upload_finishing import finish as finish
from core.upload_opening import open_upload as open_upload
from core.upload_opening import upload_url as upload_url
from core.upload_storing import presigned
from core.upload_streaming import stream as stream

MOST_PARTS_AT_ONCE = 100
MOST_LISTED = 500


def part_urls(
    upload_id: UUID, *, first: int, count: int, by: Person, services: Services
) -> Mapping[int, str]:
    """Presigned PUT URLs of parts from number `first` on, at most 100 at a time; fewer where the file ends.

    Raises `StaleState` where nothing is to be sent to S3, `NotFound`, `NotAllowed`.
    """
    upload = own(upload_id, by=by, services=services)
    if upload.state is not UploadState.WAITING or upload.via is not Via.S3:
        raise StaleState("No parts of this file are wanted (any more).", hint="Choose the file again.")
    least = max(1, first)
    return presigned(upload, first=least, count=min(count, MOST_PARTS_AT_ONCE), services=services)


def uploads(
    *, by: Person, services: Services, lesson_id: str | None = None, limit: int = 50
) -> Sequence[Upload]:
    """The newest first: everybody's for an admin, one's own for a teacher; of one lesson, all of it."""
    check_could(by, Action.UPLOAD)
    with services.uow("uploads.read") as tx:
        if lesson_id is not None:
            admit(by, Action.UPLOAD, lesson_id, tx=tx)
        sees_all = lesson_id is not None or allows(by, Action.UPLOAD)
        subject = None if sees_all else by.subject
        return tx.uploads.newest(subject=subject, lesson_id=lesson_id, limit=min(limit, MOST_LISTED))
