"""Rows of `lessons` and `videos` in the school's own columns."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, or_, select

from core.db import host_lessons
from core.db.host_inserts import required_columns
from core.db.hostrows import HostRows, host_rows
from core.db.known_columns import known_columns
from core.host_video import Course, HostVideo
from core.upload import LessonChoice

OTHER = {"lessons": ("videos", "video_id"), "videos": ("lessons", "lesson_id")}
"""The table beside it, and the column that names the row there."""

COLUMNS = ("title", "video_url", "hls_url", "s3_bucket", "s3_key")
NUL = "\x00"


class SqlHostVideos:
    """`HostVideos` on one connection."""

    def __init__(self, connection: Connection, *, host_schema: str) -> None:
        self._connection = connection
        self._schema = host_schema
        self._columns = known_columns(connection.engine, host_schema)

    def get(self, table: str, row_id: str) -> HostVideo | None:
        if table not in OTHER or NUL in row_id:
            return None
        rows, names = self._rows(table), (*COLUMNS, OTHER[table][1])
        columns: list[Any] = [rows.text(name).label(name) for name in names]
        query = select(*columns).where(rows.is_id("id", "for_row", row_id))
        found = self._connection.execute(query, {"for_row": row_id}).mappings().first()
        if found is None:
            return None
        return HostVideo(
            table=table,
            row_id=row_id,
            title=found["title"],
            addresses=dict(_addresses(found)),
            beside=self._beside(table, row_id, found[OTHER[table][1]]),
        )

    def _beside(self, table: str, row_id: str, named: str | None) -> tuple[str, ...]:
        """Ids of the rows of the other table that this one names, or that name this one."""
        other = self._rows(OTHER[table][0])
        if not other.has("id"):
            return ()
        names_us = OTHER[OTHER[table][0]][1]
        is_beside = or_(other.is_id(names_us, "for_row", row_id), other.is_id("id", "named", named))
        query = select(other.text("id")).where(is_beside).order_by(other.text("id")).limit(20)
        return tuple(self._connection.scalars(query, {"for_row": row_id, "named": named}))

    def find_lessons(self, search: str, *, creator_id: str | None, limit: int) -> Sequence[LessonChoice]:
        rows = self._rows("lessons"), self._rows("courses")
        return host_lessons.find(self._connection, *rows, search, creator_id=creator_id, limit=limit)

    def course(self, course_id: str) -> Course | None:
        return host_lessons.course(self._connection, self._rows("courses"), course_id)

    def find_courses(self, search: str, *, teacher_id: str | None, limit: int) -> Sequence[Course]:
        if not self._rows("lessons").has("course_id"):
            return []
        rows = self._rows("courses")
        return host_lessons.courses(self._connection, rows, search, teacher_id=teacher_id, limit=limit)

    def needs_course(self) -> bool:
        return "course_id" in required_columns(self._connection, self._schema, "lessons")

    def course_id_of(self, lesson_id: str) -> str | None:
        return host_lessons.course_id_of(self._connection, self._rows("lessons"), lesson_id)

    def video_of(self, lesson_id: str) -> str | None:
        row = self.get("lessons", lesson_id)
        if row is None:
            return None
        shared = host_lessons.same_object(self._connection, lesson_id)
        return next(iter(row.beside), shared or host_lessons.noted(self._connection, lesson_id))

    def keeps_videos(self) -> bool:
        return self._rows("videos").has("id")

    def note_video(self, lesson_id: str, video_id: str) -> None:
        host_lessons.note(self._connection, lesson_id, video_id)

    def _rows(self, table: str) -> HostRows:
        return host_rows(self._schema, table, self._columns.of(self._connection, table))


def _addresses(found: RowMapping) -> Iterator[tuple[str, str]]:
    for name in ("video_url", "hls_url"):
        if address := (found[name] or "").partition("?")[0]:
            yield name, address
    if found["s3_bucket"] and found["s3_key"]:
        yield "s3_key", f"s3://{found['s3_bucket']}/{found['s3_key']}"
