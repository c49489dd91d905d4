"""How far batches are."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from core.batch import ItemState, Progress, empty_counts
from core.outlook import Holdup

COUNTS = text(
    "SELECT batch_id, state, count(*) FROM items WHERE batch_id = ANY(:ids) GROUP BY batch_id, state"
)
PACES = text("""
SELECT batches.id, batches.started_at, first.posted_at AS first_post_at, lately.posts,
    least(:window_s, greatest(1, extract(epoch FROM now() - first.posted_at)))::float AS window_s,
    moved.at AS moved_at, extract(epoch FROM now() - moved.at)::float AS idle_s,
    silence.unanswered, silence.since AS unanswered_since
FROM batches
LEFT JOIN LATERAL (
    SELECT CASE
        WHEN batches.kind IN ('migration', 'normalise') THEN (
            SELECT min(posted_at) FROM intents WHERE intents.batch_id = batches.id
        )
        WHEN batches.kind = 'captions' THEN (
            SELECT batches.started_at WHERE EXISTS (
                SELECT FROM items
                WHERE items.batch_id = batches.id AND items.state IN ('ingesting', 'done', 'failed')
            )
        )
        ELSE (
            SELECT min(since) FROM items
            WHERE items.batch_id = batches.id AND items.state IN ('done', 'failed')
        )
    END AS posted_at
) AS first ON true
-- Lessons are not sent anywhere: what ended counts, but for what is asked of Mux and comes later.
LEFT JOIN LATERAL (
    SELECT CASE
        WHEN batches.kind IN ('migration', 'normalise') THEN (
            SELECT count(*) FROM intents
            WHERE intents.batch_id = batches.id AND posted_at > now() - make_interval(secs => :window_s)
        )
        WHEN batches.kind = 'captions' THEN (
            SELECT count(*) FROM text_tracks JOIN items ON items.id = text_tracks.item_id
            WHERE items.batch_id = batches.id AND text_tracks.item_id IS NOT NULL
                AND text_tracks.posted_at > now() - make_interval(secs => :window_s)
        )
        ELSE (
            SELECT count(*) FROM items
            WHERE items.batch_id = batches.id AND items.state IN ('done', 'failed')
                AND items.since > now() - make_interval(secs => :window_s)
        )
    END AS posts
) AS lately ON true
-- What goes back to the queue, or was sent without an answer, has not come further: only what Mux has, what
-- ended, and what people did count.
LEFT JOIN LATERAL (
    SELECT max(at) AS at FROM (
        SELECT batches.started_at AS at
        UNION ALL SELECT max(at) FROM item_changes WHERE batch_id = batches.id AND item_id IS NULL
        UNION ALL SELECT (
            SELECT max(since) FROM items
            WHERE batch_id = batches.id AND state = further.state AND NOT (state = 'ingesting' AND EXISTS (
                SELECT FROM intents
                WHERE intents.item_id = items.id AND lost_at IS NOT NULL AND closed_at IS NULL
            ))
        )
        FROM unnest(CAST(:further AS text[])) AS further (state)
    ) AS moves
) AS moved ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS unanswered, min(lost_at) AS since FROM intents AS lost
    WHERE lost.batch_id = batches.id AND lost_at IS NOT NULL AND closed_at IS NULL AND looks = 0
        AND lost.posted_at > coalesce((
            SELECT posted_at FROM intents AS answered JOIN items ON items.id = answered.item_id
            WHERE answered.batch_id = batches.id AND posted_at IS NOT NULL AND lost_at IS NULL
                AND items.state <> 'submitting'
            ORDER BY posted_at DESC LIMIT 1
        ), '-infinity')
) AS silence ON true
WHERE batches.id = ANY(:ids)
""")
FURTHER = [
    state.value
    for state in ItemState
    if state not in (ItemState.QUEUED, ItemState.SUBMITTING, ItemState.CANCELLED, ItemState.ROLLED_BACK)
]
WORKS = text(
    "SELECT EXISTS (SELECT FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 s')"
)
WAITS_FOR = text("""
SELECT coalesce(hold_reason, (
    SELECT reason FROM items
    WHERE items.batch_id = batches.id AND items.reason IS NOT NULL
        AND items.state IN ('queued', 'submitting', 'ingesting', 'verifying')
    GROUP BY reason ORDER BY count(*) DESC, reason LIMIT 1
))
FROM batches WHERE id = :batch_id
""")
TAIL = text("""
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM ended.since - posted.at))
FROM (
    SELECT id, since FROM items
    WHERE batch_id = :batch_id AND state IN ('done', 'tested', 'awaiting_schema')
    ORDER BY since DESC LIMIT 50
) AS ended
CROSS JOIN LATERAL (
    SELECT greatest(
        (SELECT max(posted_at) FROM intents WHERE intents.item_id = ended.id),
        (SELECT max(posted_at) FROM text_tracks WHERE text_tracks.item_id = ended.id)
    ) AS at
) AS posted
WHERE posted.at IS NOT NULL
""")
WINDOW_S = 60.0


def progress_of(connection: Connection, batch_ids: Sequence[int]) -> dict[int, Progress]:
    """Progress by batch id, in two questions however many there are."""
    counts = {batch_id: empty_counts() for batch_id in batch_ids}
    for batch_id, state, number in connection.execute(COUNTS, {"ids": list(batch_ids)}):
        counts[batch_id][ItemState(state)] = number
    paces = connection.execute(PACES, {"ids": list(batch_ids), "window_s": WINDOW_S, "further": FURTHER})
    return {
        row.id: Progress(
            counts=counts[row.id],
            started_at=row.started_at,
            first_post_at=row.first_post_at,
            posts_in_window=row.posts,
            window_s=WINDOW_S if row.window_s is None else row.window_s,
            moved_at=row.moved_at,
            idle_s=row.idle_s or 0.0,
            unanswered=row.unanswered,
            unanswered_since=row.unanswered_since,
        )
        for row in paces
    }


def tail_s(connection: Connection, batch_id: int) -> float:
    """Median seconds from POST to the end over the newest finished items; 0 while none is."""
    return float(connection.scalar(TAIL, {"batch_id": batch_id}) or 0.0)


def holdup(connection: Connection, batch_id: int) -> Holdup:
    """What a batch that stands still waits for."""
    return Holdup(
        worker_runs=bool(connection.scalar(WORKS)),
        reason=connection.scalar(WAITS_FOR, {"batch_id": batch_id}),
    )
