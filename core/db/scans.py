"""Walks of a bucket: what a listing shows goes in by COPY, what it no longer shows is marked as gone.

Pages come in key order (S3 promises it, and keys are compared byte by byte here as there), so a page tells of
every key between the last page's end and its own: what we hold in between and it does not show is gone.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from core.db.copying import copy_rows, make_temporary
from core.db.folding import fold
from core.db.rows import scan_of
from core.db.standing import refresh
from core.errors import Refused
from core.kind import kind_by_name
from core.records import Scan
from core.source import ObjectFacts

BEGIN = text("""
INSERT INTO scans (bucket, prefix, started_at) VALUES (:bucket, :prefix, now())
ON CONFLICT (bucket, prefix) WHERE finished_at IS NULL DO UPDATE SET
    -- What lies before the place where a killed scan stopped has changed since, if that was long ago.
    after_key = CASE WHEN scans.started_at > now() - interval '6 hours' THEN scans.after_key END,
    seen = CASE WHEN scans.started_at > now() - interval '6 hours' THEN scans.seen ELSE 0 END,
    started_at = CASE WHEN scans.started_at > now() - interval '6 hours' THEN scans.started_at ELSE now() END
RETURNING *
""")
PAGE = (
    'key text COLLATE "C", size_bytes bigint, etag text, modified_at timestamptz, kind text, sha256 text, '
    "storage_class text"
)
MARK_GONE = text("""
UPDATE sources SET gone_at = now()
WHERE bucket = :bucket AND gone_at IS NULL
    AND (CAST(:after_key AS text) IS NULL OR key > :after_key)
    AND (CAST(:last_key AS text) IS NULL OR key <= :last_key)
    AND starts_with(key, :prefix)
    AND NOT EXISTS (SELECT FROM page_in WHERE page_in.key = sources.key)
""")
TAKE_IN = text("""
WITH news AS MATERIALIZED (
    SELECT page.*, known.id,
        (known.etag, known.object_bytes) IS DISTINCT FROM (page.etag, page.size_bytes) AS other
    FROM page_in AS page
    -- LATERAL with OFFSET: key by key through the index, whatever the planner believes of a new table.
    LEFT JOIN LATERAL (
        SELECT id, etag, object_bytes, modified_at, gone_at, storage_class FROM sources
        WHERE sources.bucket = :bucket AND sources.key = page.key OFFSET 0
    ) AS known ON true
    WHERE known.id IS NULL
        OR (known.etag, known.object_bytes, known.modified_at, known.gone_at, known.storage_class)
        IS DISTINCT FROM (page.etag, page.size_bytes, page.modified_at, NULL, page.storage_class)
), seen_again AS (
    UPDATE sources SET modified_at = news.modified_at, gone_at = NULL, storage_class = news.storage_class
    FROM news WHERE sources.id = news.id AND NOT news.other
), new_versions AS (
    UPDATE sources SET
        object_bytes = news.size_bytes, size_bytes = news.size_bytes, etag = news.etag, kind = news.kind,
        sha256 = news.sha256, modified_at = news.modified_at, gone_at = NULL, probed_at = NULL,
        probe_tries = 0, probe_after = NULL, duration_s = NULL, width = NULL, height = NULL,
        video_codec = NULL, audio_codec = NULL, media_error = NULL, asset_id = NULL,
        storage_class = news.storage_class
    FROM news WHERE sources.id = news.id AND news.other
    RETURNING sources.id
), added AS (
    INSERT INTO sources (
        bucket, key, object_bytes, size_bytes, etag, modified_at, kind, sha256, storage_class, standing,
        findings, haystack
    )
    SELECT :bucket, key, size_bytes, size_bytes, etag, modified_at, kind, sha256, storage_class,
        -- As for a source that no row points at; relinking and refreshing correct it where one does.
        CASE
            WHEN kind IN ('video', 'hls') THEN 'ready' WHEN kind = 'unknown' THEN 'needs_look'
            ELSE 'not_video'
        END,
        CASE kind
            WHEN 'video' THEN ARRAY['unreferenced'] WHEN 'unknown' THEN ARRAY['unreferenced']
            WHEN 'hls' THEN ARRAY['unreferenced', 'hls_folder']
            WHEN 'empty' THEN ARRAY['unreferenced', 'empty']
            ELSE ARRAY['unreferenced', 'not_video']
        END,
        lower(key COLLATE "default")
    FROM news WHERE id IS NULL
    ON CONFLICT (bucket, key) DO NOTHING
)
SELECT id FROM new_versions
""")
"""What the page has that is new to us; returns the sources that hold other bytes than before."""

MOVE_ON = text("""
UPDATE scans SET after_key = :last_key, seen = seen + :seen WHERE id = :scan_id RETURNING *
""")
ANALYZE = text("ANALYZE sources")  # after so many new rows, not when autovacuum comes by
FINISH = text("UPDATE scans SET finished_at = now() WHERE id = :scan_id AND finished_at IS NULL")


def begin_scan(connection: Connection, bucket: str, prefix: str) -> Scan:
    """The unfinished scan of this part, with the place where it stopped, else a new one."""
    row = connection.execute(BEGIN, {"bucket": bucket, "prefix": prefix}).mappings().one()
    return scan_of(row)


def upsert_page(connection: Connection, scan: Scan, page: Sequence[ObjectFacts]) -> Scan:
    """Take in one listing page; returns the scan at the page's end."""
    if not page:
        return scan
    _check_order(scan, page)
    make_temporary(connection, "page_in", PAGE)
    copy_rows(connection, "page_in", map(_columns, page))
    last_key = page[-1].key
    _mark_gone(connection, scan, last_key=last_key)
    refresh(connection, list(connection.scalars(TAKE_IN, {"bucket": scan.bucket})))
    moved = {"scan_id": scan.id, "last_key": last_key, "seen": len(page)}
    return scan_of(connection.execute(MOVE_ON, moved).mappings().one())


def finish_scan(connection: Connection, scan: Scan) -> None:
    """Mark what lies after the last page as gone, and fold HLS folders into one source each."""
    make_temporary(connection, "page_in", PAGE)
    _mark_gone(connection, scan, last_key=None)
    connection.execute(FINISH, {"scan_id": scan.id})
    connection.execute(ANALYZE)
    fold(connection, scan.bucket)


def _mark_gone(connection: Connection, scan: Scan, *, last_key: str | None) -> None:
    span = {"bucket": scan.bucket, "prefix": scan.prefix, "after_key": scan.after_key, "last_key": last_key}
    connection.execute(MARK_GONE, span)


def _check_order(scan: Scan, page: Sequence[ObjectFacts]) -> None:
    """What is gone can only be told from a listing in order; directory buckets list in none."""
    keys = [facts.key for facts in page]
    if keys != sorted(keys) or (scan.after_key is not None and keys[0] <= scan.after_key):
        raise Refused(
            f"The bucket {scan.bucket} does not list its keys in order.",
            hint="Directory buckets (S3 Express) cannot be scanned; use a general purpose bucket.",
        )


def _columns(facts: ObjectFacts) -> tuple[object, ...]:
    kind = kind_by_name(facts.key, facts.size_bytes)
    known = (facts.key, facts.size_bytes, facts.etag, facts.modified_at)
    return *known, kind.value, facts.sha256, facts.storage_class
