"""The columns of the school's tables as this process knows them, shared by all of its transactions.

Nothing rests on their being true: whoever misses a column looks again under the row's lock, and whoever names
one that is gone is told so by the database, forgets them all and writes once more.
"""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from psycopg import errors as pg
from sqlalchemy import Connection, Engine, Pool, exc

from core.db.catalog import read_columns
from core.db.undo_checks import guards_of, is_undoing
from core.errors import Unavailable
from core.found import FoundColumn

FRESH_S = 2.0
"""How long the columns read last are believed where nobody tells of changes."""

TOLD_S = 30.0
"""Likewise in a process that is told of each change (`schema_news.py`): for those made by other hands."""


class KnownColumns:
    """Columns by table, read when they are asked for and not known, or known for too long."""

    def __init__(self, schema: str) -> None:
        self._schema = schema
        self._read_at_s = float("-inf")
        self._changes = 0
        self._tables: Mapping[str, Mapping[str, FoundColumn]] = {}
        self.is_told = False
        """Whether this process hears of changes as they are made."""
        self.is_shrinking = False
        """Whether an undo was under way at the last look."""

    @property
    def are_fresh(self) -> bool:
        """Whether what was read last is believed."""
        return time.monotonic() - self._read_at_s <= (TOLD_S if self.is_told else FRESH_S)

    def of(self, connection: Connection, table: str) -> Mapping[str, FoundColumn]:
        """The table's columns; empty where there is no such table."""
        return self.at_hand(table) if self.are_fresh else self.fresh(connection, table)

    def at_hand(self, table: str) -> Mapping[str, FoundColumn]:
        """Likewise, as they were read last."""
        return self._tables.get(table, {})

    def fresh(self, connection: Connection, table: str) -> Mapping[str, FoundColumn]:
        """The table's columns as this very transaction sees them, without those that an undo takes away."""
        changes, at_s = self._changes, time.monotonic()
        guards = guards_of(connection, self._schema)
        self.is_shrinking = is_undoing(connection)
        self._tables = tables = {
            name: {one: found for one, found in columns.items() if one not in guards.get(name, {})}
            for name, columns in read_columns(connection, self._schema).items()
        }
        if changes == self._changes:  # else they changed while we looked: the next question looks again
            self._read_at_s = at_s
        return tables.get(table, {})

    def forget(self) -> None:
        """Have the columns read anew at the next question: the schema has changed."""
        self._changes += 1
        self._read_at_s = float("-inf")

    @contextmanager
    def noticing(self) -> Iterator[None]:
        """Raise `Unavailable` where a question names what is gone by now; the next one looks again."""
        try:
            yield
        except (exc.DBAPIError, pg.UndefinedColumn, pg.UndefinedTable) as error:
            if not is_missing(error.orig if isinstance(error, exc.DBAPIError) else error):
                raise
            self.forget()
            raise Unavailable("The school's tables changed at this very moment.") from error


def is_missing(error: BaseException | None) -> bool:
    """Whether the database says so of a column or a table that a statement names."""
    return isinstance(error, pg.UndefinedColumn | pg.UndefinedTable)


_KNOWN: WeakKeyDictionary[Pool, dict[str, KnownColumns]] = WeakKeyDictionary()
"""By the pool of connections, which an engine shares with all that are made of it by options."""
_LOCK = threading.Lock()


def known_columns(engine: Engine, schema: str) -> KnownColumns:
    """Those of this process for a database and schema."""
    with _LOCK:
        return _KNOWN.setdefault(engine.pool, {}).setdefault(schema, KnownColumns(schema))
