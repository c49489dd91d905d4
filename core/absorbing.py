"""Absorbing: one sight of an asset, by event, answer or listing, changes what follows from it.

Order does not matter: the mirror folds sights by rank, and an item only moves forward.
"""

import random
from uuid import UUID

from core import publishing
from core.access import SYSTEM, Person
from core.asset import DELETED_AT_MUX, Asset, AssetStatus, mux_reason
from core.batch import ALIVE, DOWNLOAD, ItemState
from core.migration import Trouble, trouble_of
from core.ports import Services, Tx
from core.records import Intent
from core.stepping import discard_later, fail, release_intent, requeue
from core.upload_receiving import take_asset
from core.work import Move, Remake, Work

BEFORE_VERIFYING = frozenset({ItemState.QUEUED, ItemState.SUBMITTING, ItemState.INGESTING})
PLAYS_FROM_MUX = frozenset({ItemState.DONE, ItemState.AWAITING_SCHEMA})
REFUSED_ADDRESS = ("403", "expired", "skew", "signature")
"""Words in Mux's reason that speak of a presigned URL; how Mux puts it is not documented."""

SKEW_NOTED_S = 60.0
SYNC = "Switch time synchronisation on, then retry."
SIGNED_WRONG = (
    "S3 refused the address that was signed for Mux: `cli.py doctor` says whether the clock is right; "
    "PRESIGN_LIFETIME_S may be too short, or the key may not be read."
)


def absorb(tx: Tx, asset: Asset, *, services: Services) -> UUID | None:
    """Take in a sight of an asset; returns the item that is to be verified now, if any.

    An asset under our passthrough that is not the intent's own is a twin: never written to a host row, and
    deleted, because passthrough and intent prove it ours.
    """
    before = tx.assets.lock(asset.id) if asset.status is AssetStatus.DELETED else None
    asset = tx.assets.fold(asset, at=services.clock())
    if asset.status is AssetStatus.DELETED:
        is_news = before is not None and before.status is not AssetStatus.DELETED
        by = _deleted_by(tx, asset) if is_news else SYSTEM
        _gone(tx, asset, by=by)
        take_asset(tx, asset, services=services)
        if is_news:
            publishing.let_go_of(tx, asset, by=by)
        return None
    if take_asset(tx, asset, services=services):
        return None
    intent = tx.intents.by_passthrough(asset.passthrough)
    if intent is None:
        return None
    work = tx.batches.work(intent.item_id, lock=True)  # item before intent, as every step locks
    if not tx.intents.answer(intent.id, asset.id):
        discard_later(tx, asset)
        return None
    if work is None or not intent.is_open or work.item.state not in BEFORE_VERIFYING:
        if asset.mp4_name:
            publishing.amend(tx, asset, services=services)
        return None  # an earlier try's asset, or a fact that is known already, changes nothing else
    return _bring_forward(tx, work, asset, services)


def _bring_forward(tx: Tx, work: Work, asset: Asset, services: Services) -> UUID | None:
    if work.item.state is not ItemState.INGESTING:
        tx.batches.move(work.item.id, ItemState.INGESTING, asset_id=asset.id)
    elif work.item.asset_id != asset.id:
        tx.batches.bind(work.item.id, asset.id)
    if asset.status is AssetStatus.ERRORED:
        _errored(tx, work, asset, services)
    elif asset.status is AssetStatus.READY:
        tx.batches.move(work.item.id, ItemState.VERIFYING, asset_id=asset.id)
        return work.item.id
    return None


def _errored(tx: Tx, work: Work, asset: Asset, services: Services) -> None:
    """A failed download is tried again with a fresh URL under a new intent; anything else is final."""
    trouble = trouble_of(asset)
    retries = trouble is Trouble.DOWNLOAD_FAILED
    delay_s = DOWNLOAD.delay_s(work.item.attempts + 1, jitter=random.random()) if retries else None
    discard_later(tx, asset)
    reason = f"{mux_reason(asset)} {_hint(asset, work.intent)}".rstrip()
    if delay_s is None:
        fail(tx, work, trouble, reason)
        return
    release_intent(tx, work)
    requeue(tx, work, delay_s=delay_s, reason=reason, services=services, count=True)


def _hint(asset: Asset, intent: Intent | None) -> str:
    """What to look at where S3 refused Mux the address that was signed for it; Mux dates what it makes, so a
    difference of the clocks shows in that."""
    words = " ".join(asset.error_messages).lower()
    if trouble_of(asset) is not Trouble.DOWNLOAD_FAILED or not any(word in words for word in REFUSED_ADDRESS):
        return ""
    skew_s = _skew_s(asset, intent)
    if skew_s < SKEW_NOTED_S:
        return SIGNED_WRONG
    return f"Mux's clock and this machine's differ by {skew_s:.0f} s; addresses end by the clock. {SYNC}"


def _skew_s(asset: Asset, intent: Intent | None) -> float:
    """How far Mux's clock is from ours, as its asset tells; 0 where that cannot be told."""
    if not asset.created_at or asset.upload_id or not intent or not intent.posted_at or intent.losses:
        return 0.0
    return abs((asset.created_at - intent.posted_at).total_seconds())


def _deleted_by(tx: Tx, asset: Asset) -> Person:
    """Who had it deleted, kept in the audit; Lectern itself, where it only found it gone."""
    wish = tx.upkeep.drop_wish(asset.id)
    by = wish.by if wish else SYSTEM
    tx.audit(by, "delete asset" if wish else "find asset deleted", f"asset {asset.id}")
    return by


def _gone(tx: Tx, asset: Asset, *, by: Person) -> None:
    """Deleted at Mux: what played from it falls back to S3; what was on its way fails."""
    for item_id in tx.batches.on_asset(asset.id):
        work = tx.batches.work(item_id, lock=True)
        if work and work.item.state in PLAYS_FROM_MUX:
            changed = publishing.fall_back(tx, work.item.id, by=by)
            _let_go(tx, work, asset)
            reason = (
                f"{DELETED_AT_MUX} Changed by somebody since: {', '.join(changed)}."
                if changed
                else DELETED_AT_MUX
            )
            tx.batches.move(item_id, ItemState.ROLLED_BACK, trouble=Trouble.ASSET_DELETED, reason=reason)
        elif work and work.item.state in ALIVE:
            fail(tx, work, Trouble.ASSET_DELETED, DELETED_AT_MUX)


def _let_go(tx: Tx, work: Work, asset: Asset) -> None:
    """What it served plays from S3 again, or from the copy whose place it had taken."""
    if isinstance(work, Move):
        tx.assets.release(asset.id, work.source.id)
    elif isinstance(work, Remake):
        tx.bulk.hand_over(asset.id, work.old.id)
