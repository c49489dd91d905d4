"""Ways back to S3: which items somebody wants rolled back, and which of them were refused."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from core.migration import Trouble

ASK = text("""
UPDATE items SET undo_id = :undo_id
WHERE batch_id = :batch_id AND state IN ('done', 'awaiting_schema') AND (:everyone OR id = ANY(:item_ids))
RETURNING id
""")
ASKED = text("""
SELECT id FROM items
WHERE batch_id = :batch_id AND state IN ('done', 'awaiting_schema') AND undo_id = :undo_id
    AND (CAST(:after AS uuid) IS NULL OR id > :after)
ORDER BY id LIMIT :most
""")
UNDER_WAY = text("""
SELECT count(*) FROM items
WHERE batch_id = :batch_id AND state IN ('done', 'awaiting_schema') AND undo_id IS NOT NULL
""")
REFUSED = text("""
WITH noted AS (
    UPDATE items SET trouble = :trouble, reason = :reason, undo_id = NULL
    WHERE id = :item_id AND state IN ('done', 'awaiting_schema')
    RETURNING batch_id, id, state
)
INSERT INTO item_changes (batch_id, item_id, at, from_state, to_state, reason)
SELECT batch_id, id, clock_timestamp(), state, state, :reason FROM noted
""")
HOLD = text("SELECT FROM sources WHERE id = :source_id FOR NO KEY UPDATE")
PLAYS = text("""
SELECT EXISTS (
    SELECT FROM switches JOIN items ON items.id = switches.item_id
    WHERE items.source_id = :source_id AND switches.put_back_at IS NULL
        AND switches.after ->> 'mux_asset_id' = :asset_id
)
""")
CAUSES = text("""
SELECT trouble, count(*) FROM items
WHERE batch_id = :batch_id AND state IN ('done', 'awaiting_schema') AND trouble IS NOT NULL
GROUP BY trouble ORDER BY count(*) DESC, trouble
""")


def ask(
    connection: Connection, batch_id: int, undo_id: UUID, *, item_ids: Sequence[UUID] | None
) -> list[UUID]:
    """Mark items (all, or these) that are switched as wanted back; returns which."""
    values = {
        "batch_id": batch_id,
        "undo_id": undo_id,
        "everyone": item_ids is None,
        "item_ids": list(item_ids or ()),
    }
    return list(connection.scalars(ASK, values))


def asked(
    connection: Connection, batch_id: int, undo_id: UUID, *, after: UUID | None, limit: int
) -> list[UUID]:
    """Items that are wanted back by this wish and not yet there, in the order of their ids."""
    values = {"batch_id": batch_id, "undo_id": undo_id, "after": after, "most": limit}
    return list(connection.scalars(ASKED, values))


def under_way(connection: Connection, batch_id: int) -> int:
    """How many items are wanted back and not yet there."""
    return connection.scalar(UNDER_WAY, {"batch_id": batch_id}) or 0


def refuse(connection: Connection, item_id: UUID, *, trouble: Trouble, reason: str) -> None:
    """It stays as it is, and says why."""
    connection.execute(REFUSED, {"item_id": item_id, "trouble": trouble.value, "reason": reason})


def refused(connection: Connection, batch_id: int) -> dict[Trouble, int]:
    """Items whose way back was refused, by cause, the most frequent first."""
    causes = connection.execute(CAUSES, {"batch_id": batch_id})
    return {Trouble(trouble): number for trouble, number in causes}


def plays(connection: Connection, source_id: int, asset_id: str) -> bool:
    """Whether rows that some item of the source switched play from the asset; whoever asks next waits."""
    connection.execute(HOLD, {"source_id": source_id})
    return bool(connection.scalar(PLAYS, {"source_id": source_id, "asset_id": asset_id}))
