"""Batch costing: what migrations were said to cost, and what they did."""

from collections.abc import Sequence
from datetime import date

from core.access import Action, Person, check
from core.batch_cost import PastBatch, cost_of, is_over
from core.batch_kind import BatchKind
from core.batch_list import BatchFilter, BatchSort
from core.card_choice import in_use_on
from core.estimate import CardsOfDay
from core.naming import existing
from core.ports import Services, Tx
from core.pricing import every_card
from core.records import Batch

MOST = 50


def of_batch(batch_id: int, *, by: Person, services: Services) -> PastBatch | None:
    """What a migration cost; None while it goes on, for one that made test copies, and for other jobs.

    Raises `NotFound`, `NotAllowed`, and `UnknownPrice` where no card covers its days.
    """
    check(by, Action.SEE_COSTS)
    with services.uow("batch.costs.read") as tx:
        return _past(existing(tx, batch_id), tx, services)


def newest(*, by: Person, services: Services) -> Sequence[PastBatch]:
    """The migrations that are over, the newest first. Raises `NotAllowed`, `UnknownPrice`."""
    check(by, Action.SEE_COSTS)
    with services.uow("batch.costs.read") as tx:
        lines = tx.batches.page(BatchFilter(), BatchSort.NEWEST, number=1, size=MOST)
        found = (_past(batch, tx, services) for batch, _ in lines)
        return [one for one in found if one is not None]


def _past(batch: Batch, tx: Tx, services: Services) -> PastBatch | None:
    if batch.kind is not BatchKind.MIGRATION or batch.options.test or not is_over(batch):
        return None
    now = services.clock()
    use = tx.batch_costs.use(batch, now=now)
    then = _cards((batch.started_at or batch.created_at).date(), tx, services)
    cost = cost_of(use, then=then, now=_cards(now.date(), tx, services))
    return PastBatch(batch=batch, use=use, cost=cost, kept=tx.batch_costs.kept(batch.id))


def _cards(day: date, tx: Tx, services: Services) -> CardsOfDay:
    held = in_use_on(every_card(tx, services), tx.prices.plans(), day)
    return {card.vendor: card for card in held}
