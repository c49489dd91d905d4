"""Lessons for their own page, in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from core.leftover import Leftovers
from core.lesson_form import NEW, Field, LessonRow
from core.lesson_former import Former
from core.lesson_story import GIVES
from core.records import AuditRow, EventRow
from tests.fakes import EPOCH
from tests.pages.fake_uploads import Videos

LONGEST = {Field.TITLE: 255, Field.POSITION: 2**31}


@dataclass(slots=True)
class Lessons:
    """Rows by id, and what was audited of them; a school may lack fields."""

    rows: dict[str, dict[Field, str]] = field(default_factory=dict)
    lacks: frozenset[Field] = frozenset()
    audits: list[AuditRow] = field(default_factory=list)
    events: list[EventRow] = field(default_factory=list)
    reasons: Mapping[str, str] = field(default_factory=dict)
    formers: list[Former] = field(default_factory=list)
    falls_back_to: str | None = None
    leftovers: Leftovers = Leftovers()
    added: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What Lectern's own columns of `lessons` say."""

    def by_another(self, lesson_id: str, who: str, **values: str) -> None:
        """Somebody else saves while a page is open."""
        self.rows[lesson_id] |= {Field(name): value for name, value in values.items()}
        if who:
            at = replace(AUDIT, actor=who, subject=f"lesson {lesson_id}")
            self.audits.insert(0, at)


AUDIT = AuditRow(at=EPOCH, actor="ada", action="edit lesson", subject="", before=None, after=None)


def some_lessons() -> Lessons:
    values = {
        **NEW,
        Field.TITLE: "Sets · 1",
        Field.DESCRIPTION: "What a set is.",
        Field.COURSE: "1",
        Field.POSITION: "1",
        Field.STATUS: "published",
    }
    return Lessons(rows={"1": values})


class FakeLessonRows:
    """The part of the host tables that the form writes."""

    lessons: Lessons

    def lesson_columns(self) -> LessonRow:
        there = [name for name in Field if name not in self.lessons.lacks]
        return LessonRow(values=dict.fromkeys(there, ""), longest=LONGEST)

    def lesson(self, lesson_id: str, *, lock: bool = False) -> LessonRow | None:
        row = self.lessons.rows.get(lesson_id)
        if row is None:
            return None
        shown = {name: value for name, value in row.items() if name not in self.lessons.lacks}
        return LessonRow(values=shown, longest=LONGEST)

    def edit_lesson(self, lesson_id: str, facts: Mapping[str, Any]) -> None:
        self.lessons.rows[lesson_id] |= {Field(name): str(value or "") for name, value in facts.items()}

    def read(self, table: str, row_id: str) -> Mapping[str, Any] | None:
        return self.lessons.added.get(row_id, {}) if row_id in self.lessons.rows else None

    def addresses(self, table: str, row_id: str, *, lock: bool = True) -> Mapping[str, Any] | None:
        return {} if row_id in self.lessons.rows else None

    def insert(self, table: str, facts: Mapping[str, Any], *, fill: Sequence[str] = ()) -> str:
        assert table == "lessons"
        lesson_id = str(len(self.lessons.rows) + 1)
        self.lessons.rows[lesson_id] = {name: str(facts.get(name) or "") for name in Field}
        return lesson_id


class FakeLessonRecords:
    """Everything that was audited and told, whatever it is about."""

    def __init__(self, lessons: Lessons, videos: Videos) -> None:
        self.lessons, self.videos = lessons, videos

    def lessons_on(self, asset_id: str, *, but: str, limit: int) -> Sequence[tuple[str, str]]:
        playing = (id for id, says in self.lessons.added.items() if says.get("mux_asset_id") == asset_id)
        return [(id, self.lessons.rows[id][Field.TITLE]) for id in playing if id != but][:limit]

    def leftovers(self, *, limit: int) -> Leftovers:
        return self.lessons.leftovers

    def last_copy(self, lesson_id: str) -> str | None:
        of_row = (one for one in self.lessons.audits if one.subject == f"lessons {lesson_id}")
        return next(((one.after or {}).get("mux_asset_id") for one in of_row if one.action in GIVES), None)

    def others_kept(self, asset_id: str, *, but: str) -> int:
        kept = [one for one in self.lessons.formers if one.plays.asset_id == asset_id]
        return sum(one.lesson_id != but for one in kept)

    def formers(self, lesson_id: str, *, limit: int = 30) -> Sequence[Former]:
        return [one for one in self.lessons.formers if one.lesson_id == lesson_id][:limit]

    def falls_back_to(self, lesson_id: str, asset_id: str) -> str | None:
        return self.lessons.falls_back_to

    def resource_ids(self, lesson_id: str) -> list[UUID]:
        return [one.id for one in self.videos.resources if one.lesson_id == lesson_id]

    def arrange(self, lesson_id: str, resource_ids: Sequence[UUID]) -> None:
        self.videos.resources.sort(key=lambda one: resource_ids.index(one.id))

    def rename(self, lesson_id: str, resource_id: UUID, name: str) -> bool:
        renamed = [replace(one, name=name) if one.id == resource_id else one for one in self.videos.resources]
        self.videos.resources = renamed
        return True

    def remove(self, lesson_id: str, resource_id: UUID) -> bool:
        self.videos.resources = [one for one in self.videos.resources if one.id != resource_id]
        return True

    def events(self, object_ids: Sequence[str], *, number: int, size: int) -> tuple[Sequence[EventRow], int]:
        found = [one for one in self.lessons.events if one.object_id in object_ids]
        return found[(number - 1) * size : number * size], len(found)

    def first_events(self, object_ids: Sequence[str]) -> Mapping[str, datetime]:
        return {one.type: one.created_at for one in self.lessons.events if one.object_id in object_ids}

    def input_reasons(self, asset_id: str) -> Mapping[str, str]:
        return self.lessons.reasons

    def audits(self, subjects: Sequence[str], *, number: int, size: int) -> tuple[Sequence[AuditRow], int]:
        found = [one for one in self.lessons.audits if one.subject in subjects]
        return found[(number - 1) * size : number * size], len(found)


class FakeAudits:
    def __init__(self, lessons: Lessons) -> None:
        self.lessons = lessons

    def newest(self, *, limit: int = 100, subject: str = "") -> list[AuditRow]:
        return [one for one in self.lessons.audits if one.subject == subject][:limit]
