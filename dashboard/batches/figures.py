"""How far a batch is, in the same words wherever it is said."""

from core.batch import ItemState, Progress
from core.records import Batch
from dashboard import formats
from dashboard.batches import kinds


def to_move(progress: Progress) -> int:
    """Items that the batch is about: what was skipped is not."""
    return progress.total - progress.counts[ItemState.SKIPPED]


def far(batch: Batch, progress: Progress) -> str:
    """`182 of 268 on Mux`; a test batch brings nothing there."""
    return f"{formats.number(progress.done)} of {formats.number(to_move(progress))} {kinds.done(batch)}"


def share(progress: Progress) -> float:
    """What is done of it, 0 to 1."""
    return progress.done / max(to_move(progress), 1)
