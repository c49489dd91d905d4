"""A lesson's form: its fields, what may stand in them, and what two people who edit it at once did."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from core.lesson import DRAFT

LONGEST_TITLE = 500
LONGEST_DESCRIPTION = 20_000


class Field(StrEnum):
    """A field by its column in `lessons`."""

    TITLE = "title"
    DESCRIPTION = "description"
    COURSE = "course_id"
    POSITION = "position"
    STATUS = "status"


Values = Mapping[Field, str]
"""What stands in each field as text; "" where nothing does."""

NEW: Values = {**dict.fromkeys(Field, ""), Field.STATUS: DRAFT}
"""What a new lesson says before anybody typed."""

NAMES: Mapping[Field, str] = {
    Field.TITLE: "title",
    Field.DESCRIPTION: "description",
    Field.COURSE: "course",
    Field.POSITION: "order",
    Field.STATUS: "published",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonRow:
    """A row of `lessons` in the columns that the school has for the form. `longest`: characters that a
    column takes, the first number that is too large where it holds numbers."""

    values: Values
    longest: Mapping[Field, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonSheet:
    """What the form shows; `edited_by` is whoever saved it last here, as far as that is known."""

    row: LessonRow
    may_edit: bool
    needs_course: bool = False
    course: str = ""
    """The title of its course."""
    edited_by: str = ""
    edited_at: datetime | None = None


class LessonRows(Protocol):
    """The part of `HostTables` that the form writes: columns of the school's own."""

    def lesson_columns(self) -> LessonRow:
        """Which fields a lesson has, without any value."""

    def lesson(self, lesson_id: str, *, lock: bool = False) -> LessonRow | None:
        """What stands in them; with `lock`, nobody changes the row before the transaction ends."""

    def edit_lesson(self, lesson_id: str, facts: Mapping[str, Any]) -> None:
        """Write columns of the form, and when that was where the school keeps it."""


def tidy(values: Values) -> dict[Field, str]:
    """As it is kept: no character that a database cannot hold, no blanks around a title."""
    plain = {name: value.replace("\0", "") for name, value in values.items()}
    return {name: " ".join(text.split()) if name is Field.TITLE else text for name, text in plain.items()}


def problems(values: Values, row: LessonRow, *, needs_course: bool) -> dict[Field, str]:
    """What is wrong, by field, in a sentence that says what to do."""
    found = {name: _too_long(name, values[name], row) for name in row.values}
    if Field.TITLE in row.values and not values[Field.TITLE].strip():
        found[Field.TITLE] = "The lesson has no title. Give it one."
    if needs_course and not values.get(Field.COURSE):
        found[Field.COURSE] = "Every lesson of this school belongs to a course. Choose one."
    return {name: sentence for name, sentence in found.items() if sentence}


def _too_long(name: Field, value: str, row: LessonRow) -> str:
    most = row.longest.get(name)
    if name is Field.POSITION and value and most:
        return "" if abs(int(value)) < most else f"The order is a number below {most:,}."
    if name not in LONGEST:
        return ""
    most = min(LONGEST[name], most or LONGEST[name])
    return "" if len(value) <= most else f"At most {most:,} characters; these are {len(value):,}."


LONGEST = {Field.TITLE: LONGEST_TITLE, Field.DESCRIPTION: LONGEST_DESCRIPTION}


def changed(before: Values, after: Values) -> dict[Field, str]:
    """What stands otherwise in `after`, of the fields that both have."""
    return {name: after[name] for name in before if name in after and before[name] != after[name]}


def clashes(base: Values, mine: Values, now: Values) -> tuple[Field, ...]:
    """Fields that I and somebody else have both changed since `base`, to different values."""
    theirs, own = changed(base, now), changed(base, mine)
    return tuple(name for name in theirs if name in own and theirs[name] != own[name])


def joined(base: Values, mine: Values, now: Values, *, keep: Collection[Field]) -> dict[Field, str]:
    """Their values, with mine where I alone changed a field or `keep` says so."""
    theirs, own = changed(base, now), changed(base, mine)
    return {
        name: own[name] if name in own and (name in keep or name not in theirs) else value
        for name, value in now.items()
    }


def facts(values: Values) -> dict[str, Any]:
    """By column, as the database takes it: no course and no order are NULL."""
    empty_is_null = (Field.COURSE, Field.POSITION, Field.STATUS)
    return {
        name.value: None if name in empty_is_null and not value else value for name, value in values.items()
    }
