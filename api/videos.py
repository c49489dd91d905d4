"""Uploads and the state of a lesson's video."""

from api.endpoint import Answer, Call, Endpoint
from core import uploading
from core.access import Action
from core.plain import plain


def upload_url(call: Call) -> Answer:
    """Open a direct upload for a lesson; the browser at the calling origin PUTs the file to `upload_url`."""
    lesson_id = call.wanted("lesson_id")
    upload = uploading.upload_url(
        lesson_id, by=call.person, cors_origin=call.origin or "*", services=call.services
    )
    return Answer(data={"upload_url": upload.url, "upload_id": upload.id})


def mux_status(call: Call) -> Answer:
    """What became of a lesson's video at Mux."""
    found = uploading.lesson_video(call.wanted("lesson_id"), by=call.person, services=call.services)
    return Answer(data=plain(found))


ENDPOINTS = (
    Endpoint(method="GET", path="/api/videos/mux-status", action=Action.PLAY, answer=mux_status),
    Endpoint(method="POST", path="/api/videos/mux/upload-url", action=Action.UPLOAD, answer=upload_url),
)
