"""The school's lessons as an upload needs them: by title, with their course and row of `videos`."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, text
from sqlalchemy.dialects.postgresql import insert

from core.db.hostrows import HostRows
from core.db.tables import lesson_videos
from core.host_video import Course
from core.upload import LessonChoice

# Rows of `videos` over the same object as the lesson, unless another lesson plays that object as well.
SAME_OBJECT = text("""
SELECT theirs.row_id
FROM source_links AS ours
JOIN source_links AS theirs ON theirs.source_id = ours.source_id AND theirs.table_name = 'videos'
WHERE ours.table_name = 'lessons' AND ours.row_id = :lesson_id AND NOT EXISTS (
    SELECT FROM source_links AS others
    WHERE others.source_id = ours.source_id AND others.table_name = 'lessons' AND others.row_id <> :lesson_id
)
ORDER BY theirs.row_id LIMIT 1
""")
NOTED = select(lesson_videos.c.video_id)


def find(
    connection: Connection,
    lessons: HostRows,
    courses: HostRows,
    search: str,
    *,
    creator_id: str | None,
    limit: int,
) -> Sequence[LessonChoice]:
    if not lessons.has("id", "title") or "\x00" in search:
        return []
    title = lessons.text("title")
    query = select(
        lessons.text("id").label("id"), title.label("title"), _course(lessons, courses).label("course")
    )
    query = query.where(title.icontains(search, autoescape=True))
    if creator_id is not None:
        query = query.where(lessons.is_id("creator_id", "creator", creator_id))
    newest: list[Any] = [lessons.clause.c.created_at.desc()] if lessons.has("created_at") else []
    ordered = query.order_by(func.strpos(func.lower(title), search.lower()) != 1, *newest, title).limit(limit)
    rows = connection.execute(ordered, {"creator": creator_id} if creator_id is not None else {})
    return [LessonChoice(id=row.id, title=row.title or "", course=row.course) for row in rows]


def _course(lessons: HostRows, courses: HostRows) -> ColumnElement[str]:
    if not (lessons.has("course_id") and courses.has("id", "title")):
        return lessons.text("")
    named = select(courses.text("title")).where(courses.same("id", lessons, "course_id"))
    return named.limit(1).scalar_subquery()


def course(connection: Connection, courses: HostRows, course_id: str) -> Course | None:
    query = select(courses.text("id"), courses.text("title"), courses.text("teacher_id"))
    found = query.where(courses.is_id("id", "for_course", course_id))
    if not courses.has("id"):
        return None
    row = connection.execute(found, {"for_course": course_id}).first()
    return None if row is None else Course(id=row[0], title=row[1] or "", teacher_id=row[2])


def courses(
    connection: Connection, rows: HostRows, search: str, *, teacher_id: str | None, limit: int
) -> Sequence[Course]:
    if not rows.has("id", "title") or "\x00" in search:
        return []
    title, teacher = rows.text("title"), rows.text("teacher_id")
    query = select(rows.text("id").label("id"), title.label("title"), teacher.label("teacher_id"))
    query = query.where(title.icontains(search, autoescape=True))
    if teacher_id is not None:
        query = query.where(rows.is_id("teacher_id", "teacher", teacher_id))
    ordered = query.order_by(func.lower(title), rows.text("id")).limit(limit)
    found = connection.execute(ordered, {"teacher": teacher_id} if teacher_id is not None else {})
    return [Course(id=row.id, title=row.title or "", teacher_id=row.teacher_id) for row in found]


def course_id_of(connection: Connection, lessons: HostRows, lesson_id: str) -> str | None:
    found = select(lessons.text("course_id")).where(lessons.is_id("id", "for_lesson", lesson_id))
    return connection.scalar(found, {"for_lesson": lesson_id}) if lessons.has("id", "course_id") else None


def same_object(connection: Connection, lesson_id: str) -> str | None:
    found = connection.scalar(SAME_OBJECT, {"lesson_id": lesson_id})
    return None if found is None else str(found)


def noted(connection: Connection, lesson_id: str) -> str | None:
    return connection.scalar(NOTED.where(lesson_videos.c.lesson_id == lesson_id))


def note(connection: Connection, lesson_id: str, video_id: str) -> None:
    row = insert(lesson_videos).values(lesson_id=lesson_id, video_id=video_id, created_at=func.now())
    renewed = {"video_id": row.excluded.video_id}
    connection.execute(row.on_conflict_do_update(index_elements=[lesson_videos.c.lesson_id], set_=renewed))
