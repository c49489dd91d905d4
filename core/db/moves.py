"""Items from state to state: every move is guarded, and leaves its line of history in the same statement."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from core.batch import ALIVE, ITEM_MOVES, BatchState, ItemState, move_item
from core.db import settling
from core.db.move_statements import CLAIM, CONTENT_LOCK, MOVE, MOVE_ALL, NOTE, WAKE, WAKE_ON
from core.db.standing import refresh
from core.db.straight import run
from core.errors import IllegalMove, NotFound
from core.migration import Trouble
from core.worklist import Claimed

ORIGINS = {then: [now.value for now, allowed in ITEM_MOVES.items() if then in allowed] for then in ItemState}
"""From which states an item can come to each."""

TAKEN = "It is under way in another batch."


def move(
    connection: Connection,
    item_id: UUID,
    then: ItemState,
    *,
    trouble: Trouble | None,
    reason: str | None,
    asset_id: str | None,
    not_before: datetime | None,
    count: bool,
) -> bool:
    """Move one item; False when it is there already."""
    values = {
        "item_id": item_id,
        "then": then.value,
        "origins": ORIGINS[then],
        "trouble": trouble and trouble.value,
        "reason": reason,
        "asset_id": asset_id,
        "not_before": not_before,
        "count": count,
    }
    row = run(connection, MOVE, **values).fetchone()
    if row is None:
        raise NotFound("There is no such item.")
    now = ItemState(row["state"])
    if not row["moved"] and now is not then:
        move_item(now, then)
        raise IllegalMove(TAKEN)
    if row["moved"] and row["source_id"] is not None and (now in ALIVE) != (then in ALIVE):
        refresh(connection, [row["source_id"]])
        if row["sha256"] and then not in ALIVE:
            _wake_equals(connection, row["sha256"])
    return bool(row["moved"])


def _wake_equals(connection: Connection, sha256: str) -> None:
    """Items that wait for these bytes to arrive under another key are due now.

    Under the lock of whoever asks whether to wait, so that nobody falls asleep in this very moment.
    """
    run(connection, CONTENT_LOCK, sha256=sha256)
    run(connection, WAKE, sha256=sha256)


def wake(connection: Connection, asset_id: str) -> list[int]:
    """Items that wait to be made from this copy are due now; returns their batches."""
    return [row["batch_id"] for row in run(connection, WAKE_ON, asset_id=asset_id)]


def move_all(
    connection: Connection,
    batch_id: int,
    now: ItemState,
    then: ItemState,
    *,
    item_ids: Sequence[UUID] | None,
    reason: str | None,
) -> int:
    """Move every item of a batch that is in one state; returns how many moved."""
    values = {
        "batch_id": batch_id,
        "now": now.value,
        "then": move_item(now, then).value,
        "everyone": item_ids is None,
        "item_ids": list(item_ids or ()),
        "reason": reason,
    }
    source_ids = list(connection.scalars(MOVE_ALL, values))
    refresh(connection, [source_id for source_id in source_ids if source_id is not None])
    return len(source_ids)


def claim(connection: Connection, batch_id: int, *, in_flight: int, now: datetime) -> Claimed:
    """Move due items of a running batch to submitting, in the manifest's order."""
    # Two statements: the second must see what the lock's last holder did.
    batch = settling.lock(connection, batch_id)
    if batch.state is not BatchState.RUNNING or (batch.held_until and now < batch.held_until):
        return Claimed(batch.kind)
    rows = run(connection, CLAIM, batch_id=batch_id, in_flight=in_flight, now=now)
    return Claimed(batch.kind, [row["id"] for row in rows])


def note(connection: Connection, item_id: UUID, *, trouble: Trouble | None, reason: str) -> None:
    """Say something about an item that stays in its state."""
    connection.execute(NOTE, {"item_id": item_id, "trouble": trouble and trouble.value, "reason": reason})
