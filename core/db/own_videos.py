"""The videos behind somebody's lessons, and which of them need that person."""

from sqlalchemy import Connection, text

from core.migration import Trouble
from core.own_videos import OwnTrouble, OwnVideos
from core.source import Finding

# A failure counts as long as the video has not moved since. What does not play comes first, then by title.
OWN = text("""
WITH own AS (
    SELECT DISTINCT ON (links.source_id) links.source_id, links.title
    FROM source_links AS links
    WHERE links.owner_id = :owner_id AND NOT links.spare
    ORDER BY links.source_id, links.table_name
), seen AS (
    SELECT own.title, sources.key, sources.standing,
        CASE
            WHEN sources.standing IN ('on_mux', 'moving') THEN NULL
            WHEN 'missing' = ANY(sources.findings) THEN 'missing'
            WHEN 'empty' = ANY(sources.findings) THEN 'empty'
            WHEN 'unreadable' = ANY(sources.findings) THEN 'unreadable'
        END AS finding,
        CASE WHEN sources.standing NOT IN ('on_mux', 'moving') THEN (
            SELECT coalesce(items.trouble, 'unexpected') FROM items
            WHERE items.source_id = own.source_id AND items.state = 'failed' AND NOT items.test
            ORDER BY items.batch_id DESC LIMIT 1
        ) END AS trouble
    FROM own JOIN sources ON sources.id = own.source_id
)
SELECT *, count(*) OVER () AS videos, count(*) FILTER (WHERE standing = 'on_mux') OVER () AS on_mux,
    count(*) FILTER (WHERE finding IS NOT NULL OR trouble IS NOT NULL) OVER () AS in_trouble
FROM seen
ORDER BY (finding IS NULL AND trouble IS NULL), finding IS NULL, title, key
LIMIT :most
""")


def own_videos(connection: Connection, owner_id: str, *, limit: int) -> OwnVideos:
    """How the videos stand whose lessons belong to this host user."""
    rows = connection.execute(OWN, {"owner_id": owner_id, "most": limit}).all()
    if not rows:
        return OwnVideos(videos=0, on_mux=0, in_trouble=0, troubled=[])
    return OwnVideos(
        videos=rows[0].videos,
        on_mux=rows[0].on_mux,
        in_trouble=rows[0].in_trouble,
        troubled=[
            OwnTrouble(
                title=row.title,
                key=row.key,
                finding=Finding(row.finding) if row.finding else None,
                trouble=Trouble(row.trouble) if row.trouble else None,
            )
            for row in rows
            if row.finding or row.trouble
        ],
    )
