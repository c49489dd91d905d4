"""Stepping: the moves that every step of the engine shares, each inside the caller's transaction."""

import random
from datetime import timedelta
from typing import Protocol

from core.access import SYSTEM, Person
from core.asset import Asset, AssetStatus
from core.batch import NETWORK, BatchState, ItemState
from core.errors import AppError, InvalidInput, NotAllowed, NotFound, Refused, StaleState, Unavailable
from core.feeding import feed_in
from core.migration import Trouble
from core.ports import Services, Tx
from core.records import Intent, Item, Job
from core.work import Work

CANCELLED = "The batch was cancelled."

HOLD_S = 30.0
"""How long a batch waits before it tries again whether wrong credentials were put right."""


class CopyRejectedError(AppError):
    """The copy is not what it should be; `trouble` is the cause it is grouped under."""

    def __init__(self, trouble: Trouble, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.trouble = trouble


class Under(Protocol):
    """An item under way, be it about a source or about a lesson."""

    @property
    def item(self) -> Item: ...

    @property
    def intent(self) -> Intent | None: ...


def before_post(tx: Tx, work: Work) -> Work | None:
    """The item, locked, while nothing was sent for it; None when it is not ours to send any more.

    The same job may have been run elsewhere, after its worker was taken for dead.
    """
    current = tx.batches.work(work.item.id, lock=True)
    if current is None or current.item.state is not ItemState.SUBMITTING:
        return None
    return None if current.intent and current.intent.posted_at else current


def before_answer(tx: Tx, work: Work, intent: Intent) -> Work | None:
    """The item, locked, while it waits for the answer to this intent; None when an event was faster."""
    current = tx.batches.work(work.item.id, lock=True)
    if current is None or current.item.state is not ItemState.SUBMITTING:
        return None
    return current if current.intent and current.intent.id == intent.id else None


def while_verifying(tx: Tx, work: Work) -> Work | None:
    """The item, locked, while it is to be verified; None when another worker has brought it to an end."""
    current = tx.batches.work(work.item.id, lock=True)
    return current if current and current.item.state is ItemState.VERIFYING else None


def requeue(
    tx: Tx, work: Under, *, delay_s: float, reason: str, services: Services, count: bool = False
) -> None:
    """Back to the queue, due in `delay_s`, and the batch is fed then; `count` makes it a failed attempt.

    An item of a cancelled batch goes no further. The batch is locked: a cancel of the same moment either
    finds the item in the queue or is found here.
    """
    batch = tx.batches.get(work.item.batch_id, lock=True)
    if batch and batch.state is BatchState.CANCELLED:
        tx.batches.move(work.item.id, ItemState.CANCELLED, reason=CANCELLED)
        release_intent(tx, work)
        return
    due_at = services.clock() + timedelta(seconds=delay_s)
    tx.batches.move(work.item.id, ItemState.QUEUED, reason=reason, not_before=due_at, count=count)
    tx.enqueue(Job.FEED, at=due_at, batch_id=work.item.batch_id)


def hold(tx: Tx, work: Under, error: AppError, services: Services) -> None:
    """What is wrong would stop every item alike: the whole batch waits, says why, and tries again."""
    until = services.clock() + timedelta(seconds=HOLD_S)
    tx.batches.hold(work.item.batch_id, until=until, reason=error.sentence)
    requeue(tx, work, delay_s=HOLD_S, reason=error.sentence, services=services)


def unready(tx: Tx, work: Work, error: AppError, services: Services) -> None:
    """The item could not be brought to Mux, by no fault of Mux: it waits, or fails with its cause."""
    if error.account_wide:
        hold(tx, work, error, services)
        return
    delay_s = NETWORK.delay_s(work.item.attempts + 1, jitter=random.random())
    if isinstance(error, Unavailable) and delay_s is not None:
        requeue(tx, work, delay_s=delay_s, reason=error.sentence, services=services, count=True)
        return
    fail(tx, work, _cause(error), error.sentence)
    feed_in(tx, work.item.batch_id, services)


def _cause(error: AppError) -> Trouble:
    if isinstance(error, CopyRejectedError):
        return error.trouble
    kinds: dict[type[AppError], Trouble] = {
        Unavailable: Trouble.SOURCE_UNREACHABLE,
        NotFound: Trouble.SOURCE_GONE,
        StaleState: Trouble.SOURCE_CHANGED,
        Refused: Trouble.SOURCE_DENIED,
        InvalidInput: Trouble.FILE_DAMAGED,
        NotAllowed: Trouble.NOT_YOURS,
    }
    return kinds.get(type(error), Trouble.UNEXPECTED)


def fail(tx: Tx, work: Under, trouble: Trouble, reason: str) -> None:
    """End an item with its cause in words; pause the batch when its budget is spent."""
    tx.batches.move(work.item.id, ItemState.FAILED, trouble=trouble, reason=reason)
    release_intent(tx, work)
    tx.batches.settle(work.item.batch_id)


def release_intent(tx: Tx, work: Under) -> None:
    """Close the open intent: whatever still turns up under it is a twin."""
    if work.intent and work.intent.is_open:
        tx.intents.close(work.intent.id)


def discard_later(tx: Tx, asset: Asset) -> None:
    """Have an asset of ours that nobody uses deleted."""
    if asset.status is not AssetStatus.DELETED:
        want_gone(tx, asset.id, asked=False, by=SYSTEM)


def want_gone(tx: Tx, asset_id: str, *, asked: bool, by: Person) -> None:
    """Keep the wish that an asset be deleted, with its job; `asked`: whoever asked outranks a twin's."""
    tx.upkeep.want_gone(asset_id, asked=asked, by=by)
    tx.enqueue(Job.DISCARD, key=f"discard:{asset_id}", asset_id=asset_id)


def let_go(tx: Tx, asset_id: str, *, by: Person) -> None:
    """Have a copy that nothing plays deleted, which serves no source from now on; its row is locked."""
    for source_id in tx.assets.sources_of(asset_id):
        tx.assets.release(asset_id, source_id)
    want_gone(tx, asset_id, asked=True, by=by)
