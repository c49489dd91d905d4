"""Uploading: a place at Mux for the bytes of one lesson's video, and what became of them."""

from dataclasses import dataclass

from core.access import Action, Person
from core.admitting import admit
from core.errors import NotFound
from core.migration import Mode, Options, PolicyRule, asset_request, policy_for
from core.ports import Call, DirectUpload, Lane, Services


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonVideo:
    """What is known of a lesson's video at Mux; None where there is nothing yet."""

    lesson_id: str
    provider: str | None
    """What plays the lesson: `mux` once its copy was verified."""
    status: str | None
    """The lesson's `processing_status`."""
    upload_id: str | None
    asset_id: str | None
    asset_status: str | None
    playback_id: str | None
    error: str | None
    """Mux's words for an asset that it could not make."""


UPLOAD_TIMEOUT_S = 3600
"""How long a person may take to send the bytes; Mux's default."""


def upload_url(lesson_id: str, *, by: Person, cors_origin: str, services: Services) -> DirectUpload:
    """Open a direct upload for a lesson, ahead of any batch; the URL is for the browser and kept nowhere.

    For an admin, and for a teacher whose lesson it is. Raises `NotFound` for a lesson that is not there or
    not theirs to see, `NotAllowed`, `InvalidInput` when signed playback is wanted and no key is set, and
    Mux's errors.
    """
    with services.uow("upload.lesson.read") as tx:
        lesson = admit(by, Action.UPLOAD, lesson_id, tx=tx)
    rule = PolicyRule(services.settings.mux_playback_policy)
    policy = policy_for(rule, is_public=lesson.is_public, can_sign=services.settings.can_sign)
    body = asset_request(
        url=None, passthrough=f"lesson:{lesson_id}"[:255], options=Options(mode=Mode.PUSH), policy=policy
    )
    services.pace.wait(Call.POST, Lane.INTERACTIVE)
    upload = services.mux_now.create_upload(body, cors_origin=cors_origin, timeout_s=UPLOAD_TIMEOUT_S)
    _record(lesson_id, upload, by, services)
    return upload


def _record(lesson_id: str, upload: DirectUpload, by: Person, services: Services) -> None:
    """Name the upload on the lesson's row. An upload that is not used makes no asset and ends by itself."""
    with services.uow("upload.record") as tx:
        if not tx.host.write("lessons", lesson_id, {"mux_upload_id": upload.id}).found:
            raise NotFound(f"There is no lesson {lesson_id}.")
        tx.audit(by, "open upload", f"lesson {lesson_id}", after={"upload_id": upload.id})
        tx.commit()


def lesson_video(lesson_id: str, *, by: Person, services: Services) -> LessonVideo:
    """What became of a lesson's video, for whoever may play it. Raises `NotFound`, `NotAllowed`."""
    with services.uow("lesson_video.read") as tx:
        admit(by, Action.PLAY, lesson_id, tx=tx)
        row = tx.host.read("lessons", lesson_id)
        if row is None:
            raise NotFound(f"There is no lesson {lesson_id}.")
        asset = tx.assets.get(row["mux_asset_id"]) if row.get("mux_asset_id") else None
    return LessonVideo(
        lesson_id=lesson_id,
        provider=row.get("video_provider"),
        status=row.get("processing_status"),
        upload_id=row.get("mux_upload_id"),
        asset_id=row.get("mux_asset_id"),
        asset_status=asset.status if asset else None,
        playback_id=row.get("mux_playback_id"),
        error="; ".join(asset.error_messages) or None if asset else None,
    )
