"""What the steps of every bulk job share, each inside the caller's transaction."""

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

from core.access import Action, check
from core.asset import Asset
from core.batch import ItemState
from core.bulk import AT_MUX, Order
from core.bulk_worklist import Change
from core.errors import AppError, NotAllowed, NotFound
from core.feeding import feed_in
from core.lesson_copy import copy_of
from core.migration import SkipReason, Trouble
from core.ports import Services, Tx
from core.stepping import fail, hold

BEGUN = (ItemState.SUBMITTING, ItemState.INGESTING, ItemState.VERIFYING)


def under_way(tx: Tx, item_id: UUID) -> Change | None:
    """The item, locked, while it is to be changed; None when another worker has brought it to an end."""
    found = tx.bulk.change(item_id, lock=True)
    return found if found and found.item.state in BEGUN else None


class Ordered(Protocol):
    """An item that somebody ordered for a lesson."""

    @property
    def order(self) -> Order: ...

    @property
    def lesson_id(self) -> str: ...


def admit(tx: Tx, found: Ordered) -> None:
    """Ask again whether whoever started the batch may edit the lesson. Raises `NotAllowed`, `NotFound`."""
    person = found.order.person
    ties = tx.people.ties(found.lesson_id, person.host_user_id)
    if ties is None:
        raise gone()
    check(person, Action.EDIT_LESSON, ties=ties.of(person.host_user_id), left_out=ties.left_out)


def gone() -> NotFound:
    return NotFound("The lesson was deleted meanwhile.", hint="There is nothing left to do.")


def check_sharing(tx: Tx, asset_id: str, owner_id: str | None) -> None:
    """Raise `NotAllowed` where the copy plays somebody else's lesson as well: it is not one person's then."""
    if owner_id is not None and tx.bulk.plays_for_others(asset_id, owner_id):
        raise NotAllowed("The same copy plays a lesson of somebody else.", hint="Ask an admin.")


def copy_under_way(
    tx: Tx, item_id: UUID, services: Services, *, suits: Callable[[Asset], bool] = lambda _: True
) -> tuple[Change, Asset] | None:
    """The item, locked, with the copy that is to be changed; None where it has come to its end.

    It ends here where there is no copy that suits: the caller's transaction is committed then. Raises as
    `admit` and `check_sharing` do.
    """
    found = under_way(tx, item_id)
    if found is None:
        return None
    admit(tx, found)
    asset = copy_of(tx, found.lesson_id)
    if asset is None or not suits(asset):
        skipped(tx, found, SkipReason.NOT_AT_MUX, services)
        tx.commit()
        return None
    check_sharing(tx, asset.id, found.order.owner_id)
    return found, asset


def on_its_way(tx: Tx, found: Change, services: Services) -> None:
    """Mux has been asked and works on it: the place is free for the next of the batch."""
    tx.batches.unhold(found.item.batch_id)
    tx.batches.move(found.item.id, ItemState.INGESTING)
    feed_in(tx, found.item.batch_id, services)


def done(tx: Tx, found: Change, services: Services, *, reason: str | None = None) -> None:
    """The lesson is as it was ordered, but for the `reason`: the place is free for the next of the batch."""
    tx.batches.move(found.item.id, ItemState.VERIFYING)
    tx.batches.move(found.item.id, ItemState.DONE, reason=reason)
    if found.kind in AT_MUX:
        tx.batches.unhold(found.item.batch_id)
    _next(tx, found, services)


def skipped(tx: Tx, found: Change, reason: SkipReason, services: Services) -> None:
    """There was nothing to do (any more)."""
    tx.batches.move(found.item.id, ItemState.SKIPPED, reason=reason)
    _next(tx, found, services)


def failed(item_id: UUID, trouble: Trouble, reason: str, services: Services) -> None:
    """End an item that cannot be changed, with its cause, in a transaction of its own."""
    with services.uow("bulk.fail") as tx:
        found = under_way(tx, item_id)
        if found is None:
            return
        failed_in(tx, found, trouble, reason, services)
        tx.commit()


def failed_in(tx: Tx, found: Change, trouble: Trouble, reason: str, services: Services) -> None:
    """The same in the caller's transaction, of an item that is under way."""
    fail(tx, found, trouble, reason)
    _next(tx, found, services)


def held(item_id: UUID, error: AppError, services: Services) -> None:
    """What is wrong would stop every lesson alike: the batch waits, says why, and tries again."""
    with services.uow("bulk.hold") as tx:
        if found := under_way(tx, item_id):
            hold(tx, found, error, services)
        tx.commit()


def trouble_of(error: AppError, otherwise: Trouble) -> Trouble:
    """The cause behind what a step was told."""
    kinds: dict[type[AppError], Trouble] = {
        NotFound: Trouble.LESSON_GONE,
        NotAllowed: Trouble.NOT_YOURS,
    }
    return kinds.get(type(error), otherwise)


def _next(tx: Tx, found: Change, services: Services) -> None:
    """The next of the batch begins, or the batch comes to its end."""
    feed_in(tx, found.item.batch_id, services)
    tx.batches.settle(found.item.batch_id)
