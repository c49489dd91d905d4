"""The statements that every item needs, some forty of them, go straight to the driver.

SQLAlchemy writes them, once; the rest of what it does per execution would cost more than the database's
answer (measured: 37 µs instead of 110 for the widest read).
"""

from collections.abc import Mapping
from typing import Any

from psycopg import Cursor
from psycopg.rows import dict_row
from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.sql import ClauseElement

Row = dict[str, Any]

_WRITTEN: dict[int, tuple[str, Row, Executable]] = {}
"""By the statement's identity: its text, the values it carries itself, and the statement, so that no other
one can come to have its identity."""


NUMBERED: Dialect = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


def run(connection: Connection, statement: Executable, **values: Any) -> Cursor[Row]:
    """Execute in the connection's transaction; rows come as dictionaries.

    For statements that are constants of a module, always given the same names: they will come again, so each
    is prepared, and planned, at its first use on a connection already. JSON has to come wrapped
    (`psycopg.types.json.Jsonb`); errors are the driver's.
    """
    if not connection.in_transaction():
        connection.begin()  # SQLAlchemy commits only what it knows to have begun
    driver: Any = connection.connection.driver_connection
    cursor: Cursor[Row] = driver.cursor(row_factory=dict_row)
    return cursor.execute(*written(statement, connection.dialect, values), prepare=True)


def written(statement: Executable, dialect: Dialect, values: Mapping[str, Any]) -> tuple[str, Row]:
    """The statement in the driver's words, and all its values: these, and those that it carries itself."""
    sql, own, _ = _WRITTEN.get(id(statement)) or _write(statement, dialect, values)
    return sql, {**own, **values}


def numbered(statement: Executable) -> tuple[bytes, tuple[str, ...]]:
    """The statement for the driver's raw cursors, which take nothing apart: with `$1`, `$2`, and the names of
    these values in their order. It must carry no values itself."""
    assert isinstance(statement, ClauseElement)
    compiled: Any = statement.compile(dialect=NUMBERED)
    assert all(value is None for value in compiled.params.values()), "a value of its own would be lost"
    return str(compiled).encode(), tuple(compiled.positiontup)


def _write(statement: Executable, dialect: Dialect, names: Mapping[str, Any]) -> tuple[str, Row, Executable]:
    assert isinstance(statement, ClauseElement)
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    assert "POSTCOMPILE" not in str(compiled), "IN with values has to be executed by SQLAlchemy"
    own = {name: value for name, value in compiled.params.items() if name not in names}
    made = _WRITTEN[id(statement)] = (str(compiled), own, statement)
    return made
