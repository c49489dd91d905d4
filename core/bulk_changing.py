"""Changing one lesson of a bulk job: the step of each kind, and what becomes of one that fails."""

from collections.abc import Callable, Mapping
from uuid import UUID

from core import bulk_captioning
from core.batch import BatchKind
from core.bulk import WRITES
from core.bulk_deleting import delete_copy
from core.bulk_stepping import admit, done, failed, gone, held, skipped, trouble_of, under_way
from core.bulk_worklist import Change
from core.errors import AppError
from core.migration import SkipReason, Trouble
from core.policy_changing import change_policy
from core.ports import Services, Tx

STEPS: Mapping[BatchKind, Callable[[UUID, Services], None]] = {
    BatchKind.CAPTIONS: bulk_captioning.caption,
    BatchKind.DELETE: delete_copy,
    BatchKind.POLICY: change_policy,
}
"""The others write the school's row."""


def change(item_id: UUID, *, services: Services) -> None:
    """Bring one lesson to what was ordered; what cannot be is failed with its cause.

    What may pass by itself is raised, so that the queue tries it again. Safe to run twice.
    """
    with services.uow("bulk.look.read") as tx:
        found = tx.bulk.change(item_id)
    if found is None:
        return
    try:
        STEPS.get(found.kind, _write)(item_id, services)
    except AppError as error:
        if error.retryable:
            raise
        if error.account_wide:
            held(item_id, error, services)
            return
        otherwise = Trouble.ROW_REFUSED if found.kind in WRITES else Trouble.MUX_REFUSED
        failed(item_id, trouble_of(error, otherwise), error.sentence, services)


def give_up(item_id: UUID, *, reason: str, services: Services) -> None:
    """End an item whose step failed at every try, with what it had begun."""
    bulk_captioning.give_up(item_id, reason, services)
    failed(item_id, Trouble.UNEXPECTED, reason, services)


def _write(item_id: UUID, services: Services) -> None:
    """The lesson's row, its line of the audit and the item, in one transaction; rights are asked again."""
    with services.uow("bulk.change") as tx:
        found = under_way(tx, item_id)
        if found is None:
            return
        admit(tx, found)
        if _written(tx, found):
            done(tx, found, services)
        else:
            skipped(tx, found, SkipReason.ALREADY, services)
        tx.commit()


def _written(tx: Tx, found: Change) -> bool:
    """False where the row said so already."""
    order, column = found.order, WRITES[found.kind]
    before = tx.bulk.write(found, column, order.wanted)
    if before is None:
        raise gone()
    if str(before[column]) == order.wanted:
        return False
    after = {column: order.wanted}
    tx.audit(order.person, found.kind, f"lesson {found.lesson_id}", before=before, after=after)
    return True
