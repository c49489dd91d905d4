"""Looking: what became of one lesson's video at Mux, and what lies beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.access import Action, Person
from core.admitting import admit
from core.errors import NotFound
from core.ports import Services
from core.resource import Resource


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


def resources(lesson_id: str, *, by: Person, services: Services) -> Sequence[Resource]:
    """What lies beside a lesson, in its order, for whoever may play it; the URLs open each for a while.

    Raises `NotFound`, `NotAllowed`.
    """
    with services.uow("resources.read") as tx:
        admit(by, Action.PLAY, lesson_id, tx=tx)
        found = tx.uploads.resources(lesson_id)
    lifetime_s = services.settings.presign_lifetime_s
    return [replace(one, url=services.store.presign(one.location, lifetime_s=lifetime_s)) for one in found]
