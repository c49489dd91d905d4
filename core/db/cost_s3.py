"""Whose files lie in S3: by what the school's rows name, as the last scan found it."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import CTE, Connection, Numeric, Select, and_, cast, func, select, union

from core.db.library_rows import Shelf
from core.db.tables import lesson_videos, source_links, sources
from core.db.ties import LESSONS
from core.usage import StorageClass
from core.usage_s3 import CLASSES

VIDEOS = "videos"
FILE, LINK, NOTE = sources.c, source_links.c, lesson_videos.c


Place = tuple[str, StorageClass]
"""A bucket, and a class of what lies in it."""


def owned_parts(connection: Connection, shelf: Shelf) -> Mapping[str, Mapping[Place, Decimal]]:
    """By lesson, the part of a bucket's bytes of a storage class that are its files; those of several lessons
    are shared evenly."""
    found: defaultdict[str, dict[Place, Decimal]] = defaultdict(dict)
    for row in connection.execute(_parts(shelf)):
        found[row.lesson_id][row.bucket, CLASSES[row.storage]] = row.part
    return found


def _parts(shelf: Shelf) -> Select[Any]:
    lying, owners = _lying(), _owners(shelf)
    place = (lying.c.bucket, lying.c.storage)
    whole = select(*place, func.sum(lying.c.bytes).label("bytes")).group_by(*place).subquery("whole")
    part = func.sum(cast(lying.c.bytes, Numeric) / owners.c.lessons) / func.max(whole.c.bytes)
    same = and_(whole.c.bucket == lying.c.bucket, whole.c.storage == lying.c.storage)
    return (
        select(owners.c.lesson_id, *place, part.label("part"))
        .select_from(lying)
        .join(owners, owners.c.source_id == lying.c.source_id)
        .join(whole, same)
        .group_by(owners.c.lesson_id, *place)
    )


def _lying() -> CTE:
    """Bytes by file, bucket and class; the pieces of an HLS folder count to its playlist."""
    file = func.coalesce(FILE.part_of, FILE.id).label("source_id")
    place = (FILE.bucket, FILE.storage_class.label("storage"))
    query = select(file, *place, func.sum(FILE.object_bytes).label("bytes"))
    lies = query.where(FILE.gone_at.is_(None), FILE.storage_class.in_(CLASSES), FILE.object_bytes > 0)
    return lies.group_by(file, FILE.bucket, FILE.storage_class).cte("lying")


def _owners(shelf: Shelf) -> CTE:
    """Each lesson whose row names a file, or whose video's row does; with how many lessons do."""
    of_video = LINK.table_name == VIDEOS
    ways: list[Select[Any]] = [
        select(LINK.source_id, LINK.row_id.label("lesson_id")).where(LINK.table_name == LESSONS),
        select(LINK.source_id, NOTE.lesson_id).where(of_video, NOTE.video_id == LINK.row_id),
    ]
    videos = shelf.videos
    if videos.has("id", "lesson_id"):
        named = videos.text("lesson_id")
        ways.append(
            select(LINK.source_id, named).where(
                of_video, videos.text("id") == LINK.row_id, named.is_not(None)
            )
        )
    both = union(*ways).subquery("named")
    lessons = func.count().over(partition_by=both.c.source_id).label("lessons")
    return select(both.c.source_id, both.c.lesson_id, lessons).cte("owners")
