"""HLS folders: thousands of segments in S3, one source in the list."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, text

from core import hls_folder
from core.db.copying import copy_rows, make_temporary

ROWS_AT_ONCE = 5000

PLAYLISTS = text("""
SELECT key, id, rows > 0 AS referenced FROM sources
WHERE bucket = :bucket AND kind = 'hls' AND gone_at IS NULL
""")
MAYBE_PIECES = text(r"""
SELECT id, key FROM sources
WHERE bucket = :bucket AND kind <> 'hls' AND gone_at IS NULL AND rows = 0
    AND lower(key) ~ '\.(ts|m4s|key|mp4|aac|vtt)$'
""")
UNFOLD = text("""
UPDATE sources SET part_of = NULL
WHERE bucket = :bucket AND part_of IS NOT NULL AND NOT EXISTS (
    SELECT FROM parts_in WHERE parts_in.id = sources.id AND parts_in.part_of = sources.part_of
)
""")
FOLD = text("""
UPDATE sources SET part_of = parts_in.part_of
FROM parts_in
WHERE sources.id = parts_in.id AND sources.part_of IS DISTINCT FROM parts_in.part_of
""")
SUM_UP = text("""
UPDATE sources SET size_bytes = whole.size_bytes
FROM (
    SELECT head.id, head.object_bytes + coalesce(sum(part.object_bytes), 0) AS size_bytes
    FROM sources AS head
    LEFT JOIN sources AS part ON part.part_of = head.id AND part.gone_at IS NULL
    WHERE head.bucket = :bucket AND head.kind = 'hls'
    GROUP BY head.id
) AS whole
WHERE sources.id = whole.id AND sources.size_bytes <> whole.size_bytes
""")


def fold(connection: Connection, bucket: str) -> None:
    """Make every piece of an HLS video a part of its playlist, and the playlist as large as all of them."""
    rows = list(connection.execute(PLAYLISTS, {"bucket": bucket}))
    ids = {row.key: row.id for row in rows}
    found = hls_folder.heads(ids, referenced={row.key for row in rows if row.referenced})
    make_temporary(connection, "parts_in", "id bigint, part_of bigint")
    copy_rows(connection, "parts_in", ((ids[key], ids[head]) for key, head in found.items() if key != head))
    if found:
        _copy_pieces(connection, bucket, found, ids)
    for statement in (UNFOLD, FOLD, SUM_UP):
        connection.execute(statement, {"bucket": bucket})


def _copy_pieces(
    connection: Connection, bucket: str, found: Mapping[str, str], ids: Mapping[str, int]
) -> None:
    """Chunk by chunk: while a COPY is under way nothing else can be read on the connection."""
    folders = hls_folder.by_folder(found)
    options = {"yield_per": ROWS_AT_ONCE}
    with connection.execute(MAYBE_PIECES, {"bucket": bucket}, execution_options=options) as rows:
        for chunk in rows.partitions():
            copy_rows(connection, "parts_in", _parts(((row.id, row.key) for row in chunk), folders, ids))


def _parts(
    pieces: Iterator[tuple[int, str]], folders: hls_folder.Heads, ids: Mapping[str, int]
) -> Iterator[tuple[int, int]]:
    for piece_id, key in pieces:
        if head := hls_folder.head_of_piece(key, folders):
            yield piece_id, ids[head]
