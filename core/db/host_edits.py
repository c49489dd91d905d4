"""The school's own columns of a lesson, as its form reads and writes them."""

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from core.db.host_inserts import TIMES
from core.db.hostfacts import Columns, Facts, can_be_row
from core.db.hostrows import TEXTS, host_rows
from core.db.hosttext import INTEGERS
from core.db.known_columns import KnownColumns
from core.found import FoundColumn
from core.lesson_form import Field, LessonRow

LENGTH = re.compile(r"\((\d+)\)")
TYPES: Mapping[Field, tuple[str, ...]] = {
    Field.TITLE: (*TEXTS, "character"),
    Field.DESCRIPTION: (*TEXTS, "character"),
    Field.POSITION: tuple(INTEGERS),
}
"""Types that a field is shown for; one of another type is the school's own business."""


class HostEdits:
    """The part of `HostTables` that a lesson's form writes, on one connection."""

    _connection: Connection
    _schema: str
    _columns: KnownColumns

    def lesson_columns(self) -> LessonRow:
        fields = _fields(self._columns.of(self._connection, "lessons"))
        return LessonRow(values=dict.fromkeys(fields, ""), longest=_longest(fields))

    def lesson(self, lesson_id: str, *, lock: bool = False) -> LessonRow | None:
        columns = self._columns.of(self._connection, "lessons")
        if not can_be_row(columns, lesson_id):
            return None
        rows, fields = host_rows(self._schema, "lessons", columns), _fields(columns)
        query = select(rows.text("id"), *(rows.text(name).label(name) for name in fields))
        query = query.where(rows.is_id("id", "for_row", lesson_id))
        with self._refusals("lessons"):
            locked = query.with_for_update() if lock else query
            row = self._connection.execute(locked, {"for_row": lesson_id}).mappings().first()
        if row is None:
            return None
        return LessonRow(values={name: row[name] or "" for name in fields}, longest=_longest(fields))

    def edit_lesson(self, lesson_id: str, facts: Facts) -> None:
        columns = self._columns.of(self._connection, "lessons")
        touched = columns.get("updated_at")
        moment = {"updated_at": datetime.now(UTC)} if touched and touched.base_type in TIMES else {}
        known = {name: value for name, value in facts.items() if name in columns}
        self._update("lessons", columns, lesson_id, {**moment, **known})

    def _update(self, table: str, columns: Columns, row_id: str, known: Facts) -> Facts | None:
        raise NotImplementedError

    def _refusals(self, table: str) -> AbstractContextManager[None]:
        raise NotImplementedError


def _fields(columns: Columns) -> dict[Field, FoundColumn]:
    """Those that the school has in a type that the form can show."""
    there = {name: columns[name] for name in Field if name in columns}
    return {name: one for name, one in there.items() if one.base_type in TYPES.get(name, (one.base_type,))}


def _longest(fields: Mapping[Field, FoundColumn]) -> dict[Field, int]:
    found = {name: _most(column) for name, column in fields.items()}
    return {name: most for name, most in found.items() if most}


def _most(column: FoundColumn) -> int | None:
    told = LENGTH.search(column.type)
    return INTEGERS.get(column.base_type) or (int(told[1]) if told else None)
