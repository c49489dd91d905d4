"""Failed items on their second way, all of a batch by one statement, and those overtaken meanwhile."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from core.batch import ItemState
from core.db.move_statements import NOT_TAKEN
from core.db.moves import TAKEN
from core.db.standing import refresh
from core.db.straight import run
from core.migration import KEEPS_COPY, SkipReason

RENEW = text(
    """
WITH old AS (
    SELECT old.id, old.source_id, coalesce(sources.etag, old.etag) AS etag,
        CASE
            WHEN NOT /* not taken */ THEN 'failed'
            WHEN NOT old.test AND sources.standing = 'on_mux' THEN 'skipped'
            WHEN old.trouble = ANY(:keeps_copy)
                AND (old.etag = sources.etag OR old.from_asset IS NOT NULL) AND EXISTS (
                SELECT FROM assets WHERE assets.id = old.asset_id AND assets.status = 'ready'
            ) THEN 'verifying'
            ELSE 'queued'
        END AS goes
    FROM items AS old LEFT JOIN sources ON sources.id = old.source_id
    WHERE old.batch_id = :batch_id AND old.state = 'failed' AND (:everyone OR old.id = ANY(:item_ids))
    ORDER BY old.position
    FOR NO KEY UPDATE OF old
), moved AS (
    UPDATE items SET
        state = old.goes, attempts = 0, trouble = NULL, not_before = NULL, etag = old.etag,
        asset_id = CASE WHEN old.goes = 'verifying' THEN items.asset_id END,
        reason = CASE WHEN old.goes = 'skipped' THEN :on_mux END,
        since = clock_timestamp()
    FROM old WHERE items.id = old.id AND old.goes <> 'failed'
), told AS (
    UPDATE items SET reason = :taken FROM old WHERE items.id = old.id AND old.goes = 'failed'
), noted AS (
    INSERT INTO item_changes (batch_id, item_id, at, from_state, to_state, reason)
    SELECT :batch_id, id, clock_timestamp(), 'failed', goes,
        CASE goes WHEN 'skipped' THEN :on_mux WHEN 'failed' THEN :taken END
    FROM old
)
SELECT id, source_id, goes FROM old
""".replace("/* not taken */", NOT_TAKEN)
)
OVERTAKEN = text("""
WITH moved AS (
    UPDATE items SET state = 'skipped', trouble = NULL, reason = :on_mux, since = clock_timestamp()
    WHERE source_id = :source_id AND state = 'failed' AND NOT test
    RETURNING batch_id, id
)
INSERT INTO item_changes (batch_id, item_id, at, from_state, to_state, reason)
SELECT batch_id, id, clock_timestamp(), 'failed', 'skipped', :on_mux FROM moved
""")


def renew(connection: Connection, batch_id: int, *, item_ids: Sequence[UUID] | None) -> dict[UUID, ItemState]:
    """Have failed items start again, with their sources' present versions; returns where each went.

    A copy that is ready and only could not be checked or used is verified again. What another batch moved
    meanwhile is skipped. What another batch moves at present stays failed, with that reason.
    """
    values = {
        "batch_id": batch_id,
        "everyone": item_ids is None,
        "item_ids": list(item_ids or ()),
        "keeps_copy": sorted(KEEPS_COPY),
        "on_mux": SkipReason.ON_MUX.value,
        "taken": TAKEN,
    }
    rows = connection.execute(RENEW, values).all()
    again = [row.source_id for row in rows if row.goes in ("queued", "verifying")]
    refresh(connection, [source_id for source_id in again if source_id is not None])
    return {row.id: ItemState(row.goes) for row in rows}


def overtaken(connection: Connection, source_id: int) -> None:
    """The source is on Mux now: what failed to bring it there is skipped, in whatever batch."""
    run(connection, OVERTAKEN, source_id=source_id, on_mux=SkipReason.ON_MUX.value)
