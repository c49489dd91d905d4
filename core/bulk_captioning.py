"""Captioning many lessons: Mux writes captions for each that lacks them, once; and the way back.

An item's captions are a record like any other's, with the item's id: what becomes of them brings the item on
(`core/bulk_following.py`). A kill anywhere leaves a record that is found again, so never two.
"""

from uuid import UUID

from core.access import Person
from core.asset import Asset, AssetStatus
from core.bulk_following import follow
from core.bulk_stepping import admit, failed_in, skipped, under_way
from core.bulk_worklist import Change
from core.caption_lack import needless
from core.caption_publishing import names_another
from core.caption_removing import let_go
from core.caption_sending import fail, send
from core.caption_wanting import Wanted, want
from core.errors import AppError
from core.language import AUTO, LANGUAGE_NAMES
from core.lesson_copy import copy_of
from core.migration import SkipReason, Trouble
from core.playback import needs_token
from core.ports import Services, Tx
from core.text_track import ON_ITS_WAY, Origin, TextTrack, TrackState, called

NO_KEY = "The captions of a signed video cannot be read without MUX_SIGNING_KEY and MUX_PRIVATE_KEY."
ALIVE = (*ON_ITS_WAY, TrackState.READY)


def caption(item_id: UUID, services: Services) -> None:
    """Have captions written for one lesson: written down first, then asked of Mux. Safe to run twice."""
    track = _wanted(item_id, services)
    if track is None or track.state is not TrackState.WAITING:
        return
    try:
        send(track, services)
    except AppError as error:
        if error.retryable or error.account_wide:
            raise
        fail(track, error.sentence, services)


def give_up(item_id: UUID, reason: str, services: Services) -> None:
    """End the captions of an item whose step failed at every try, and the item with them."""
    with services.uow("bulk.captions.read") as tx:
        track = tx.captions.of_item(item_id)
    if track is not None:
        fail(track, reason, services)


def take_back(tx: Tx, found: Change, *, by: Person, services: Services) -> list[str]:
    """Have the captions deleted that an item made; returns what somebody has changed of them since: then
    nothing is."""
    made = tx.captions.of_item(found.item.id)
    newest = tx.captions.newest(made.id) if made else None
    if made is None or newest is None:
        return []
    if _was_changed(tx, found, made, newest):
        return [f"captions “{made.name}”"]
    if made.state in (TrackState.READY, TrackState.LOST):
        let_go(tx, made, found.lesson_id, by=by, services=services)
    return []


def _was_changed(tx: Tx, found: Change, made: TextTrack, newest: TextTrack) -> bool:
    """Whether others took their place, or are about to, or the lesson plays another copy with its own."""
    is_there = newest.state in (TrackState.READY, TrackState.LOST)
    if newest.id != made.id and is_there:
        return True
    if is_there and found.lesson_id not in tx.captions.lessons_of(made.asset_id):
        return True
    beside = tx.captions.of_asset(made.asset_id)
    return any(one.replaces == made.id and one.state in ON_ITS_WAY for one in beside)


def _wanted(item_id: UUID, services: Services) -> TextTrack | None:
    """The record of what the item wants, made now where there is none; None where it has come to its end."""
    with services.uow("bulk.captions") as tx:
        seen = tx.bulk.change(item_id)
        asset = copy_of(tx, seen.lesson_id) if seen else None
        if asset is not None:
            tx.assets.lock(asset.id)  # before the item, as everywhere: of two lessons over one copy, one asks
        found = under_way(tx, item_id)
        if found is None:
            return None
        track = tx.captions.of_item(item_id)
        if track is None or track.state not in ALIVE:
            track = _new(tx, found, asset, services)
        else:
            follow(tx, track, services)  # in case that its end was heard of before its item was there
        tx.commit()
    return track


def _new(tx: Tx, found: Change, asset: Asset | None, services: Services) -> TextTrack | None:
    admit(tx, found)
    why = _why_not(tx, found, asset)
    if asset is None or why is not None:
        skipped(tx, found, why or SkipReason.NOT_AT_MUX, services)
        return None
    if asset.policy and needs_token(asset.policy) and services.signer is None:
        failed_in(tx, found, Trouble.SIGNING_KEY_MISSING, NO_KEY, services)
        return None
    language = found.order.wanted
    name = "" if language == AUTO else LANGUAGE_NAMES[language]
    new = Wanted(origin=Origin.GENERATED, called=called(language, name), item_id=found.item.id)
    return want(tx, new, asset, found.lesson_id, None, by=found.order.person, services=services)


def _why_not(tx: Tx, found: Change, asset: Asset | None) -> SkipReason | None:
    """As the plan left lessons out; here what has changed since."""
    if asset is None or asset.status is AssetStatus.DELETED:
        return SkipReason.NOT_AT_MUX
    if asset.status is not AssetStatus.READY or asset.playback_id is None:
        return SkipReason.NOT_READY
    if names_another(tx, found.lesson_id):
        return SkipReason.CAPTIONED
    return needless(asset, tx.captions.of_asset(asset.id), found.order.wanted)
