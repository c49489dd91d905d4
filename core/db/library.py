"""The library: a page of the school's lessons with their videos, how many there are, what narrows them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, func, select

from core.db import library_order
from core.db.hostrows import HostRows, host_rows
from core.db.known_columns import known_columns
from core.db.library_lines import lines
from core.db.library_order import Key
from core.db.library_rows import Shelf
from core.library import (
    MOST_CHOICES,
    Beyond,
    LibraryChoices,
    LibraryFilter,
    LibraryLine,
    LibrarySort,
    Reader,
)

NEEDED = {"course": "course_id", "owner": "creator_id", "published": "status"}
"""Filters, and the school's column that each asks."""


class SqlLibrary:
    """`Library` on one connection."""

    def __init__(self, connection: Connection, *, host_schema: str) -> None:
        self._connection = connection
        self._schema = host_schema
        self._columns = known_columns(connection.engine, host_schema)

    def page(
        self,
        filter: LibraryFilter,
        sort: LibrarySort,
        *,
        reader: Reader,
        number: int,
        size: int,
        beyond: Beyond | None = None,
    ) -> Sequence[LibraryLine]:
        shelf = self._shelf()
        if not shelf.lessons.has("id"):
            return []
        keys = library_order.keys(shelf, sort)
        ids_of = select(shelf.lessons.text("id")).select_from(library_order.rows(shelf, filter, sort))
        query = ids_of.where(shelf.matching(filter, reader)).params(bound_values(filter, reader))
        with self._columns.noticing():
            if beyond:
                ids = self._beside(shelf, query, keys, beyond, size)
            else:
                paged = query.order_by(*(key.clause for key in keys)).limit(size).offset((number - 1) * size)
                ids = list(self._connection.scalars(paged))
            return lines(self._connection, shelf, ids) if ids else []

    def _beside(
        self, shelf: Shelf, query: Select[str], keys: Sequence[Key], beyond: Beyond, size: int
    ) -> list[str]:
        """The page behind a lesson, or the one ahead of it; none where the lesson is gone."""
        here = select(*(key.value for key in keys)).select_from(shelf.rows)
        is_it = shelf.lessons.is_id("id", "beyond", beyond.lesson_id)
        values = self._connection.execute(here.where(is_it), {"beyond": beyond.lesson_id}).first()
        if values is None:
            return []
        way = [key.turned for key in keys] if beyond.is_ahead else keys
        paged = query.where(library_order.behind(way, values)).order_by(*(key.clause for key in way))
        ids = list(self._connection.scalars(paged.limit(size)))
        return ids[::-1] if beyond.is_ahead else ids

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
