"""Undoing: host rows back as they were before the migration, item by item, all rows of an item or none."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from core import bulk_captioning, normalising, publishing
from core.access import Action, Person, check
from core.batch import BatchKind, ItemState
from core.bulk_worklist import Change
from core.errors import AppError, InvalidInput, StaleState, Unavailable
from core.migration import Trouble
from core.naming import existing, named, subject
from core.ports import Services, Tx
from core.records import Job
from core.stepping import want_gone
from core.work import Move, Remake, Work

ROLLS_BACK = (ItemState.DONE, ItemState.AWAITING_SCHEMA)
AT_ONCE = 500
"""Jobs enqueued in one transaction."""

HELD = "The Schema page lists who holds the lesson's rows for long. Let them end, then roll it back again."
INSTEAD = {
    BatchKind.DELETE: "Move the videos to Mux again: their files in S3 are as they were.",
    BatchKind.POLICY: "Change who may play the lessons the other way.",
}
GIVEN_UP = "Not rolled back, also when tried for minutes: {}"


def roll_back(
    batch_id: int,
    *,
    by: Person,
    services: Services,
    item_ids: Sequence[UUID] | None = None,
    delete_assets: bool = False,
) -> int:
    """Have the host rows of done items (all, or these) put back as they were; returns how many items.

    The originals in S3 were never touched. With `delete_assets` the copies at Mux go too.
    """
    check(by, Action.ROLL_BACK)
    with services.uow("roll_back") as tx:
        batch = existing(tx, batch_id)
        if not batch.kind.has_way_back:
            raise InvalidInput("This batch has no way back.", hint=INSTEAD[batch.kind])
        undo_id = uuid4()
        chosen = tx.batches.ask_back(batch_id, undo_id, item_ids=item_ids)
        if not chosen:
            raise StaleState("There is nothing to roll back.", hint="Only items that are done can be.")
        asked = {"delete_asset": delete_assets, "actor": by.name, "subject": by.subject}
        tx.enqueue(Job.UNDO, batch_id=batch_id, undo_id=str(undo_id), asked=asked)
        after = {**named(chosen), "delete_assets": delete_assets}
        tx.audit(by, "roll back", subject(batch_id), before={"state": batch.state}, after=after)
        tx.commit()
    return len(chosen)


def undo(batch_id: int, undo_id: UUID, *, asked: Mapping[str, Any], services: Services) -> None:
    """Give every item that is wanted back a job of its own, a few hundred at a time, with what was asked."""
    last: UUID | None = None
    while True:
        with services.uow("undo.fan") as tx:
            ids = tx.batches.asked_back(batch_id, undo_id, after=last, limit=AT_ONCE)
            for item_id in ids:
                tx.enqueue(Job.ROLL_BACK, key=f"roll_back:{item_id}", item_id=str(item_id), **asked)
            tx.commit()
        if len(ids) < AT_ONCE:
            return
        last = ids[-1]


def roll_back_item(item_id: UUID, *, by: Person, delete_asset: bool, services: Services) -> bool:
    """Put one item's rows back; False when one of them refuses, and then none of them is."""
    try:
        return _put_back(item_id, by, delete_asset, services)
    except AppError as error:
        if error.retryable:
            raise Unavailable(str(error), hint=HELD) from error
        _refuse(item_id, Trouble.ROW_REFUSED, error.sentence, services)
        return False


def _put_back(item_id: UUID, by: Person, delete_asset: bool, services: Services) -> bool:
    with services.uow("roll_back.item") as tx:
        work = tx.batches.work(item_id, lock=True) or tx.bulk.change(item_id)
        if work is None or work.item.state not in ROLLS_BACK:
            return False
        if isinstance(work, Remake):
            normalising.leave(tx, work, by=by, keeps=not delete_asset, services=services)
        changed = _restore(tx, work, by, services)
        if not changed:
            tx.batches.move(item_id, ItemState.ROLLED_BACK, reason=f"Rolled back by {by.name}.")
            if isinstance(work, Work):
                _let_go(tx, work, by, delete_asset, services)
            tx.commit()
            return True
    reason = f"Changed by somebody since and left as they are: {', '.join(changed)}."
    _refuse(item_id, Trouble.ROW_CHANGED, reason, services)
    return False


def _restore(tx: Tx, work: Work | Change, by: Person, services: Services) -> list[str]:
    """What the item did is undone; returns what somebody has changed since, and then it is not."""
    if isinstance(work, Change) and work.kind is BatchKind.CAPTIONS:
        return bulk_captioning.take_back(tx, work, by=by, services=services)
    return publishing.put_back(tx, work.item.id, by=by)


def give_up(item_id: UUID, *, reason: str, services: Services) -> None:
    """End the wish for one item whose way back failed at every try; its rows are as they were."""
    _refuse(item_id, Trouble.ROW_REFUSED, GIVEN_UP.format(reason), services)


def give_up_all(batch_id: int, undo_id: UUID, *, reason: str, services: Services) -> None:
    """End a wish that did not come to its items' own jobs, for every item that still waits for it."""
    while True:
        with services.uow("roll_back.give_up") as tx:
            ids = tx.batches.asked_back(batch_id, undo_id, after=None, limit=AT_ONCE)
            for item_id in ids:
                tx.batches.refuse_back(item_id, trouble=Trouble.UNEXPECTED, reason=GIVEN_UP.format(reason))
            tx.commit()
        if not ids:
            return


def _refuse(item_id: UUID, trouble: Trouble, reason: str, services: Services) -> None:
    with services.uow("roll_back.refuse") as tx:
        tx.batches.refuse_back(item_id, trouble=trouble, reason=reason)
        tx.commit()


def _let_go(tx: Tx, work: Work, by: Person, delete_asset: bool, services: Services) -> None:
    asset_id = str(work.item.asset_id)
    if isinstance(work, Move):
        _release(tx, work, asset_id)
        if delete_asset:
            want_gone(tx, asset_id, asked=True, by=by)
    elif isinstance(work, Remake):
        normalising.put_back(tx, work, asset_id, by=by, delete_asset=delete_asset, services=services)


def _release(tx: Tx, work: Move, asset_id: str) -> None:
    """The source gives its asset up, unless rows that another item switched play from it."""
    if not tx.batches.plays(work.source.id, asset_id):
        tx.assets.release(asset_id, work.source.id)
    tx.sources.refresh_findings([work.source.id])
