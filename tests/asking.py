"""Questions of tests to a database, on connections that are kept.

To open one costs PostgreSQL more than most questions do, and tests ask tens of thousands.
"""

from collections import defaultdict
from typing import Any

import psycopg

FREE: defaultdict[str, list[psycopg.Connection[Any]]] = defaultdict(list)
"""Connections by URL that nobody asks on at the moment."""


def ask(url: str, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """All rows of one statement that is committed at once; [] where it has none."""
    try:
        connection = FREE[url].pop()
    except IndexError:
        connection = _opened(url)
    try:
        cursor = connection.execute(sql, values or None)  # type: ignore[arg-type]
        return cursor.fetchall() if cursor.description else []
    finally:
        if not connection.closed:
            FREE[url].append(connection)


def forget(url: str) -> None:
    """Close what is kept, before the database goes."""
    for connection in FREE.pop(url, ()):
        connection.close()


def _opened(url: str) -> psycopg.Connection[Any]:
    # Nothing is prepared: what a statement answers changes when a test changes tables.
    return psycopg.connect(url, autocommit=True, prepare_threshold=None)
