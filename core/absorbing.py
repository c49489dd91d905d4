"""Absorbing: one sight of an asset, by event, answer or listing, changes what follows from it.

Order does not matter: the mirror folds sights by rank, and an item only moves forward.
"""

import random
from uuid import UUID

from core import publishing
from core.asset import Asset, AssetStatus
from core.batch import ALIVE, DOWNLOAD, ItemState
from core.migration import Trouble, trouble_of
from core.ports import Services, Tx
from core.records import Work
from core.stepping import discard_later, fail, release_intent, requeue

BEFORE_VERIFYING = frozenset({ItemState.QUEUED, ItemState.SUBMITTING, ItemState.INGESTING})
PLAYS_FROM_MUX = frozenset({ItemState.DONE, ItemState.AWAITING_SCHEMA})


def absorb(tx: Tx, asset: Asset, *, services: Services) -> UUID | None:
    """Take in a sight of an asset; returns the item that is to be verified now, if any.

    An asset under our passthrough that is not the intent's own is a twin: never written to a host row, and
    deleted, because passthrough and intent prove it ours.
    """
    asset = tx.assets.fold(asset, at=services.clock())
    if asset.status is AssetStatus.DELETED:
        _gone(tx, asset)
        return None
    intent = tx.intents.by_passthrough(asset.passthrough)
    if intent is None:
        return None
    if not tx.intents.answer(intent.id, asset.id):
        discard_later(tx, asset)
        return None
    work = tx.batches.work(intent.item_id, lock=True)
    if work is None or not intent.is_open or work.item.state not in BEFORE_VERIFYING:
        return None  # an earlier try's asset, or a fact that is known already, changes nothing
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
    if delay_s is None:
        fail(tx, work, trouble, mux_reason(asset))
        return
    release_intent(tx, work)
    requeue(tx, work, delay_s=delay_s, reason=mux_reason(asset), services=services, count=True)


def _gone(tx: Tx, asset: Asset) -> None:
    """Deleted at Mux: what played from it falls back to S3; what was on its way fails."""
    reason = "The asset was deleted at Mux."
    for item_id in tx.batches.on_asset(asset.id):
        work = tx.batches.work(item_id, lock=True)
        if work and work.item.state in PLAYS_FROM_MUX:
            publishing.put_back(tx, work)
            tx.assets.release(asset.id, work.source.id)
            tx.batches.move(item_id, ItemState.ROLLED_BACK, trouble=Trouble.ASSET_DELETED, reason=reason)
        elif work and work.item.state in ALIVE:
            fail(tx, work, Trouble.ASSET_DELETED, reason)


def mux_reason(asset: Asset) -> str:
    """Mux's own words for an errored asset."""
    words = "; ".join(asset.error_messages) or "no reason given"
    return f"Mux could not use this file ({asset.error_type or 'error'}): {words}."
