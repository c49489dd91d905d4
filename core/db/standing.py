"""Where each source stands, computed in one statement and kept in columns, so that lists are read by index.

`core.selection.Standing` and `core.source.Finding` name what is computed here.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from core.db.straight import run

_ALL = """
WITH walked AS MATERIALIZED (  -- to its end, by the newest scan
    SELECT DISTINCT bucket, prefix FROM scans
    WHERE finished_at >= coalesce((SELECT started_at FROM scan_runs ORDER BY id DESC LIMIT 1), '-infinity')
)
UPDATE sources AS s
SET asset_id = now_.asset_id, findings = now_.findings, standing = now_.standing, listed = now_.listed
FROM (
    SELECT seen.id, seen.asset_id,
        array_remove(ARRAY[
            CASE WHEN seen.rows = 0 THEN 'unreferenced' END,
            CASE WHEN seen.gone_at IS NOT NULL AND NOT seen.unlisted THEN 'missing' END,
            CASE WHEN seen.unlisted THEN 'unlisted' END,
            CASE WHEN seen.kind NOT IN ('video', 'hls', 'unknown', 'empty') THEN 'not_video' END,
            CASE WHEN seen.kind = 'empty' THEN 'empty' END,
            CASE WHEN seen.twin THEN 'maybe_duplicate' END,
            CASE WHEN seen.kind = 'hls' THEN 'hls_folder' END,
            CASE WHEN seen.asset_id IS NOT NULL THEN 'on_mux' END,
            CASE WHEN seen.media_error IS NOT NULL THEN 'unreadable' END
        ], NULL) AS findings,
        CASE
            WHEN seen.moving THEN 'moving'
            WHEN seen.asset_id IS NOT NULL AND (seen.gone_at IS NOT NULL OR NOT seen.late) THEN 'on_mux'
            WHEN seen.gone_at IS NOT NULL OR seen.media_error IS NOT NULL OR seen.kind = 'unknown'
                THEN 'needs_look'
            WHEN seen.spare OR seen.kind NOT IN ('video', 'hls') THEN 'not_video'
            ELSE 'ready'
        END AS standing,
        seen.part_of IS NULL AND (
            seen.gone_at IS NULL OR seen.rows > 0 OR seen.moving OR seen.asset_id IS NOT NULL
        ) AS listed
    FROM (
        SELECT s.id, s.rows, s.spare, s.gone_at, s.kind, s.media_error, s.part_of, assets.id AS asset_id,
            -- No scan has ever seen it; what a listing has shown to be missing stays so until it turns up.
            s.gone_at IS NOT NULL AND s.etag = '' AND NOT 'missing' = ANY(s.findings) AND NOT EXISTS (
                SELECT FROM walked WHERE walked.bucket = s.bucket AND starts_with(s.key, walked.prefix)
            ) AS unlisted,
            EXISTS (
                SELECT FROM items
                WHERE items.source_id = s.id AND NOT items.test
                    AND items.state IN ('queued', 'submitting', 'ingesting', 'verifying')
            ) AS moving,
            -- Rows that came to point at it after its others had switched: it is offered for them.
            assets.id IS NOT NULL AND EXISTS (
                SELECT FROM source_links AS link
                WHERE link.source_id = s.id AND NOT link.spare AND NOT EXISTS (
                    SELECT FROM switches
                    WHERE switches.table_name = link.table_name AND switches.row_id = link.row_id
                        AND switches.put_back_at IS NULL AND switches.after ->> 'mux_asset_id' = assets.id
                ) AND NOT EXISTS (  -- it plays what somebody uploaded since
                    SELECT FROM uploads
                    WHERE uploads.via = 'mux' AND uploads.state = 'ready'
                        AND NOT (uploads.options ->> 'test')::boolean
                        AND link.row_id = CASE link.table_name
                            WHEN 'lessons' THEN uploads.lesson_id ELSE uploads.video_id
                        END
                        AND NOT EXISTS (
                            SELECT FROM former_versions AS former
                            WHERE former.lesson_id = uploads.lesson_id AND former.what = uploads.asset_id
                        )
                )
            ) AS late,
            s.object_bytes > 0 AND s.gone_at IS NULL AND EXISTS (
                SELECT FROM sources AS other
                WHERE other.etag = s.etag AND other.object_bytes = s.object_bytes AND other.id <> s.id
                    AND other.gone_at IS NULL AND other.part_of IS NULL
            ) AS twin
        FROM sources AS s
        LEFT JOIN asset_sources AS used
            ON used.source_id = s.id AND used.etag = s.etag AND used.released_at IS NULL
        LEFT JOIN assets ON assets.id = used.asset_id AND assets.status <> 'deleted'
        WHERE true /* these */
    ) AS seen
) AS now_
WHERE s.id = now_.id AND (s.asset_id, s.findings, s.standing, s.listed)
    IS DISTINCT FROM (now_.asset_id, now_.findings, now_.standing, now_.listed)
"""
REFRESH_ALL = text(_ALL)
REFRESH = text(_ALL.replace("true /* these */", "s.id = ANY(:ids)"))


def refresh(connection: Connection, source_ids: Sequence[int] | None = None) -> None:
    """Compute findings and standing again, for all sources when no ids are given."""
    if source_ids is None:
        connection.execute(REFRESH_ALL)
    elif source_ids:
        run(connection, REFRESH, ids=list(source_ids))
