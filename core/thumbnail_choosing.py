"""Choosing the moment of a lesson's picture: ours at once, Mux's own by a job."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from core.access import Action, Person, allows
from core.admitting import admit
from core.asset import Asset
from core.errors import InvalidInput, NotFound
from core.lesson_admitting import asset_to_change
from core.lesson_copy import ready_asset
from core.playback import PICTURE, Audience, Look, needs_token
from core.ports import Services, Tx
from core.records import Job
from core.thumbnail import Thumbnail, checked, has_picture, moment

LIFETIME_S = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonPicture:
    """The moment of a lesson's picture, or that it has none to choose: `asset_id` is None then."""

    lesson_id: str
    asset_id: str | None
    thumbnail: Thumbnail
    duration_s: float | None = None
    may_edit: bool = False


def picture(lesson_id: str, *, by: Person, services: Services) -> LessonPicture:
    """As it stands, for whoever may see the lesson. Raises `NotFound`, `NotAllowed`."""
    with services.uow("thumbnail.one_lesson.read") as tx:
        ties = admit(by, Action.SEE_LESSON, lesson_id, tx=tx).of(by.host_user_id)
        asset = ready_asset(tx, lesson_id)
        chosen = tx.assets.thumbnail(asset.id) if asset else None
    is_there = asset is not None and has_picture(asset)
    return LessonPicture(
        lesson_id=lesson_id,
        asset_id=asset.id if asset and is_there else None,
        thumbnail=chosen or Thumbnail(),
        duration_s=asset.duration_s if asset else None,
        may_edit=allows(by, Action.EDIT_LESSON, ties=ties),
    )


def choose(lesson_id: str, at_s: float | None, *, by: Person, services: Services) -> None:
    """Show this moment of the video from now on; None: Mux chooses, which takes the middle.

    Raises `InvalidInput` where the video has no such moment, `NotFound`, `NotAllowed`.
    """
    with services.uow("thumbnail.choose") as tx:
        asset = _asset(tx, lesson_id, by)
        chosen = None if at_s is None else checked(at_s, duration_s=asset.duration_s)
        before = tx.assets.thumbnail(asset.id)
        tx.assets.choose_thumbnail(asset.id, chosen, now=services.clock())
        told = {"time": before.at_s if before else None}
        tx.audit(by, "choose picture", f"lesson {lesson_id}", before=told, after={"time": chosen})
        tell_later(tx, asset.id)
        tx.commit()


def preview(lesson_id: str, at_s: float | None, *, by: Person, services: Services) -> str:
    """The address of the picture at a moment, in the size of lists, for the moment of use and kept nowhere.

    Raises as `choose` does.
    """
    with services.uow("thumbnail.preview.read") as tx:
        asset = _asset(tx, lesson_id, by)
    if asset.playback_id is None:
        raise NotFound("The video has no playback id.", hint="Give it one at Mux.")
    look: Look = (*PICTURE, *moment(None if at_s is None else checked(at_s, duration_s=asset.duration_s)))
    token = None
    if needs_token(asset.policy):
        if services.signer is None:
            raise InvalidInput("The picture of a signed video needs a signing key, and none is set.")
        audience = Audience.THUMBNAIL
        token = services.signer.token(asset.playback_id, audience, lifetime_s=LIFETIME_S, look=look)
    return services.settings.hosts.thumbnail(asset.playback_id, token=token, look=look)


def tell(asset_id: str, *, services: Services) -> None:
    """Tell Mux of the moment that was chosen last. Safe to run twice."""
    with services.uow("thumbnail.read") as tx:
        chosen = tx.assets.thumbnail(asset_id)
    if chosen is None or chosen.is_told:
        return
    with suppress(NotFound):  # the asset is gone, and its picture with it
        services.mux_now.set_thumbnail(asset_id, chosen.at_s)
    with services.uow("thumbnail.told") as tx:
        tx.assets.thumbnail_told(asset_id, chosen.at_s)
        tx.commit()


def tell_silent(*, services: Services) -> None:
    """Go after what Mux was not told of, because a job was lost or given up."""
    now = services.clock()
    before = now - timedelta(seconds=services.settings.sweep_after_s)
    with services.uow("thumbnails.sweep") as tx:
        for asset_id in tx.assets.untold_thumbnails(before=before, now=now):
            tell_later(tx, asset_id)
        tx.commit()


def go_along(tx: Tx, old_id: str, new_id: str, *, services: Services) -> None:
    """A copy takes another's place: it shows the moment that was chosen for the old one."""
    chosen = tx.assets.thumbnail(old_id)
    if chosen is not None and chosen.at_s is not None:
        tx.assets.choose_thumbnail(new_id, chosen.at_s, now=services.clock())
        tell_later(tx, new_id)


def tell_later(tx: Tx, asset_id: str) -> None:
    """Have Mux told of the moment."""
    tx.enqueue(Job.THUMBNAIL, key=f"thumbnail:{asset_id}", asset_id=asset_id)


def _asset(tx: Tx, lesson_id: str, by: Person) -> Asset:
    """The asset of a lesson that this person may change."""
    asset = asset_to_change(tx, lesson_id, by)
    if not has_picture(asset):
        raise InvalidInput("The video has no picture.", hint="Only what can be seen has one.")
    return asset
