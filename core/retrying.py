"""Retrying: failed items on their second way, all of a batch or some of them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from core.access import Action, Person, check
from core.batch import BatchState, ItemState
from core.errors import InvalidInput, StaleState
from core.naming import existing, named, subject
from core.ports import Services, Tx
from core.records import Batch, Job

AGAIN = (ItemState.QUEUED, ItemState.VERIFYING)
"""Where an item is that starts again: at its POST, or at the check of a copy that is there."""


def retry(batch_id: int, *, by: Person, services: Services, item_ids: Sequence[UUID] | None = None) -> int:
    """Have failed items (all, or these) start again; returns how many do.

    All: the batch goes on too. These alone: a paused batch stays paused. Raises `StaleState` when none can.
    """
    check(by, Action.MIGRATE)
    with services.uow("retry") as tx:
        batch = existing(tx, batch_id, lock=True)  # a cancel of this moment must find what is renewed
        _check_not_cancelled(batch)
        went = tx.batches.renew(batch_id, item_ids=item_ids)
        again = [item_id for item_id, state in went.items() if state in AGAIN]
        if again:
            _go_on(tx, batch, only_these=item_ids is not None)
            _verify_again(tx, went)
            tx.audit(by, "retry items", subject(batch_id), before={"state": batch.state}, after=named(again))
        tx.commit()
    if not again:
        raise _nothing_to_retry(went)
    return len(again)


def _check_not_cancelled(batch: Batch) -> None:
    if batch.state is BatchState.CANCELLED:
        raise InvalidInput(
            "This batch was cancelled; nothing of it is tried again.",
            hint="Tick its videos on the Migrate page and start another batch.",
        )


def _go_on(tx: Tx, batch: Batch, *, only_these: bool) -> None:
    if batch.state is BatchState.PAUSED and only_these:
        return
    if batch.state is not BatchState.RUNNING:
        tx.batches.set_state(batch.id, BatchState.RUNNING)
    tx.enqueue(Job.FEED, batch_id=batch.id)


def _verify_again(tx: Tx, went: Mapping[UUID, ItemState]) -> None:
    for item_id, state in went.items():
        if state is ItemState.VERIFYING:
            tx.enqueue(Job.VERIFY, key=f"verify:{item_id}", item_id=str(item_id))


def _nothing_to_retry(went: Mapping[UUID, ItemState]) -> StaleState:
    if ItemState.FAILED in went.values():
        return StaleState(
            "Another batch is moving these videos at present.", hint="Wait for its end, then look again."
        )
    if went:
        return StaleState("Another batch has moved these videos to Mux.", hint="There is nothing left to do.")
    return StaleState("Nothing has failed here (any more).", hint="Load the page again.")
