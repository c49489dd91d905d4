"""What nobody needs any more, by what it is: each statement deletes at most `:most` rows from `:before`."""

from sqlalchemy import text

from core.upkeep import Old

EVENTS = text("""
DELETE FROM webhook_events WHERE id IN (
    SELECT id FROM webhook_events AS old
    WHERE received_at < :before AND NOT (wakes AND ingested_at IS NULL AND error IS NULL)
        AND NOT EXISTS (
            SELECT FROM intents WHERE closed_at IS NULL AND CAST(intents.id AS text) = old.passthrough
        )
    ORDER BY received_at LIMIT :most
)
""")
HISTORY = text("""
DELETE FROM item_changes WHERE id IN (
    SELECT old.id FROM item_changes AS old
    JOIN batches ON batches.id = old.batch_id AND batches.finished_at < :before
    WHERE old.at < :before
    ORDER BY old.id LIMIT :most
)
""")
RECONCILES = text("""
DELETE FROM reconciles WHERE id IN (
    SELECT id FROM reconciles
    WHERE finished_at < :before AND id < (SELECT max(id) FROM reconciles)
    ORDER BY id LIMIT :most
)
""")
VIEWINGS = text("""
DELETE FROM viewings WHERE session IN (
    SELECT session FROM viewings WHERE reported_at < :before LIMIT :most
)
""")
TROUBLES = text("""
DELETE FROM playback_troubles WHERE id IN (SELECT id FROM playback_troubles WHERE at < :before LIMIT :most)
""")
# A video that came in stays until a newer upload took its place in the same rows: it says what they play, so
# that what lies in S3 is taken for older. What may yet be tidied, or tried again by its batch, stays too.
UPLOADS = text("""
DELETE FROM uploads WHERE id IN (
    SELECT id FROM uploads AS old
    WHERE moved_at < :before AND state IN ('ready', 'errored', 'cancelled', 'timed_out')
        AND (multipart_id IS NULL OR source_id IS NOT NULL) AND trouble IS DISTINCT FROM 'move_failed'
        AND NOT (kind = 'video' AND state = 'ready' AND NOT EXISTS (
            SELECT FROM uploads AS newer
            WHERE newer.lesson_id = old.lesson_id AND newer.created_at > old.created_at
                AND newer.video_id = old.video_id AND newer.kind = 'video' AND newer.state = 'ready'
                AND newer.via = old.via AND NOT (newer.options ->> 'test')::boolean
        ))
    LIMIT :most
)
""")
# An address of captions goes on serving what took their place: a line of them is forgotten from its end.
CAPTIONS = text("""
DELETE FROM text_tracks WHERE id IN (
    SELECT id FROM text_tracks AS old
    WHERE state = 'gone' AND moved_at < :before AND NOT EXISTS (
        SELECT FROM text_tracks AS next WHERE next.replaces = old.id AND next.state <> 'failed'
    )
    LIMIT :most
)
""")
HEATMAPS = text("""
DELETE FROM heatmaps WHERE (asset_id, period_d) IN (
    SELECT asset_id, period_d FROM heatmaps WHERE tried_at < :before LIMIT :most
)
""")
DIGESTS = text("""
DELETE FROM digests WHERE (week, user_id) IN (
    SELECT week, user_id FROM digests WHERE at < :before LIMIT :most
)
""")
FAILED_VIEWS = text("""
DELETE FROM failed_views WHERE id IN (SELECT id FROM failed_views WHERE at < :before LIMIT :most)
""")
FORGET = {
    Old.EVENTS: EVENTS,
    Old.HISTORY: HISTORY,
    Old.RECONCILES: RECONCILES,
    Old.VIEWINGS: VIEWINGS,
    Old.TROUBLES: TROUBLES,
    Old.CAPTIONS: CAPTIONS,
    Old.UPLOADS: UPLOADS,
    Old.HEATMAPS: HEATMAPS,
    Old.FAILED_VIEWS: FAILED_VIEWS,
    Old.DIGESTS: DIGESTS,
}
