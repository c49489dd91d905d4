"""The batch engine's rules: states and moves, progress, ETA, retries, the failure budget. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.batch_kind import BatchKind as BatchKind
from core.errors import IllegalMove


class BatchState(StrEnum):
    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class ItemState(StrEnum):
    QUEUED = "queued"
    SUBMITTING = "submitting"
    INGESTING = "ingesting"
    VERIFYING = "verifying"
    AWAITING_SCHEMA = "awaiting_schema"
    DONE = "done"
    TESTED = "tested"
    SKIPPED = "skipped"
    FAILED = "failed"
    CANCELLED = "cancelled"
    ROLLED_BACK = "rolled_back"


ALIVE = frozenset({ItemState.QUEUED, ItemState.SUBMITTING, ItemState.INGESTING, ItemState.VERIFYING})
"""States in which the engine still has something to do; a batch without any is done.

An item that waits for the schema is on Mux and verified: the batch does not wait for ops.
"""

SUCCEEDED = frozenset({ItemState.DONE, ItemState.TESTED, ItemState.AWAITING_SCHEMA})

ITEM_MOVES: dict[ItemState, frozenset[ItemState]] = {
    ItemState.QUEUED: frozenset(
        {
            ItemState.SUBMITTING,
            ItemState.INGESTING,  # an asset given up for lost turns up after all
            ItemState.SKIPPED,
            ItemState.FAILED,
            ItemState.CANCELLED,
        }
    ),
    ItemState.SUBMITTING: frozenset(
        {
            ItemState.QUEUED,
            ItemState.INGESTING,
            ItemState.VERIFYING,
            ItemState.SKIPPED,
            ItemState.FAILED,
            ItemState.CANCELLED,
        }
    ),
    ItemState.INGESTING: frozenset(
        {ItemState.VERIFYING, ItemState.QUEUED, ItemState.FAILED, ItemState.CANCELLED}
    ),
    ItemState.VERIFYING: frozenset(
        {ItemState.DONE, ItemState.TESTED, ItemState.AWAITING_SCHEMA, ItemState.QUEUED, ItemState.FAILED}
    ),
    ItemState.AWAITING_SCHEMA: frozenset({ItemState.DONE, ItemState.FAILED, ItemState.ROLLED_BACK}),
    ItemState.DONE: frozenset({ItemState.ROLLED_BACK}),
    ItemState.TESTED: frozenset(),
    ItemState.SKIPPED: frozenset(),
    # A copy that could not be checked is checked again; what another batch moved meanwhile is skipped.
    ItemState.FAILED: frozenset({ItemState.QUEUED, ItemState.VERIFYING, ItemState.SKIPPED}),
    ItemState.CANCELLED: frozenset({ItemState.QUEUED}),
    ItemState.ROLLED_BACK: frozenset(),
}

BATCH_MOVES: dict[BatchState, frozenset[BatchState]] = {
    BatchState.PLANNED: frozenset({BatchState.RUNNING, BatchState.CANCELLED}),
    BatchState.RUNNING: frozenset({BatchState.PAUSED, BatchState.DONE, BatchState.CANCELLED}),
    BatchState.PAUSED: frozenset({BatchState.RUNNING, BatchState.CANCELLED, BatchState.DONE}),
    BatchState.DONE: frozenset({BatchState.RUNNING}),  # "retry failed" wakes a batch that is done
    BatchState.CANCELLED: frozenset(),
}


def move_item(now: ItemState, then: ItemState) -> ItemState:
    """Return `then`, or raise `IllegalMove` when the item cannot go there from `now`."""
    if then not in ITEM_MOVES[now]:
        raise IllegalMove(f"An item that is {now} cannot become {then}.")
    return then


def move_batch(now: BatchState, then: BatchState) -> BatchState:
    """Return `then`, or raise `IllegalMove` when the batch cannot go there from `now`."""
    if then not in BATCH_MOVES[now]:
        raise IllegalMove(f"A batch that is {now} cannot become {then}.")
    return then


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureBudget:
    """How many failures a batch may have before it stops and asks a person."""

    share: float = 0.05
    least: int = 5

    def spent(self, *, failed: int, total: int) -> bool:
        """Whether so many failures of so many items pause the batch."""
        return failed >= max(self.least, self.share * total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a batch stands. `counts` has every state, zeros too."""

    counts: Mapping[ItemState, int]
    started_at: datetime | None
    first_post_at: datetime | None = None
    posts_in_window: int = 0
    window_s: float = 60.0
    moved_at: datetime | None = None
    """When an item last came further, or a person set the batch going."""
    idle_s: float = 0.0
    """Seconds since then."""
    unanswered: int = 0
    """POSTs since Mux's last answer to one that got none themselves, and no search after them either."""
    unanswered_since: datetime | None = None

    @property
    def total(self) -> int:
        """Items in every state."""
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        """Items on Mux: switched, tested, or verified and waiting for the schema."""
        return sum(self.counts[state] for state in SUCCEEDED)

    @property
    def failed(self) -> int:
        """Items that failed and were not retried."""
        return self.counts[ItemState.FAILED]

    @property
    def alive(self) -> int:
        """Items that still have a way to go."""
        return sum(self.counts[state] for state in ALIVE)

    @property
    def to_post(self) -> int:
        """Items for which Mux was not asked yet, or is being asked."""
        return self.counts[ItemState.QUEUED] + self.counts[ItemState.SUBMITTING]


def empty_counts() -> dict[ItemState, int]:
    """Zero for every item state."""
    return dict.fromkeys(ItemState, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """How a kind of error is tried again."""

    attempts: int
    first_s: float
    most_s: float

    def delay_s(self, attempt: int, *, jitter: float) -> float | None:
        """Seconds before try number `attempt` + 1 (`attempt` from 1, `jitter` 0–1); None: give up."""
        if attempt >= self.attempts:
            return None
        return float(min(self.most_s, self.first_s * 2 ** (attempt - 1))) * (0.5 + 0.5 * jitter)


NETWORK = Retry(attempts=8, first_s=1.0, most_s=60.0)
RESEND = Retry(attempts=8, first_s=1.0, most_s=300.0)
"""POSTs that Mux never confirmed and that made nothing; the two searches after each come on top."""

DOWNLOAD = Retry(attempts=3, first_s=2.0, most_s=60.0)
PLAYBACK = Retry(attempts=20, first_s=0.5, most_s=60.0)
"""A fresh asset's manifest can need a moment after `ready`; an outage of the stream or of S3, some minutes
(six to thirteen in all)."""
