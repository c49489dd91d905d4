"""Feeding: how many items of a batch are on their way to a POST at once, and who is next."""

from core.batch import BatchKind
from core.bulk import AT_MUX
from core.ports import Call, Services, Tx
from core.records import Job

IN_FLIGHT = 8
"""Items of one batch that are on their way to a POST at once: enough to hide S3's and Mux's latency."""


def feed(batch_id: int, *, services: Services) -> None:
    """Claim the next due items and enqueue their submission; close the batch when nothing is left."""
    with services.uow("feed") as tx:
        feed_in(tx, batch_id, services)
        tx.batches.settle(batch_id)
        tx.commit()


def feed_in(tx: Tx, batch_id: int, services: Services) -> None:
    """The same inside a transaction that has just freed a place."""
    claimed = tx.batches.claim(batch_id, in_flight=IN_FLIGHT, now=services.clock())
    for item_id in claimed.item_ids:
        tx.enqueue(first_step(claimed.kind), item_id=str(item_id))


def first_step(kind: BatchKind) -> Job:
    """The job that an item of this kind begins with."""
    if kind.makes_copies:
        return Job.SUBMIT
    return Job.CHANGE_AT_MUX if AT_MUX.get(kind) is Call.POST else Job.CHANGE
