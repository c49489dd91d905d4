"""Batch costing: what migrations were said to cost, and what they did."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from core.access import Action, Person, check
from core.batch_cost import BatchCost, BatchUse, PastBatch, cost_of, is_over
from core.batch_kind import BatchKind
from core.batch_list import BatchFilter, BatchSort
from core.errors import UnknownPrice
from core.naming import existing
from core.ports import Services, Tx
from core.pricing import Shelf, shelf_in
from core.records import Batch

MOST = 50
"""Migrations told of."""

PAGES = 10
"""Batches are looked through for them so many times as many."""


def of_batch(batch_id: int, *, by: Person, services: Services) -> PastBatch | None:
    """What a migration cost; None while it goes on, for one that made test copies, and for other jobs.

    Raises `NotFound`, `NotAllowed`.
    """
    check(by, Action.SEE_COSTS)
    with services.uow("batch.costs.read") as tx:
        batch = existing(tx, batch_id)
        return _past(batch, shelf_in(tx, services), services.clock(), tx) if _is_told(batch) else None


def newest(*, by: Person, services: Services) -> Sequence[PastBatch]:
    """The migrations that are over, the newest first. Raises `NotAllowed`."""
    check(by, Action.SEE_COSTS)
    with services.uow("batch.costs.read") as tx:
        prices = shelf_in(tx, services)
        return [_past(one, prices, services.clock(), tx) for one in islice(_migrations(tx), MOST)]


def _migrations(tx: Tx) -> Iterator[Batch]:
    for number in range(1, PAGES + 1):
        lines = tx.batches.page(BatchFilter(), BatchSort.NEWEST, number=number, size=MOST)
        yield from (batch for batch, _ in lines if _is_told(batch))
        if len(lines) < MOST:
            return


def _is_told(batch: Batch) -> bool:
    return batch.kind is BatchKind.MIGRATION and not batch.options.test and is_over(batch)


def _past(batch: Batch, prices: Shelf, now: datetime, tx: Tx) -> PastBatch:
    use, kept = tx.batch_costs.use(batch, now=now), tx.batch_costs.kept(batch.id)
    try:
        cost = _cost(batch, use, prices, now)
    except UnknownPrice as error:
        return PastBatch(batch=batch, use=use, kept=kept, unpriced=error.sentence)
    return PastBatch(batch=batch, use=use, kept=kept, cost=cost)


def _cost(batch: Batch, use: BatchUse, prices: Shelf, now: datetime) -> BatchCost:
    began_at = batch.started_at or batch.created_at
    return cost_of(use, then=prices.on(began_at.date()), now=prices.on(now.date()))
