"""Objects that came in by an upload: sources of their own at once, before any scan sees them."""

from sqlalchemy import Connection, text

from core.db.standing import refresh
from core.db.straight import run
from core.source import HostRow, ObjectFacts

TAKE_IN = text("""
INSERT INTO sources AS known (
    bucket, key, object_bytes, size_bytes, etag, modified_at, kind, sha256, standing, findings, haystack
)
VALUES (
    :bucket, :key, :size_bytes, :size_bytes, :etag, :modified_at, 'video', :sha256, 'ready',
    ARRAY['unreferenced'], lower(CAST(:key AS text))
)
ON CONFLICT (bucket, key) DO UPDATE SET
    object_bytes = excluded.object_bytes, size_bytes = excluded.size_bytes, etag = excluded.etag,
    modified_at = excluded.modified_at, kind = excluded.kind, sha256 = excluded.sha256, gone_at = NULL
RETURNING id
""")
LINK = text("""
INSERT INTO source_links AS known (
    table_name, row_id, column_name, source_id, title, course_id, owner_id, is_public
)
VALUES (
    :table_name, :row_id, :column_name, :source_id, :title, :course_id, :owner_id, CAST(:is_public AS boolean)
)
ON CONFLICT (table_name, row_id, column_name) DO UPDATE SET
    source_id = excluded.source_id, title = excluded.title, course_id = excluded.course_id,
    owner_id = excluded.owner_id, is_public = excluded.is_public
""")
BEFORE = text("""
SELECT source_id FROM source_links
WHERE table_name = :table_name AND row_id = :row_id AND column_name = :column_name
""")
UNLINK = text("""
DELETE FROM source_links WHERE table_name = :table_name AND row_id = :row_id RETURNING source_id
""")
# As a scan's relinking sums up, for these alone.
SUM_UP = text("""
UPDATE sources AS s SET
    rows = told.rows, title = told.title, course_id = told.course_id, is_public = told.is_public,
    haystack = lower(concat_ws(' ', s.key COLLATE "default", told.title))
FROM (
    SELECT wanted.id,
        -- a row of nothing but NULLs would count as one
        count(DISTINCT (l.table_name, l.row_id)) FILTER (WHERE l.source_id IS NOT NULL) AS rows,
        (array_agg(l.title ORDER BY l.table_name, length(l.row_id), l.row_id)
            FILTER (WHERE l.title <> ''))[1] AS title,
        (array_agg(l.course_id ORDER BY l.table_name, length(l.row_id), l.row_id)
            FILTER (WHERE l.course_id IS NOT NULL))[1] AS course_id,
        coalesce(bool_and(l.is_public), false) AS is_public
    FROM unnest(CAST(:ids AS bigint[])) AS wanted (id)
    LEFT JOIN source_links AS l ON l.source_id = wanted.id
    GROUP BY wanted.id
) AS told
WHERE s.id = told.id
""")


def take_in(connection: Connection, found: ObjectFacts) -> int:
    """The object's source, made where there is none."""
    values = {
        "bucket": found.bucket,
        "key": found.key,
        "size_bytes": found.size_bytes,
        "etag": found.etag,
        "modified_at": found.modified_at,
        "sha256": found.sha256,
    }
    return int(connection.execute(TAKE_IN, values).scalar_one())


def link(connection: Connection, source_id: int, row: HostRow) -> None:
    """Have the row's column point at the source, and at no other one."""
    where = {"table_name": row.table, "row_id": row.row_id, "column_name": row.column}
    before = connection.scalar(BEFORE, where)
    told = {
        "title": row.title,
        "course_id": row.course_id,
        "owner_id": row.owner_id,
        "is_public": row.is_public,
    }
    connection.execute(LINK, {**where, **told, "source_id": source_id})
    ids = [source_id, *([before] if before not in (None, source_id) else [])]
    run(connection, SUM_UP, ids=ids)
    refresh(connection, ids)


def unlink(connection: Connection, table: str, row_id: str) -> None:
    """The row names no source any more."""
    ids = list(connection.scalars(UNLINK, {"table_name": table, "row_id": row_id}))
    if ids:
        run(connection, SUM_UP, ids=ids)
        refresh(connection, ids)
