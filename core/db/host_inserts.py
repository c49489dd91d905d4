"""New rows in the school's tables: a lesson that somebody adds, the row of `videos` of what they uploaded."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Text, cast, insert, text

from core.db.hostfacts import Columns, Facts, bound
from core.db.hoststatements import host_table
from core.db.hosttext import INTEGERS, cast_to
from core.db.known_columns import KnownColumns
from core.errors import ConfigError, InvalidInput
from core.found import FoundColumn

REQUIRED = text("""
SELECT a.attname::text
FROM pg_attribute AS a
JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = :schema AND c.relname = :table AND a.attnum > 0 AND NOT a.attisdropped
    AND a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''
""")
FILLED = text("""
SELECT a.attname::text
FROM pg_attribute AS a
JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = :schema AND c.relname = :table AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull
""")
FILLERS: Mapping[str, object] = {"boolean": False, **dict.fromkeys([*INTEGERS, "numeric"], 0)}
TIMES = ("timestamp without time zone", "timestamp with time zone", "date")


class HostInserts:
    """The part of `HostTables` that adds rows, on one connection."""

    _connection: Connection
    _schema: str
    _columns: KnownColumns

    def insert(self, table: str, facts: Facts, *, fill: Sequence[str] = ()) -> str:
        """Add a row of what its columns allow; returns its id.

        Facts that are None or have no column are left out. `fill` names columns that get an empty value where
        they must have one and the school gives them none. A refusal leaves the transaction as it was.
        """
        columns = self._columns.of(self._connection, table)
        required = required_columns(self._connection, self._schema, table)
        values = {name: value for name, value in facts.items() if value is not None and name in columns}
        fillers = {name: _empty(columns[name]) for name in fill if name in required - values.keys()}
        values = {**_id(table, columns, required), **fillers, **values}
        return self._insert(table, columns, values)

    def _insert(self, table: str, columns: Columns, values: Facts) -> str:
        chosen = {name: columns[name] for name in values}
        rows = host_table(self._schema, table, tuple({**chosen, "id": columns["id"]}.values()))
        made = {name: cast_to(column, f"new_{name}") for name, column in chosen.items()}
        statement = insert(rows).values(made).returning(cast(rows.c.id, Text))
        with self._insertions(table), self._connection.begin_nested():
            return str(self._connection.execute(statement, bound("new", values)).scalar_one())

    @contextmanager
    def _insertions(self, table: str) -> Iterator[None]:
        try:
            with self._refusals(table):
                yield
        except ConfigError as error:
            user = self._connection.engine.url.username or "the user of DATABASE_URL"
            raise ConfigError(
                str(error), hint=f"GRANT INSERT ON {self._schema}.{table} TO {user}."
            ) from error

    def _refusals(self, table: str) -> AbstractContextManager[None]:
        raise NotImplementedError


def required_columns(connection: Connection, schema: str, table: str) -> set[str]:
    """Columns that a new row must give a value, because the school gives them none."""
    return set(connection.scalars(REQUIRED, {"schema": schema, "table": table}))


def filled_columns(connection: Connection, schema: str, table: str) -> set[str]:
    """Columns that take no NULL."""
    return set(connection.scalars(FILLED, {"schema": schema, "table": table}))


def _id(table: str, columns: Columns, required: set[str]) -> dict[str, Any]:
    """Nothing where the school numbers its rows by itself."""
    column = columns.get("id")
    if column is None:
        raise InvalidInput(
            f"The school has no table {table} with an id.", hint="Add the row on the school's site."
        )
    if "id" not in required:
        return {}
    if column.base_type in INTEGERS:
        raise InvalidInput(
            f"The rows of {table} are numbered by hand, so Lectern cannot add one.",
            hint=f"Give {table}.id a sequence, or add the row on the school's site.",
        )
    return {"id": str(uuid4())}


def _empty(column: FoundColumn) -> object:
    if column.base_type in TIMES:
        return datetime.now(UTC)
    return FILLERS.get(column.base_type, "")
