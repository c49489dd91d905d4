"""Changing one lesson of a bulk job: the step of the kinds that write the school's own row alone."""

from uuid import UUID

from core.access import Action, check
from core.batch import ItemState
from core.bulk import WRITES
from core.bulk_worklist import Change
from core.errors import AppError, NotAllowed, NotFound
from core.feeding import feed_in
from core.migration import SkipReason, Trouble
from core.ports import Services, Tx
from core.stepping import fail

TROUBLES: dict[type[AppError], Trouble] = {
    NotFound: Trouble.LESSON_GONE,
    NotAllowed: Trouble.NOT_YOURS,
}


def change(item_id: UUID, *, services: Services) -> None:
    """Bring one lesson to what was ordered; what cannot be is failed with its cause.

    What may pass by itself is raised, so that the queue tries it again. Safe to run twice.
    """
    try:
        _change(item_id, services)
    except AppError as error:
        if error.retryable:
            raise
        _fail(item_id, TROUBLES.get(type(error), Trouble.ROW_REFUSED), error.sentence, services)


def give_up(item_id: UUID, *, reason: str, services: Services) -> None:
    """End an item whose step failed at every try."""
    _fail(item_id, Trouble.UNEXPECTED, reason, services)


def _change(item_id: UUID, services: Services) -> None:
    with services.uow("bulk.change") as tx:
        found = _under_way(tx, item_id)
        if found is None:
            return
        _write(tx, found)
        _next(tx, found, services)
        tx.commit()


def _write(tx: Tx, found: Change) -> None:
    """The lesson's row, its line of the audit and the item, in one transaction; rights are asked again."""
    order, person, column = found.order, found.order.person, WRITES[found.kind]
    _admit(tx, found)
    before = tx.bulk.write(found, column, order.wanted)
    if before is None:
        raise _gone()
    if str(before[column]) == order.wanted:
        tx.batches.move(found.item.id, ItemState.SKIPPED, reason=SkipReason.ALREADY)
        return
    tx.audit(person, found.kind, f"lesson {found.lesson_id}", before=before, after={column: order.wanted})
    tx.batches.move(found.item.id, ItemState.VERIFYING)
    tx.batches.move(found.item.id, ItemState.DONE)


def _admit(tx: Tx, found: Change) -> None:
    person = found.order.person
    ties = tx.people.ties(found.lesson_id, person.host_user_id)
    if ties is None:
        raise _gone()
    check(person, Action.EDIT_LESSON, ties=ties.of(person.host_user_id), left_out=ties.left_out)


def _gone() -> NotFound:
    return NotFound("The lesson was deleted meanwhile.", hint="There is nothing left to do.")


def _fail(item_id: UUID, trouble: Trouble, reason: str, services: Services) -> None:
    with services.uow("bulk.fail") as tx:
        found = _under_way(tx, item_id)
        if found is None:
            return
        fail(tx, found, trouble, reason)
        _next(tx, found, services)
        tx.commit()


def _under_way(tx: Tx, item_id: UUID) -> Change | None:
    """The item, locked, while it is to be changed; None when another worker has brought it to an end."""
    found = tx.bulk.change(item_id, lock=True)
    return found if found and found.item.state is ItemState.SUBMITTING else None


def _next(tx: Tx, found: Change, services: Services) -> None:
    """The place is free: the next of the batch begins, or the batch comes to its end."""
    feed_in(tx, found.item.batch_id, services)
    tx.batches.settle(found.item.batch_id)
