"""Uploads and the state of a lesson's video."""

from api.endpoint import Answer, Call, Endpoint
from core import diagnosing, uploading
from core.access import Action
from core.errors import InvalidInput
from core.plain import plain


def upload_url(call: Call) -> Answer:
    """Open a direct upload for a lesson; the browser at the calling origin PUTs the file to `upload_url`."""
    lesson_id = call.wanted("lesson_id")
    upload = uploading.upload_url(
        lesson_id, by=call.person, cors_origin=call.origin or "*", services=call.services
    )
    return Answer(data={"upload_url": upload.url, "upload_id": upload.id})


def diagnostics(call: Call) -> Answer:
    """All that is known of one lesson's or video's video: rows, Mux, S3, the player and why."""
    given = {table: call.given(name) for table, name in (("lessons", "lesson_id"), ("videos", "video_id"))}
    chosen = [(table, row_id) for table, row_id in given.items() if row_id]
    if len(chosen) != 1:
        raise InvalidInput("Send either lesson_id or video_id.")
    found = diagnosing.diagnose(*chosen[0], by=call.person, services=call.services)
    return Answer(data=plain(found))


UPLOAD_PATHS = ("/api/videos/mux/upload-url", "/api/videos/upload")
"""The second is where the school's own scripts look for it."""

ENDPOINTS = (
    *(Endpoint(method="POST", path=path, action=Action.UPLOAD, answer=upload_url) for path in UPLOAD_PATHS),
    Endpoint(method="GET", path="/api/debug/video-diagnostics", action=Action.DIAGNOSE, answer=diagnostics),
)
