"""When a batch closes by itself, and when it stops to ask a person."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest

from core.batch import BatchState, FailureBudget, ItemState
from core.errors import IllegalMove
from core.migration import Options, Trouble
from core.ports import UnitOfWork
from core.records import Batch
from tests.integration.db.making import claimed, scanned, started

STRICT = Options(budget=FailureBudget(share=0.0, least=2))


def fail(uow: UnitOfWork, batch: Batch, *item_ids: UUID) -> BatchState:
    """Fail items one by one, settling after each as the engine does; returns the batch's last state."""
    state = batch.state
    for item_id in item_ids:
        with uow("test") as tx:
            tx.batches.move(item_id, ItemState.FAILED, trouble=Trouble.MUX_REFUSED)
            state = tx.batches.settle(batch.id)
            tx.commit()
    return state


@pytest.fixture
def batch(uow: UnitOfWork) -> Batch:
    """Six items, of which two may fail."""
    scanned(uow, *(f"{n}.mp4" for n in range(6)))
    return started(uow, options=STRICT)


def test_a_batch_runs_on_while_something_is_alive(uow: UnitOfWork, batch: Batch):
    first, *_ = claimed(uow, batch)
    assert fail(uow, batch, first) is BatchState.RUNNING


def test_a_batch_is_done_when_nothing_is_alive_failures_allowed(uow: UnitOfWork):
    scanned(uow, "a.mp4", "b.mp4")
    batch = started(uow)
    assert fail(uow, batch, *claimed(uow, batch)) is BatchState.DONE
    with uow("test") as tx:
        assert tx.batches.get(batch.id).finished_at is not None
        assert tx.batches.running() == []


def test_a_batch_of_nothing_but_skipped_items_is_done(uow: UnitOfWork):
    scanned(uow, "a.pdf")
    batch = started(uow)
    with uow("test") as tx:
        assert tx.batches.settle(batch.id) is BatchState.DONE


def test_a_spent_failure_budget_pauses_the_batch_and_says_why(uow: UnitOfWork, batch: Batch):
    first, second, *_ = claimed(uow, batch)
    assert fail(uow, batch, first, second) is BatchState.PAUSED
    with uow("test") as tx:
        assert (
            tx.batches.get(batch.id).pause_reason == "Too many videos failed. Correct the cause, then resume."
        )
        assert [line.what for line in tx.batches.history(batch.id, limit=1)] == ["paused"]


def test_after_a_resume_the_failures_of_before_are_forgiven(uow: UnitOfWork, batch: Batch):
    first, second, third, fourth, *_ = claimed(uow, batch)
    fail(uow, batch, first, second)
    with uow("test") as tx:
        resumed = tx.batches.set_state(batch.id, BatchState.RUNNING)
        tx.commit()
    assert resumed.pause_reason is None
    assert fail(uow, batch, third) is BatchState.RUNNING
    assert fail(uow, batch, fourth) is BatchState.PAUSED


def test_the_budget_counts_what_was_to_be_moved_not_what_was_skipped(uow: UnitOfWork):
    scanned(uow, *(f"{n}.pdf" for n in range(100)), *(f"{n}.mp4" for n in range(10)))
    batch = started(uow, options=Options(budget=FailureBudget(share=0.2, least=1)))
    first, second, *_ = claimed(uow, batch)
    # 0.2 × 10 videos = 2 failures; of all 110 it would be 22
    assert fail(uow, batch, first, second) is BatchState.PAUSED


def test_a_paused_batch_whose_last_items_end_is_done(uow: UnitOfWork):
    scanned(uow, "a.mp4")
    batch = started(uow)
    [item_id] = claimed(uow, batch)
    with uow("test") as tx:
        tx.batches.set_state(batch.id, BatchState.PAUSED, reason="Paused by ada.")
        tx.commit()
    assert fail(uow, batch, item_id) is BatchState.DONE


def test_a_cancelled_batch_stays_cancelled(uow: UnitOfWork):
    scanned(uow, "a.mp4")
    batch = started(uow)
    [item_id] = claimed(uow, batch)
    with uow("test") as tx:
        tx.batches.set_state(batch.id, BatchState.CANCELLED)
        tx.commit()
    assert fail(uow, batch, item_id) is BatchState.CANCELLED


def test_a_state_that_cannot_follow_is_refused(uow: UnitOfWork, batch: Batch):
    with uow("test") as tx, pytest.raises(IllegalMove, match="running cannot become running"):
        tx.batches.set_state(batch.id, BatchState.RUNNING)


def test_of_items_that_end_in_the_same_moment_the_last_closes_the_batch(uow: UnitOfWork):
    scanned(uow, *(f"{n}.mp4" for n in range(4)))
    batch = started(uow, options=Options(budget=FailureBudget(share=1.0, least=100)))
    item_ids = claimed(uow, batch)
    together = Barrier(len(item_ids))

    def end(item_id: UUID) -> BatchState:
        with uow("test") as tx:
            tx.batches.move(item_id, ItemState.FAILED)
            together.wait()  # none has committed yet: each sees the others alive
            state = tx.batches.settle(batch.id)
            tx.commit()
        return state

    with ThreadPoolExecutor(len(item_ids)) as pool:
        states = list(pool.map(end, item_ids))
    assert states.count(BatchState.DONE) == 1
    with uow("test") as tx:
        assert tx.batches.get(batch.id).state is BatchState.DONE
