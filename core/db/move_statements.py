"""The statements behind `core.db.moves`: each guards its move and writes the line of history with it."""

from sqlalchemy import text

NOT_TAKEN = """NOT (
        -- Coming back to life, an item must not take a source that moves in another batch by now.
        old.state IN ('failed', 'cancelled') AND NOT old.test AND (
            EXISTS (
                SELECT FROM items AS other
                WHERE other.source_id = old.source_id AND NOT other.test
                    AND other.state IN ('queued', 'submitting', 'ingesting', 'verifying')
            ) OR EXISTS (
                SELECT FROM items AS other
                WHERE other.lesson_id = old.lesson_id
                    AND other.state IN ('queued', 'submitting', 'ingesting', 'verifying')
            ) OR EXISTS (
                SELECT FROM items AS other
                WHERE other.from_asset = old.from_asset
                    AND other.state IN ('queued', 'submitting', 'ingesting', 'verifying')
            )
        )
    )"""

MOVE = text(
    """
WITH old AS (
    SELECT id, batch_id, source_id, lesson_id, from_asset, state, test FROM items
    WHERE id = :item_id FOR NO KEY UPDATE
), moved AS (
    UPDATE items SET
        state = :then, trouble = :trouble, reason = :reason, not_before = :not_before,
        asset_id = CASE WHEN :then = 'queued' THEN NULL ELSE coalesce(:asset_id, items.asset_id) END,
        attempts = items.attempts + CASE WHEN :count THEN 1 ELSE 0 END,
        since = clock_timestamp()
    FROM old
    WHERE items.id = old.id AND old.state = ANY(:origins) AND /* not taken */
    RETURNING items.id
), noted AS (
    INSERT INTO item_changes (batch_id, item_id, at, from_state, to_state, reason)
    SELECT old.batch_id, old.id, clock_timestamp(), old.state, :then, coalesce(:reason, :trouble)
    FROM old JOIN moved USING (id)
)
SELECT old.state, old.source_id, EXISTS (SELECT FROM moved) AS moved,
    (SELECT sha256 FROM sources WHERE sources.id = old.source_id) AS sha256
FROM old
""".replace("/* not taken */", NOT_TAKEN)
)

MOVE_ALL = text(
    """
WITH old AS (
    SELECT id, source_id, lesson_id, from_asset, state, test FROM items
    WHERE batch_id = :batch_id AND state = :now AND (:everyone OR id = ANY(:item_ids))
    ORDER BY position
    FOR NO KEY UPDATE
), moved AS (
    UPDATE items SET
        state = :then, trouble = NULL, reason = :reason, not_before = NULL,
        asset_id = CASE WHEN :then = 'queued' THEN NULL ELSE items.asset_id END,
        since = clock_timestamp()
    FROM old
    WHERE items.id = old.id AND /* not taken */
    RETURNING items.id, items.source_id
), noted AS (
    INSERT INTO item_changes (batch_id, item_id, at, from_state, to_state, reason)
    SELECT :batch_id, moved.id, clock_timestamp(), :now, :then, :reason FROM moved
)
SELECT source_id FROM moved
""".replace("/* not taken */", NOT_TAKEN)
)

CLAIM = text("""
WITH busy AS (
    SELECT count(*) AS items FROM items WHERE batch_id = :batch_id AND state = 'submitting'
), due AS (
    SELECT id FROM items
    WHERE batch_id = :batch_id AND state = 'queued' AND coalesce(not_before <= :now, true)
    ORDER BY position
    LIMIT greatest(0, :in_flight - (SELECT items FROM busy))
    FOR NO KEY UPDATE SKIP LOCKED
), moved AS (
    UPDATE items SET state = 'submitting', since = clock_timestamp(), not_before = NULL
    FROM due
    WHERE items.id = due.id
    RETURNING items.id, items.position
), noted AS (
    INSERT INTO item_changes (batch_id, item_id, at, from_state, to_state)
    SELECT :batch_id, id, clock_timestamp(), 'queued', 'submitting' FROM moved
)
SELECT id FROM moved ORDER BY position
""")

WAKE_ON = text("""
UPDATE items SET not_before = NULL
WHERE from_asset = :asset_id AND state = 'queued' AND not_before IS NOT NULL
RETURNING batch_id
""")
NOTE = text("""
WITH noted AS (
    UPDATE items SET trouble = :trouble, reason = :reason WHERE id = :item_id RETURNING batch_id, id, state
)
INSERT INTO item_changes (batch_id, item_id, at, from_state, to_state, reason)
SELECT batch_id, id, clock_timestamp(), state, state, :reason FROM noted
""")
CONTENT_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:sha256, 0))")
WAKE = text("""
UPDATE items SET not_before = NULL
FROM sources
WHERE sources.sha256 = :sha256 AND items.source_id = sources.id
    AND items.state = 'queued' AND items.not_before IS NOT NULL AND NOT items.test
""")
