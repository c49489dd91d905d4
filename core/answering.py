"""Answering: what becomes of an item once its bytes were sent to Mux.

Every move here looks at the item again, locked: an event may have been faster than the answer, and an
answer that is late must not undo what the event did.
"""

from datetime import timedelta

from core import absorbing
from core.asset import Asset
from core.batch import ItemState
from core.errors import AppError, InvalidInput, StaleState
from core.feeding import feed_in
from core.migration import Trouble
from core.ports import Services
from core.records import Intent, Job
from core.stepping import before_answer, fail, hold, requeue, unready
from core.work import Work


def answered(work: Work, intent: Intent, asset: Asset | None, services: Services) -> None:
    """Mux has it: the asset, or None when bytes were pushed and the asset's id will come by event."""
    with services.uow("submit.answer") as tx:
        if asset is not None:
            verify_id = absorbing.absorb(tx, asset, services=services)
            if verify_id:
                tx.enqueue(Job.VERIFY, item_id=str(verify_id))
        elif before_answer(tx, work, intent):
            tx.batches.move(work.item.id, ItemState.INGESTING)
        tx.batches.unhold(work.item.batch_id)
        feed_in(tx, work.item.batch_id, services)
        tx.commit()


def lost(work: Work, intent: Intent, reason: str, services: Services) -> None:
    """No answer: an asset may have been made. Search before anything is sent again."""
    now = services.clock()
    with services.uow("submit.lost") as tx:
        if before_answer(tx, work, intent) is None:
            return
        tx.intents.lost(intent.id, now=now)
        tx.batches.move(work.item.id, ItemState.INGESTING, reason=reason)
        at = now + timedelta(seconds=services.settings.lost_grace_s)
        tx.enqueue(Job.FIND_LOST, at=at, key="find_lost")
        feed_in(tx, work.item.batch_id, services)
        tx.commit()


def withdrawn(work: Work, intent: Intent, wait_s: float, error: AppError, services: Services) -> None:
    """Mux refused for now: nothing was made, the same intent is sent again later."""
    with services.uow("submit.withdraw") as tx:
        current = before_answer(tx, work, intent)
        if current is None:
            return
        tx.intents.withdrawn(intent.id)
        requeue(tx, current, delay_s=wait_s, reason=error.sentence, services=services)
        tx.commit()


def refused(work: Work, intent: Intent, error: AppError, services: Services) -> None:
    """A definite no: nothing was made. Wrong credentials are no item's fault, so the batch waits."""
    with services.uow("submit.refused") as tx:
        current = before_answer(tx, work, intent)
        if current is None:
            return
        tx.intents.withdrawn(intent.id)
        if error.account_wide:
            hold(tx, current, error, services)
        else:
            fail(tx, current, _trouble(error), error.sentence)
            feed_in(tx, work.item.batch_id, services)
        tx.commit()


def unread(work: Work, intent: Intent, error: AppError, services: Services) -> None:
    """Our own reading broke in the midst of a push: an upload without its last bytes makes no asset."""
    with services.uow("submit.unread") as tx:
        current = before_answer(tx, work, intent)
        if current is None:
            return
        tx.intents.withdrawn(intent.id)
        unready(tx, current, error, services)
        tx.commit()


def _trouble(error: AppError) -> Trouble:
    kinds: dict[type[AppError], Trouble] = {
        StaleState: Trouble.SOURCE_CHANGED,
        InvalidInput: Trouble.FILE_DAMAGED,
    }
    return kinds.get(type(error), Trouble.MUX_REFUSED)
