"""The school's lessons as costs are told by them: with their course, and with who made them."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from core.cost_shares import CostLesson
from core.db.hostrows import HostRows
from core.db.library import bound_values
from core.db.library_lines import is_one_of
from core.db.library_rows import Shelf
from core.library import LibraryFilter, Reader

EVERYTHING = LibraryFilter()
OWN = ("id", "title", "course_id", "creator_id")


def cost_lessons(connection: Connection, shelf: Shelf, reader: Reader) -> list[CostLesson]:
    """Those that the reader sees. Names of courses and people are read once each, not beside every lesson."""
    own = shelf.lessons
    if not own.has("id"):
        return []
    columns = [func.coalesce(own.text(name), "").label(name) for name in OWN]
    query = select(*columns).where(shelf.matching(EVERYTHING, reader))
    rows: Sequence[Any] = connection.execute(query, bound_values(EVERYTHING, reader)).all()
    courses = _named(connection, shelf.courses, {row.course_id for row in rows}, "title")
    people = _named(connection, shelf.users, {row.creator_id for row in rows}, "name", "email")
    return [
        CostLesson(
            lesson_id=lesson_id,
            title=title,
            course_id=course_id,
            course=courses.get(course_id, course_id),
            teacher_id=teacher_id,
            teacher=people.get(teacher_id, teacher_id),
        )
        for lesson_id, title, course_id, teacher_id in rows
    ]


def _named(connection: Connection, named: HostRows, ids: Collection[str], *names: str) -> dict[str, str]:
    """By id, the first of these columns that says something."""
    if not named.has("id"):
        return {}
    first = func.coalesce(*(func.nullif(named.text(name), "") for name in names), named.text("id"))
    found = select(named.text("id"), first).where(is_one_of(named, "id", ids))
    return {row[0]: row[1] for row in connection.execute(found)}
