"""The school's people: its `users`, as far as there are any, and how they are tied to its lessons."""

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select

from core.access import Role
from core.db.hostrows import HostRows, host_rows
from core.db.known_columns import known_columns
from core.db.ties import LESSON, PERSON, TABLES, alike, question
from core.people import HostUser
from core.tie import LessonTies

STAFF = "|".join(Role)
NUL = "\x00"
"""PostgreSQL has no text that holds it, so neither has the school."""


class SqlPeople:
    """`People` on one connection."""

    def __init__(self, connection: Connection, *, host_schema: str) -> None:
        self._connection = connection
        self._schema = host_schema
        self._columns = known_columns(connection.engine, host_schema)

    def id_of(self, email: str) -> str | None:
        users, wanted = self._rows("users"), email.strip()
        if not wanted or NUL in wanted or not users.has("id", "email"):
            return None
        is_theirs = func.lower(func.trim(users.text("email"))) == func.lower(wanted)
        found = self._all(select(users.text("id")).where(is_theirs).limit(2))
        return str(found[0][0]) if len(found) == 1 else None

    def get(self, user_id: str) -> HostUser | None:
        users = self._rows("users")
        if NUL in user_id or not users.has("id"):
            return None
        found = self._all(_users(users).where(users.is_id("id", "for_user", user_id)), for_user=user_id)
        return _user(found[0]) if found else None

    def listed(self, *, search: str = "", limit: int = 50) -> list[HostUser]:
        users = self._rows("users")
        if not users.has("id"):
            return []
        name, email = users.text("name"), users.text("email")
        has_text = or_(*(text.icontains(search, autoescape=True) for text in (name, email)))
        query = _users(users).order_by(_is_staff(users).desc(), name, email, users.text("id")).limit(limit)
        return [_user(row) for row in self._all(query.where(has_text) if search else query)]

    def staff(self) -> list[HostUser] | None:
        users = self._rows("users")
        if not users.has("id", "role"):
            return None
        query = _users(users).where(_is_staff(users)).order_by(users.text("id"))
        return [_user(row) for row in self._all(query)]

    def owners(self) -> list[HostUser]:
        users, lessons, courses = (self._rows(name) for name in ("users", "lessons", "courses"))
        if not users.has("id"):
            return []
        owned = [rows.text(name) for rows, name in ((lessons, "creator_id"), (courses, "teacher_id"))]
        is_owner = or_(*(users.text("id").in_(select(name)) for name in owned))
        found = map(_user, self._all(_users(users).where(is_owner).order_by(users.text("id"))))
        return [replace(user, role=f"{user.role} {Role.TEACHER}") for user in found]

    def ties(self, lesson_id: str, user_id: str | None) -> LessonTies | None:
        columns = {name: self._columns.of(self._connection, name) for name in TABLES}
        if NUL in f"{lesson_id}{user_id}" or "id" not in columns["lessons"]:
            return None
        shape = tuple((name, tuple(found.values())) for name, found in columns.items())
        like = None if user_id is None else alike(user_id)
        statement, left_out = question(self._schema, shape, alike(lesson_id), like)
        found = self._all(statement, **{LESSON: lesson_id, PERSON: user_id})
        return LessonTies(**found[0]._mapping, left_out=left_out) if found else None

    def _rows(self, table: str) -> HostRows:
        return host_rows(self._schema, table, self._columns.of(self._connection, table))

    def _all(self, query: Select[Any], **values: str | None) -> list[Row[Any]]:
        with self._columns.noticing():
            return list(self._connection.execute(query, values))


def _users(users: HostRows) -> Select[Any]:
    names = ("id", "email", "name", "role")
    columns: list[Any] = [func.coalesce(users.text(name), "").label(name) for name in names]
    return select(*columns)


def _is_staff(users: HostRows) -> ColumnElement[bool]:
    return func.coalesce(users.text("role").regexp_match(STAFF, flags="i"), False)


def _user(row: Row[Any]) -> HostUser:
    return HostUser(**row._mapping)
