"""Normalising: a copy with even sound takes the place of the one that a lesson plays.

Mux evens sound out only as it makes an asset. So a new one is made, on the way of a migration's, and every
row that plays the old one plays the new one, in one transaction; the old one stays at Mux.
"""

from collections.abc import Sequence
from dataclasses import replace

from core import comparing, mastering, publishing, rendition_making, thumbnail_choosing
from core.access import Person
from core.asset import Asset, AssetStatus, Policy
from core.batch import ItemState
from core.bulk_stepping import admit, check_sharing
from core.caption_publishing import publish
from core.errors import NotAllowed, NotFound, Refused, StaleState
from core.lesson_former import Why
from core.lesson_keeping import keep
from core.migration import PolicyRule, SkipReason, Trouble, policy_for
from core.normalise_captioning import check_can_carry, go_along, let_go
from core.ports import Services, Tx
from core.source import HostRow
from core.stepping import CopyRejectedError, want_gone
from core.work import Remake

ACTION = "even out sound"
OTHER_VIDEO = "The lesson plays another video by now."
OTHER_POLICY = "Who may play the lesson was changed while the copy was made."


def needless(work: Remake, services: Services) -> SkipReason | None:
    """Why no copy is to be made; asked again at the step. Raises `CopyRejectedError`."""
    with services.uow("normalise.look.read") as tx:
        _check_rights(tx, work)
        row = tx.host.read("lessons", work.lesson_id) or {}
        check_can_carry(tx, work, services)
    if row.get("mux_asset_id") != work.old.id:
        return SkipReason.MOVED_ON
    return why_not(work.old)


def why_not(old: Asset) -> SkipReason | None:
    """What speaks against a copy of this one with even sound. Where nobody told of tracks, it has sound."""
    if old.status is not AssetStatus.READY or old.playback_id is None:
        return SkipReason.NOT_READY
    if old.normalized:
        return SkipReason.ALREADY
    heard = any(one.get("type") == "audio" for one in old.tracks)
    return SkipReason.NO_SOUND if old.tracks and not heard else None


def policy_of(work: Remake, services: Services) -> Policy:
    """The old copy's. Raises `InvalidInput` where that needs a key and none is set."""
    old = work.old.policy or Policy.SIGNED
    return policy_for(PolicyRule(old.value), is_public=False, can_sign=services.settings.can_sign)


def with_origin(work: Remake, services: Services) -> Remake | None:
    """The item with the file in S3 that it is made from, or without where the old copy's master has to do;
    None, and it waits, while that is not open. Raises what S3 and Mux raise."""
    if work.source is not None:
        try:
            comparing.unchanged(work.source.location, work.source.etag, services.store)
        except (NotFound, StaleState):
            work = replace(work, source=None)
    if work.source is None and not mastering.is_open(work, services):
        return None
    return work


def check_origin(work: Remake, services: Services) -> None:
    """The file in S3 is still the one that the copy was made from, where it was made from one."""
    if not work.item.etag:
        return
    if work.source is None:
        raise StaleState("The file in S3 was replaced while the copy was made.", hint="Retry makes another.")
    comparing.unchanged(work.source.location, work.item.etag, services.store)


def switch(tx: Tx, work: Remake, asset: Asset, *, services: Services) -> tuple[ItemState, str | None]:
    """Have every row that plays the old copy play the new one; both are held. Raises `CopyRejectedError`."""
    _check_rights(tx, work)
    rows = tx.bulk.rows_playing(str(work.old.playback_id))
    if ("lessons", work.lesson_id) not in rows:
        raise CopyRejectedError(Trouble.ROW_CHANGED, OTHER_VIDEO, hint="Look at the lesson.")
    if asset.policy is not work.old.policy:
        raise CopyRejectedError(Trouble.ROW_CHANGED, OTHER_POLICY, hint="Retry makes a copy like that.")
    person = work.order.person
    for lesson_id in _lessons(rows):
        keep(tx, lesson_id, why=Why.NORMALISED, by=person.name, services=services)
    waits = _write(tx, work, rows, asset, services)
    tx.bulk.hand_over(work.old.id, asset.id)
    go_along(tx, _lessons(rows), work.old, asset)
    rendition_making.go_along(tx, work.old.id, asset.id, services=services)
    thumbnail_choosing.go_along(tx, work.old.id, asset.id, services=services)
    publish(tx, asset.id, by=person)
    if waits:
        return ItemState.AWAITING_SCHEMA, "Ready; waits for the Mux columns of the database."
    return ItemState.DONE, None


def leave(tx: Tx, work: Remake, *, by: Person, keeps: bool, services: Services) -> None:
    """The rows are about to play the old copy again. A new one that stays is an earlier version from then on.

    Raises `Refused` where the old one is gone.
    """
    if work.old.status is AssetStatus.DELETED or tx.upkeep.wish(work.old.id):
        raise Refused("The copy that it played before was deleted at Mux.", hint="Nothing was changed.")
    for lesson_id in tx.captions.lessons_of(str(work.item.asset_id)) if keeps else ():
        keep(tx, lesson_id, why=Why.BACK, by=by.name, services=services)


def put_back(
    tx: Tx, work: Remake, asset_id: str, *, by: Person, delete_asset: bool, services: Services
) -> None:
    """The rows play the old copy again: what the new one took over is the old one's again."""
    tx.bulk.hand_over(asset_id, work.old.id)
    lesson_ids = tx.captions.lessons_of(work.old.id)
    for lesson_id in lesson_ids:
        tx.lessons.forget_former(lesson_id, work.old.id)
    if new := tx.assets.get(asset_id):
        go_along(tx, lesson_ids, new, work.old)
    publish(tx, work.old.id, by=by)
    if delete_asset:
        let_go(tx, asset_id, services)
        want_gone(tx, asset_id, asked=True, by=by)


def _write(tx: Tx, work: Remake, rows: Sequence[tuple[str, str]], asset: Asset, services: Services) -> bool:
    """Whether some facts wait for their columns."""
    written = [
        publishing.play(
            tx,
            work.item.id,
            HostRow(table=table, row_id=row_id, column="mux_playback_id"),
            asset,
            by=work.order.person,
            action=ACTION,
            services=services,
        )
        for table, row_id in rows
    ]
    return any(one.fallback_used for one in written)


def _lessons(rows: Sequence[tuple[str, str]]) -> list[str]:
    return [row_id for table, row_id in rows if table == "lessons"]


def _check_rights(tx: Tx, work: Remake) -> None:
    try:
        admit(tx, work)
        check_sharing(tx, work.old.id, work.order.owner_id)
    except NotFound as error:
        raise CopyRejectedError(Trouble.LESSON_GONE, str(error), hint=error.hint) from error
    except NotAllowed as error:
        raise CopyRejectedError(Trouble.NOT_YOURS, str(error), hint=error.hint) from error
