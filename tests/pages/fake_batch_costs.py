"""What batches were said to cost and what they used, in memory."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.batch_cost import BatchUse, Kept, Watching
from core.records import Batch

NOTHING = BatchUse(
    made=(),
    read_gb=Decimal(0),
    originals_gb=Decimal(0),
    watching=Watching(days=0, minutes={}, file_gb=Decimal(0)),
)


@dataclass(slots=True)
class FakeBatchCosts:
    """By batch; one of which a test says nothing used nothing."""

    estimates: dict[int, Kept] = field(default_factory=dict)
    used: dict[int, BatchUse] = field(default_factory=dict)

    def keep(self, batch_id: int, kept: Kept) -> None:
        self.estimates[batch_id] = kept

    def kept(self, batch_id: int) -> Kept | None:
        return self.estimates.get(batch_id)

    def use(self, batch: Batch, *, now: datetime) -> BatchUse:
        return self.used.get(batch.id, NOTHING)
