"""Files that come in, and what lies beside a lesson."""

from typing import TypedDict

from api.endpoint import Answer, Call, Endpoint
from api.form_file import file_in
from core import uploading
from core.access import Action
from core.asset import Quality
from core.migration import PolicyRule
from core.resource import Resource
from core.upload import Upload, UploadOptions

UPLOAD_PATHS = ("/api/videos/mux/upload-url", "/api/videos/upload")
"""The second is where the school's own scripts look for it."""

LEGACY_PATH = "/api/courses/lessons/{lesson_id}/upload-video"
DEPRECATED = {"Deprecation": "@1764547200", "Link": f'<{UPLOAD_PATHS[0]}>; rel="successor-version"'}
"""RFC 9745; the date is the one from which on it counts as deprecated, in seconds since 1970."""


class Place(TypedDict):
    """`upload_url` opens the upload: it is for the browser, and kept nowhere."""

    upload_url: str
    upload_id: str


class Wish(TypedDict):
    """Which lesson the upload is for."""

    lesson_id: str


class Told(TypedDict):
    """Where an upload stands."""

    id: str
    lesson_id: str
    state: str
    via: str
    kind: str
    filename: str
    size_bytes: int
    fallback_used: bool
    asset_id: str | None
    reason: str | None


class Beside(TypedDict):
    """A file beside a lesson; `url` opens it for a while."""

    id: str
    kind: str
    name: str
    mime: str
    size_bytes: int
    url: str
    created_at: str


class Listed(TypedDict):
    """What lies beside a lesson, oldest first."""

    resources: list[Beside]


def upload_url(call: Call) -> Answer:
    """Open a direct upload for a lesson; the browser at the calling origin PUTs the file to `upload_url`."""
    lesson_id = call.wanted("lesson_id")
    origin = call.headers.get("origin") or "*"
    upload = uploading.upload_url(lesson_id, by=call.person, cors_origin=origin, services=call.services)
    return Answer(data={"upload_url": upload.url, "upload_id": upload.id})


def upload_video(call: Call) -> Answer:
    """Take a form with a file and send it on as it comes. Deprecated: ask for an upload URL instead."""
    file = file_in(call.headers.get("content-type", ""), call.chunks)
    rule = PolicyRule(call.services.settings.mux_playback_policy)
    upload = uploading.stream(
        call.wanted("lesson_id"),
        file.name,
        file.mime,
        file.chunks,
        options=UploadOptions(policy=rule, quality=Quality.PLUS),
        by=call.person,
        services=call.services,
    )
    return Answer(data={**said(upload)}, status=202, headers=DEPRECATED)


def resources(call: Call) -> Answer:
    """Audio, PDFs, pictures and subtitles beside a lesson, each with a URL that opens it for a while."""
    found = uploading.resources(call.wanted("lesson_id"), by=call.person, services=call.services)
    return Answer(data={"resources": [_resource(one) for one in found]})


def said(upload: Upload) -> Told:
    """What a caller is told of an upload."""
    return {
        "id": str(upload.id),
        "lesson_id": upload.lesson_id,
        "state": upload.state.value,
        "via": upload.via.value,
        "kind": upload.kind.value,
        "filename": upload.filename,
        "size_bytes": upload.size_bytes,
        "fallback_used": upload.fallback_used,
        "asset_id": upload.asset_id,
        "reason": upload.reason,
    }


def _resource(one: Resource) -> Beside:
    return {
        "id": str(one.id),
        "kind": one.kind.value,
        "name": one.name,
        "mime": one.mime,
        "size_bytes": one.size_bytes,
        "url": one.url,
        "created_at": one.created_at.isoformat(),
    }


ENDPOINTS = (
    *(
        Endpoint(method="POST", path=path, action=Action.UPLOAD, answer=upload_url, takes=Wish, gives=Place)
        for path in UPLOAD_PATHS
    ),
    Endpoint(
        method="POST",
        path=LEGACY_PATH,
        action=Action.UPLOAD,
        answer=upload_video,
        gives=Told,
        takes_file=True,
        is_deprecated=True,
    ),
    Endpoint(
        method="GET",
        path="/api/lessons/{lesson_id}/resources",
        action=Action.PLAY,
        answer=resources,
        gives=Listed,
    ),
)
