"""Batches from state to state, and when they come to rest."""

from datetime import datetime

from sqlalchemy import Connection, func, insert, select, text, update
from sqlalchemy import bindparam as bind

from core.batch import BatchState, move_batch
from core.db.rows import Row, batch_of
from core.db.straight import run
from core.db.tables import batches, item_changes, items
from core.errors import NotFound
from core.migration import Options
from core.records import Batch

SURELY_MORE = 64
"""With more items alive than could be ending at this moment, the batch cannot be over."""

# NO KEY UPDATE: new items and intents may go on referring to the row meanwhile.
LOCK = select(batches).where(batches.c.id == bind("batch_id")).with_for_update(key_share=True)
LOOK = text("""
SELECT batches.state, batches.options, batches.movable, batches.forgiven,
    (
        SELECT count(*) FROM (
            SELECT FROM items
            WHERE items.batch_id = batches.id
                AND items.state IN ('queued', 'submitting', 'ingesting', 'verifying')
            LIMIT :enough
        ) AS alive
    ) AS alive,
    (SELECT count(*) FROM items WHERE items.batch_id = batches.id AND items.state = 'failed') AS failed
FROM batches WHERE batches.id = :batch_id
""")
FAILED = select(func.count()).where(items.c.batch_id == bind("batch_id"), items.c.state == "failed")
OVER = (BatchState.DONE, BatchState.CANCELLED)
SPENT = "Too many videos failed. Correct the cause, then resume."

HOLD = (
    update(batches)
    .where(batches.c.id == bind("batch_id"), batches.c.state == BatchState.RUNNING.value)
    .values(held_until=bind("until"), hold_reason=bind("reason"))
)
UNHOLD = (
    update(batches)
    .where(batches.c.id == bind("batch_id"), batches.c.hold_reason.is_not(None))
    .values(held_until=None, hold_reason=None)
)


def hold(connection: Connection, batch_id: int, *, until: datetime, reason: str) -> None:
    run(connection, HOLD, batch_id=batch_id, until=until, reason=reason)


def unhold(connection: Connection, batch_id: int) -> None:
    run(connection, UNHOLD, batch_id=batch_id)


def lock(connection: Connection, batch_id: int) -> Batch:
    """The batch, held until the transaction ends."""
    row = run(connection, LOCK, batch_id=batch_id).fetchone()
    if row is None:
        raise NotFound(f"There is no batch {batch_id}.")
    return batch_of(row)


def set_state(connection: Connection, batch_id: int, then: BatchState, *, reason: str | None) -> Batch:
    """Move a batch, with its line of history; a batch set going again starts with a fresh failure budget."""
    now = lock(connection, batch_id).state
    forgiven = FAILED.scalar_subquery() if move_batch(now, then) is BatchState.RUNNING else batches.c.forgiven
    change = (
        update(batches)
        .where(batches.c.id == bind("batch_id"))
        .values(
            state=then.value,
            pause_reason=reason if then is BatchState.PAUSED else None,
            hold_reason=None,
            held_until=None,
            finished_at=func.now() if then in OVER else None,
            forgiven=forgiven,
        )
        .returning(batches)
    )
    row = connection.execute(change, {"batch_id": batch_id}).mappings().one()
    line = insert(item_changes).values(
        batch_id=batch_id, at=func.clock_timestamp(), from_state=now.value, to_state=then.value, reason=reason
    )
    connection.execute(line)
    return batch_of(row)


def settle(connection: Connection, batch_id: int) -> BatchState:
    """Close the batch when nothing is alive; pause it when its failure budget is spent.

    The batch is locked only where something can come of it: with the end near, two last items that end in
    the same moment must not each take the other for alive.
    """
    seen = _look(connection, batch_id)
    if _due(seen) is None and seen["alive"] > SURELY_MORE:
        return BatchState(seen["state"])
    lock(connection, batch_id)
    seen = _look(connection, batch_id)
    due = _due(seen)
    if due is None:
        return BatchState(seen["state"])
    return set_state(connection, batch_id, due, reason=SPENT if due is BatchState.PAUSED else None).state


def _look(connection: Connection, batch_id: int) -> Row:
    row = run(connection, LOOK, batch_id=batch_id, enough=SURELY_MORE + 1).fetchone()
    if row is None:
        raise NotFound(f"There is no batch {batch_id}.")
    return row


def _due(seen: Row) -> BatchState | None:
    """The state the batch should go to by itself, if any."""
    if not seen["alive"] and seen["state"] in (BatchState.RUNNING, BatchState.PAUSED):
        return BatchState.DONE
    budget = Options.from_json(seen["options"]).budget
    if seen["state"] == BatchState.RUNNING and budget.spent(
        failed=max(0, seen["failed"] - seen["forgiven"]), total=seen["movable"]
    ):
        return BatchState.PAUSED
    return None
