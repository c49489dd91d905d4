"""What the school's rows say about their videos, read as text whatever the types, tables and columns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    FromClause,
    RowMapping,
    Select,
    Text,
    cast,
    column,
    func,
    null,
    select,
    table,
    text,
)

ROWS_AT_ONCE = 2000
COLUMNS = text("""
SELECT table_name::text, column_name::text FROM information_schema.columns
WHERE table_schema = :schema AND table_name IN ('lessons', 'videos', 'courses')
""")


@dataclass(frozen=True, slots=True)
class HostTable:
    """A host table with the columns that it has; one that it has not reads as NULL."""

    schema: str
    name: str
    columns: frozenset[str]

    def clause(self) -> FromClause:
        """The table for a FROM, with the columns that were found."""
        return table(self.name, *(column(name) for name in self.columns), schema=self.schema)

    def text(self, name: str, clause: FromClause) -> ColumnElement[Any]:
        """The column as text; NULL where the school has no such column."""
        return cast(clause.c[name] if name in self.columns else null(), Text)

    def flag(self, name: str, clause: FromClause) -> ColumnElement[Any]:
        """The column as a boolean; NULL where the school has no such column."""
        return cast(self.text(name, clause), Boolean)


Tables = Mapping[str, HostTable]


def host_tables(connection: Connection, schema: str) -> Tables:
    """The tables that are there, by name; one without an id is of no use."""
    found: dict[str, set[str]] = {}
    for name, column_name in connection.execute(COLUMNS, {"schema": schema}):
        found.setdefault(name, set()).add(column_name)
    return {name: HostTable(schema, name, frozenset(names)) for name, names in found.items() if "id" in names}


def lesson_rows(lessons: HostTable, videos: HostTable | None) -> Select[Any]:
    """Lessons that name a video: id, both URLs, title, course, owner, and whether their video is public."""
    lesson = lessons.clause()
    video_url, hls_url = lessons.text("video_url", lesson), lessons.text("hls_url", lesson)
    joined: FromClause = lesson
    public: ColumnElement[Any] = cast(null(), Boolean)
    if videos and "is_public" in videos.columns:
        joined, public = _join_videos(lessons, lesson, videos)
    return (
        select(
            lessons.text("id", lesson).label("id"),
            video_url.label("video_url"),
            hls_url.label("hls_url"),
            lessons.text("title", lesson).label("title"),
            lessons.text("course_id", lesson).label("course_id"),
            lessons.text("creator_id", lesson).label("owner_id"),
            public.label("is_public"),
        )
        .select_from(joined)
        .where((video_url != "") | (hls_url != ""))
    )


def _join_videos(
    lessons: HostTable, lesson: FromClause, videos: HostTable
) -> tuple[FromClause, ColumnElement[Any]]:
    """The lesson's row of `videos` is found from either side; of several, all must be public."""
    joined: FromClause = lesson
    flags: list[ColumnElement[Any]] = []
    for theirs, ours in (("lesson_id", "id"), ("id", "video_id")):
        if theirs in videos.columns and ours in lessons.columns:
            video = videos.clause()
            key = videos.text(theirs, video)
            flag = (
                select(key.label("id"), func.bool_and(videos.flag("is_public", video)).label("is_public"))
                .where(key.is_not(None))
                .group_by(key)
                .subquery()
            )
            joined = joined.outerjoin(flag, flag.c.id == lessons.text(ours, lesson))
            flags.append(flag.c.is_public)
    return joined, func.coalesce(*flags) if flags else cast(null(), Boolean)


def video_rows(videos: HostTable) -> Select[Any]:
    """Rows of `videos` that name an object: id, bucket, key, title, course, owner, and whether public."""
    video = videos.clause()
    bucket, key = videos.text("s3_bucket", video), videos.text("s3_key", video)
    return select(
        videos.text("id", video).label("id"),
        bucket.label("bucket"),
        key.label("key"),
        videos.text("title", video).label("title"),
        videos.text("course_id", video).label("course_id"),
        videos.text("uploaded_by", video).label("owner_id"),
        videos.flag("is_public", video).label("is_public"),
    ).where(bucket != "", key != "")


def course_titles(courses: HostTable) -> Select[Any]:
    course = courses.clause()
    return select(courses.text("id", course), courses.text("title", course))


def chunks(connection: Connection, query: Select[Any]) -> Iterator[Sequence[RowMapping]]:
    """Through a cursor on the server: a large school need not fit into memory, and between two chunks the
    connection is free for other work."""
    with connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}) as rows:
        yield from rows.mappings().partitions()
