"""One question to the school's tables: how is this person tied to this lesson?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    false,
    func,
    literal_column,
    null,
    select,
)

from core.db.hostrows import HostRows, host_rows
from core.db.hosttext import INTEGERS, is_id_of
from core.db.tables import lesson_videos, source_links
from core.found import FoundColumn

TABLES = ("lessons", "courses", "videos", "purchases", "enrollments")
LESSON, PERSON = "lesson", "person"
ONE: ColumnElement[Any] = literal_column("1")
LESSONS: ColumnElement[str] = literal_column("'lessons'")
VIDEOS: ColumnElement[str] = literal_column("'videos'")
PUBLISHED: ColumnElement[str] = literal_column("'published'")
Names = tuple[str, ...]


Shape = tuple[tuple[str, tuple[FoundColumn, ...]], ...]
"""The host's tables with their columns."""

ALIKE = ("1", str(2**15), str(2**31), "00000000-0000-0000-0000-000000000000", "an id")
"""Ids that fit, in turn: every integer type, all but the smallest, only the largest, uuid, text alone."""

LIKE = tuple(FoundColumn(name="", type=type_, base_type=type_) for type_ in (*INTEGERS, "uuid"))


@lru_cache(maxsize=64)
def question(schema: str, shape: Shape, lesson_id: str, person_id: str | None) -> tuple[Select[Any], Names]:
    """The statement for ids that fit the same columns as these, and what of the tables it had to leave out.

    Kept, because making it takes longer than asking it.
    """
    tables = {name: host_rows(schema, name, {one.name: one for one in columns}) for name, columns in shape}
    asked = Question(tables=tables, lesson_id=lesson_id, person_id=person_id)
    return asked.statement(), asked.left_out()


@lru_cache(maxsize=4096)
def alike(row_id: str) -> str:
    """One of a few ids that fit the same types of columns."""
    return next(one for one in ALIKE if _fits(one) == _fits(row_id))


def _fits(row_id: str) -> tuple[bool, ...]:
    return tuple(is_id_of(column, row_id) for column in LIKE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The host's tables by name, and two ids: what the statement looks like depends on their kind alone."""

    tables: Mapping[str, HostRows]
    lesson_id: str
    person_id: str | None

    def statement(self) -> Select[Any]:
        lesson = self.tables["lessons"]
        return select(
            lesson.text("id").label("lesson_id"),
            lesson.text("creator_id").label("creator_id"),
            self._teacher().label("teacher_id"),
            func.coalesce(lesson.text("status") == PUBLISHED, false()).label("is_published"),
            func.coalesce(self._public(), false()).label("is_public"),
            self._bought().label("has_bought"),
            self._enrolled().label("is_enrolled"),
        ).where(lesson.is_id("id", LESSON, self.lesson_id))

    def left_out(self) -> tuple[str, ...]:
        """Tables and columns that are not there, so that nobody is let in by them."""
        return tuple(self._missing())

    def _missing(self) -> Iterator[str]:
        wanted = {
            "lessons": ("creator_id", "status"),
            "courses": ("id", "teacher_id"),
            "videos": ("id", "is_public"),
            "purchases": ("lesson_id", "user_id"),
            "enrollments": ("course_id", "user_id"),
        }
        for name, columns in wanted.items():
            if not self.tables[name].found:
                yield name
            else:
                yield from (f"{name}.{column}" for column in columns if not self.tables[name].has(column))
        if not self.tables["lessons"].has("course_id"):
            yield "lessons.course_id"

    def _teacher(self) -> ColumnElement[Any]:
        course, lesson = self.tables["courses"], self.tables["lessons"]
        if not course.has("id", "teacher_id"):
            return cast(null(), Text)
        of_lesson = course.same("id", lesson, "course_id")
        return select(course.text("teacher_id")).where(of_lesson).limit(ONE).scalar_subquery()

    def _bought(self) -> ColumnElement[bool]:
        purchase = self.tables["purchases"]
        is_lesson = purchase.is_id("lesson_id", LESSON, self.lesson_id)
        if not purchase.has("lesson_id", "user_id"):
            return false()
        return (
            exists()
            .select_from(purchase.clause)
            .where(and_(is_lesson, purchase.is_id("user_id", PERSON, self.person_id)))
        )

    def _enrolled(self) -> ColumnElement[bool]:
        enrollment = self.tables["enrollments"]
        is_course = enrollment.same("course_id", self.tables["lessons"], "course_id")
        if not (enrollment.has("course_id", "user_id") and self.tables["lessons"].has("course_id")):
            return false()
        return (
            exists()
            .select_from(enrollment.clause)
            .where(and_(is_course, enrollment.is_id("user_id", PERSON, self.person_id)))
        )

    def _public(self) -> ColumnElement[Any]:
        """Of several rows of `videos` all must be public; a further way is gone only where none was found."""
        video, lesson = self.tables["videos"], self.tables["lessons"]
        if not video.has("id", "is_public"):
            return cast(null(), Boolean)
        return func.coalesce(
            func.least(
                self._all_public(video.is_id("lesson_id", LESSON, self.lesson_id)),
                self._all_public(video.same("id", lesson, "video_id")),
            ),
            self._all_public(same_object(video)),
            self._all_public(noted(video)),
        )

    def _all_public(self, is_video: ColumnElement[bool]) -> ColumnElement[Any]:
        flag = self.tables["videos"].flag("is_public")
        are_public = func.bool_and(func.coalesce(flag, false())).label("b")
        return select(are_public).where(is_video).scalar_subquery()


def same_object(video: HostRows) -> ColumnElement[bool]:
    """Whether a row of `videos` points at the lesson's own source object."""
    ours, theirs = source_links.alias("o"), source_links.alias("t")
    found = (
        select(theirs.c.row_id)
        .join(ours, ours.c.source_id == theirs.c.source_id)
        .where(theirs.c.table_name == VIDEOS, ours.c.table_name == LESSONS)
        .where(ours.c.row_id == bindparam(LESSON, type_=Text))
    )
    return video.is_kept("id", found, theirs.c.row_id)


def noted(video: HostRows) -> ColumnElement[bool]:
    """Whether it is the row of `videos` that we have noted for the lesson."""
    notes = lesson_videos.alias("n")
    found = select(notes.c.video_id).where(notes.c.lesson_id == bindparam(LESSON, type_=Text))
    return video.is_kept("id", found, notes.c.video_id)
