"""`mux_admin.source_links`: which host rows point at which source, read anew and compared."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, text

from core.db.copying import copy_rows, make_temporary
from core.db.folding import fold
from core.db.references import Tables, chunks, course_titles, host_tables, lesson_rows, video_rows
from core.kind import kind_by_name
from core.source import Location, parse_s3_url

LINKS = """table_name text, row_id text, column_name text, bucket text, key text COLLATE "C", kind text,
    title text, course_id text, owner_id text, is_public boolean"""

# Whether such an object is missing or its bucket could not be listed, the refresh that follows finds out.
ADD_MISSING = text("""
INSERT INTO sources (bucket, key, object_bytes, size_bytes, etag, gone_at, kind, standing, findings, haystack)
SELECT DISTINCT ON (bucket, key) bucket, key, 0, 0, '', now(), kind, 'needs_look', ARRAY['unlisted'],
    lower(key COLLATE "default")
FROM links_in
ORDER BY bucket, key
ON CONFLICT (bucket, key) DO NOTHING
""")
UPSERT = text("""
INSERT INTO source_links AS known (
    table_name, row_id, column_name, source_id, title, course_id, owner_id, is_public
)
SELECT l.table_name, l.row_id, l.column_name, s.id, l.title, l.course_id, l.owner_id, l.is_public
FROM links_in AS l JOIN sources AS s USING (bucket, key)
ORDER BY l.table_name, l.row_id, l.column_name
ON CONFLICT (table_name, row_id, column_name) DO UPDATE SET
    source_id = excluded.source_id, title = excluded.title, course_id = excluded.course_id,
    owner_id = excluded.owner_id, is_public = excluded.is_public
WHERE (known.source_id, known.title, known.course_id, known.owner_id, known.is_public) IS DISTINCT FROM
    (excluded.source_id, excluded.title, excluded.course_id, excluded.owner_id, excluded.is_public)
""")
DROP_OLD = text("""
DELETE FROM source_links AS known
WHERE NOT EXISTS (
    SELECT FROM links_in AS l
    WHERE l.table_name = known.table_name AND l.row_id = known.row_id AND l.column_name = known.column_name
)
""")
# A lesson's HLS folder was made of its film: while that is there, the lesson switches to the film's copy.
MARK_SPARE = text("""
UPDATE source_links AS link SET spare = now_.spare
FROM (
    SELECT folder.row_id, EXISTS (
        SELECT FROM source_links AS film JOIN sources ON sources.id = film.source_id
        WHERE film.table_name = 'lessons' AND film.row_id = folder.row_id AND film.column_name = 'video_url'
            AND film.source_id <> folder.source_id AND sources.gone_at IS NULL
            AND sources.media_error IS NULL AND sources.kind IN ('video', 'hls', 'unknown')
    ) AS spare
    FROM source_links AS folder WHERE folder.table_name = 'lessons' AND folder.column_name = 'hls_url'
) AS now_
WHERE link.table_name = 'lessons' AND link.column_name = 'hls_url' AND link.row_id = now_.row_id
    AND link.spare <> now_.spare
""")
# Of several rows the first lesson names the source, else the first video; shorter ids first, as numbers go.
SUM_UP = text("""
WITH told AS (
    SELECT source_id AS id, count(DISTINCT (table_name, row_id)) AS rows,
        (array_agg(title ORDER BY table_name, length(row_id), row_id)
            FILTER (WHERE title <> ''))[1] AS title,
        (array_agg(course_id ORDER BY table_name, length(row_id), row_id)
            FILTER (WHERE course_id IS NOT NULL))[1] AS course_id,
        coalesce(bool_and(is_public), false) AS is_public, bool_and(spare) AS spare
    FROM source_links GROUP BY source_id
), whole AS (
    SELECT s.id, coalesce(told.rows, 0) AS rows, told.title, told.course_id, courses_in.title AS course,
        coalesce(told.is_public, false) AS is_public, coalesce(told.spare, false) AS spare
    FROM sources AS s
    LEFT JOIN told ON told.id = s.id
    LEFT JOIN courses_in ON courses_in.id = told.course_id
    WHERE s.rows > 0 OR told.id IS NOT NULL
)
UPDATE sources AS s SET
    rows = whole.rows, title = whole.title, course_id = whole.course_id, course = whole.course,
    is_public = whole.is_public, spare = whole.spare,
    haystack = lower(concat_ws(' ', s.key COLLATE "default", whole.title))
FROM whole
WHERE s.id = whole.id AND (s.rows, s.title, s.course_id, s.course, s.is_public, s.spare)
    IS DISTINCT FROM (whole.rows, whole.title, whole.course_id, whole.course, whole.is_public, whole.spare)
""")
FOLDED_BUT_NAMED = text("SELECT DISTINCT bucket FROM sources WHERE part_of IS NOT NULL AND rows > 0")
COUNT = text("SELECT count(*) FROM source_links")


def relink(
    connection: Connection, schema: str, *, domains: Mapping[str, str], endpoint_hosts: Sequence[str]
) -> int:
    """Read the host's rows anew; returns how many references to objects there are."""
    tables = host_tables(connection, schema)
    make_temporary(connection, "links_in", LINKS)
    make_temporary(connection, "courses_in", "id text, title text")
    for links in _links(connection, tables, domains, endpoint_hosts):
        copy_rows(connection, "links_in", links)
    if courses := tables.get("courses"):
        copy_rows(connection, "courses_in", connection.execute(course_titles(courses)).all())
    for statement in (ADD_MISSING, UPSERT, DROP_OLD, MARK_SPARE, SUM_UP):
        connection.execute(statement)
    for bucket in list(connection.scalars(FOLDED_BUT_NAMED)):
        fold(connection, bucket)  # a row names a piece: then that piece is a video of its own
    return connection.scalar(COUNT) or 0


Link = tuple[Any, ...]


def _links(
    connection: Connection, tables: Tables, domains: Mapping[str, str], endpoint_hosts: Sequence[str]
) -> Iterator[list[Link]]:
    """Rows for `links_in`, chunk by chunk. A URL that is none of S3's points at nothing."""
    if lessons := tables.get("lessons"):
        for chunk in chunks(connection, lesson_rows(lessons, tables.get("videos"))):
            yield [
                _link("lessons", name, row, location)
                for row in chunk
                for name in ("video_url", "hls_url")
                if row[name]
                and (location := parse_s3_url(row[name], domains=domains, endpoint_hosts=endpoint_hosts))
            ]
    if videos := tables.get("videos"):
        for chunk in chunks(connection, video_rows(videos)):
            yield [_link("videos", "s3_key", row, Location(row["bucket"], row["key"])) for row in chunk]


def _link(table: str, column: str, row: RowMapping, location: Location) -> Link:
    return (
        table,
        row["id"],
        column,
        location.bucket,
        location.key,
        kind_by_name(location.key, 1).value,
        row["title"],
        row["course_id"],
        row["owner_id"],
        row["is_public"],
    )
