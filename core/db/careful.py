"""Writes that go on while columns are being taken away."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from core.db.known_columns import KnownColumns
from core.errors import Unavailable

Answer = TypeVar("Answer")
TRIES = 3
"""Columns go table by table, so that one write meets a change once, or twice at the most."""


def carefully(connection: Connection, known: KnownColumns, write: Callable[[], Answer]) -> Answer:
    """Write, and again with the columns that are left where some went at this very moment.

    A savepoint keeps the transaction alive; it costs two round trips, so only an undo under way gets one.
    """
    for _ in range(TRIES if known.is_shrinking else 0):
        try:
            with connection.begin_nested():
                return write()
        except Unavailable:
            known.forget()
    return write()
