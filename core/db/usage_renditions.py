"""`mux_admin.rendition_spans`: MP4s for download, as they came and went."""

from datetime import datetime

from sqlalchemy import Connection, text

THERE = """
there AS (
    SELECT assets.id AS asset_id, file ->> 'name' AS name,
        CASE
            WHEN file ->> 'resolution' = 'audio-only' OR file ->> 'ext' = 'm4a' THEN 'audio-only'
            ELSE coalesce(file ->> 'resolution_tier', '')
        END AS tier,
        coalesce(file ->> 'type', 'standard') = 'advanced' AS advanced,
        coalesce((
            SELECT max(ours.posted_at) FROM renditions AS ours
            WHERE ours.asset_id = assets.id AND ours.rendition_id = file ->> 'id'
        ), CASE
            -- An older asset was looked at by the last run, when the file was not there.
            WHEN (ready_at > (SELECT max(reads.at) FROM usage_reads AS reads)) IS NOT FALSE THEN ready_at
        END) AS made_at
    FROM assets CROSS JOIN LATERAL jsonb_array_elements(static_renditions) AS file
    WHERE file ->> 'status' = 'ready' AND file ->> 'name' IS NOT NULL AND assets.status <> 'deleted'
)"""
CAME = text(f"""
WITH {THERE}
INSERT INTO rendition_spans (asset_id, name, from_at, tier, advanced)
SELECT DISTINCT ON (there.asset_id, there.name) there.asset_id, there.name,
    -- One that was there before and went is younger than that.
    greatest(least(coalesce(made_at, :at), :at), (
        SELECT max(former.to_at) + interval '1 microsecond' FROM rendition_spans AS former
        WHERE former.asset_id = there.asset_id AND former.name = there.name
    )), tier, advanced
FROM there
ON CONFLICT (asset_id, name) WHERE to_at IS NULL DO NOTHING
""")  # noqa: S608 - of our own words alone
WENT = text(f"""
WITH {THERE}
UPDATE rendition_spans AS span SET to_at = greatest(
    span.from_at, coalesce((SELECT deleted_at FROM assets WHERE assets.id = span.asset_id), :at)
)
WHERE to_at IS NULL
    AND NOT EXISTS (SELECT FROM there WHERE there.asset_id = span.asset_id AND there.name = span.name)
""")  # noqa: S608 - of our own words alone


def note_renditions(connection: Connection, at: datetime) -> None:
    """Which are there now, and which are no more."""
    connection.execute(WENT, {"at": at})
    connection.execute(CAME, {"at": at})
