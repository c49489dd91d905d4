"""Many rows at once: COPY into a temporary table that lives for the transaction."""

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import sql
from sqlalchemy import Connection, text


def copy_rows(connection: Connection, table: str, rows: Iterable[Sequence[Any]]) -> None:
    """COPY rows into a table of ours; each gives its columns in the table's order."""
    driver: Any = connection.connection.driver_connection
    statement = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
    with driver.cursor().copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def make_temporary(connection: Connection, table: str, columns: str) -> None:
    """An empty table that goes with the transaction; a second call in the same one empties it."""
    make = f"CREATE TEMPORARY TABLE IF NOT EXISTS {table} ({columns}) ON COMMIT DELETE ROWS"
    connection.execute(text(make))
    connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - names come from our own code
