"""Stepping: the moves that every step of the engine shares, each inside the caller's transaction."""

from datetime import timedelta

from core.asset import Asset, AssetStatus
from core.batch import ItemState
from core.migration import Trouble
from core.ports import Services, Tx
from core.records import Job, Work


def requeue(
    tx: Tx, work: Work, *, delay_s: float, reason: str, services: Services, count: bool = False
) -> None:
    """Back to the queue, due in `delay_s`, and the batch is fed then; `count` makes it a failed attempt."""
    due_at = services.clock() + timedelta(seconds=delay_s)
    tx.batches.move(work.item.id, ItemState.QUEUED, reason=reason, not_before=due_at, count=count)
    tx.enqueue(Job.FEED, at=due_at, batch_id=work.item.batch_id)


def fail(tx: Tx, work: Work, trouble: Trouble, reason: str) -> None:
    """End an item with its cause in words; pause the batch when its budget is spent."""
    tx.batches.move(work.item.id, ItemState.FAILED, trouble=trouble, reason=reason)
    release_intent(tx, work)
    tx.batches.settle(work.item.batch_id)


def release_intent(tx: Tx, work: Work) -> None:
    """Close the open intent: whatever still turns up under it is a twin."""
    if work.intent and work.intent.is_open:
        tx.intents.close(work.intent.id)


def discard_later(tx: Tx, asset: Asset) -> None:
    """Have an asset of ours that nobody uses deleted."""
    if asset.status is not AssetStatus.DELETED:
        tx.enqueue(Job.DISCARD, key=f"discard:{asset.id}", asset_id=asset.id)
