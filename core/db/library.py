"""The library: a page of the school's lessons with their videos, how many there are, what narrows them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from core.db.hostrows import HostRows, host_rows
from core.db.hosttext import INTEGERS
from core.db.known_columns import known_columns
from core.db.library_lines import lines
from core.db.library_rows import ASSET, Shelf
from core.library import LibraryChoices, LibraryFilter, LibraryLine, LibrarySort, Reader

NUMBERS = (*INTEGERS, "numeric", "real", "double precision")
MOST_CHOICES = 300
NEEDED = {"course": "course_id", "owner": "creator_id", "published": "status"}
"""Filters, and the school's column that each asks."""


class SqlLibrary:
    """`Library` on one connection."""

    def __init__(self, connection: Connection, *, host_schema: str) -> None:
        self._connection = connection
        self._schema = host_schema
        self._columns = known_columns(connection.engine, host_schema)

    def page(
        self, filter: LibraryFilter, sort: LibrarySort, *, reader: Reader, number: int, size: int
    ) -> Sequence[LibraryLine]:
        shelf = self._shelf()
        if not shelf.lessons.has("id"):
            return []
        query = select(shelf.lessons.text("id")).select_from(shelf.rows).where(shelf.matching(filter, reader))
        ordered = query.order_by(*_order(shelf, sort)).limit(size).offset((number - 1) * size)
        with self._columns.noticing():
            ids = list(self._connection.scalars(ordered, bound_values(filter, reader)))
            return lines(self._connection, shelf, ids) if ids else []

    def count(self, filter: LibraryFilter, *, reader: Reader) -> int:
        shelf = self._shelf()
        if not shelf.lessons.has("id"):
            return 0
        query = select(func.count()).select_from(shelf.rows).where(shelf.matching(filter, reader))
        with self._columns.noticing():
            return self._connection.scalar(query, bound_values(filter, reader)) or 0

    def choices(self, *, reader: Reader) -> LibraryChoices:
        shelf = self._shelf()
        knows = {"provider", "state", "captions", "quality"} if shelf.lessons.has("id") else set()
        knows |= {name for name, column in NEEDED.items() if shelf.lessons.has("id", column)}
        with self._columns.noticing():
            return LibraryChoices(
                courses=self._names(shelf, "course_id", shelf.courses, ("title",), reader),
                owners=self._names(shelf, "creator_id", shelf.users, ("name", "email"), reader),
                knows=frozenset(knows),
            )

    def _names(
        self, shelf: Shelf, column: str, named: HostRows, names: tuple[str, ...], reader: Reader
    ) -> dict[str, str]:
        """What the column holds in most lessons, by name."""
        if not shelf.lessons.has("id", column):
            return {}
        value, whole = shelf.lessons.text(column), shelf.matching(LibraryFilter(), reader)
        most = select(value.label("id")).select_from(shelf.lessons.clause).where(whole, value.is_not(None))
        held = most.group_by(value).order_by(func.count().desc()).limit(MOST_CHOICES).subquery()
        query = select(held.c.id, held.c.id.label("name"))
        if named.has("id"):
            first = func.coalesce(*(func.nullif(named.text(name), "") for name in names), held.c.id)
            beside = held.outerjoin(named.clause, named.text("id") == held.c.id)
            query = select(held.c.id, first.label("name")).select_from(beside)
        rows = self._connection.execute(query, bound_values(LibraryFilter(), reader))
        return dict(sorted(((row[0], row[1]) for row in rows), key=lambda pair: pair[1].casefold()))

    def _shelf(self) -> Shelf:
        found = {name: self._rows(name) for name in ("lessons", "courses", "videos", "users")}
        return Shelf(**found)

    def _rows(self, table: str) -> HostRows:
        return host_rows(self._schema, table, self._columns.of(self._connection, table))


def bound_values(filter: LibraryFilter, reader: Reader) -> dict[str, Any]:
    """What the conditions of a filter are bound to, by name."""
    words = {f"word_{number}": word for number, word in enumerate(filter.search.split())}
    return {**words, "course": filter.course, "owner": filter.owner, "reader": reader.user_id}


def _order(shelf: Shelf, sort: LibrarySort) -> tuple[ColumnElement[Any], ...]:
    """Where lessons are numbered, the number says which is newer, and has an index."""
    rows, number = shelf.lessons.clause.c, shelf.lessons.clause.c.id
    is_numbered = shelf.lessons.found["id"].base_type in INTEGERS
    made = [] if is_numbered or not shelf.lessons.has("created_at") else [rows.created_at]
    if sort is LibrarySort.OLDEST:
        return (*(at.asc().nulls_first() for at in made), number.asc())
    if sort is LibrarySort.TITLE:
        return (func.lower(shelf.lessons.text("title")).asc(), number.asc())
    if sort is LibrarySort.LONGEST:
        return (_length(shelf).desc().nulls_last(), number.desc())
    return (*(at.desc().nulls_last() for at in made), number.desc())


def _length(shelf: Shelf) -> ColumnElement[Any]:
    own = shelf.lessons.found.get("duration")
    if own is None or own.base_type not in NUMBERS:
        return ASSET.c.duration_s
    return func.coalesce(ASSET.c.duration_s, func.nullif(shelf.lessons.clause.c.duration, 0))
