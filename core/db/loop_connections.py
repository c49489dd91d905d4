"""Connections for questions that are asked on an event loop; each has one cursor, which stays.

A pool for every purpose is a third of what such a question costs: it wakes a task for each connection that
comes back, and makes a cursor for each statement.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import AsyncConnection, AsyncRawCursor
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row

from core.db.engine import IDLE_S, ONE_PLAN, SESSION, options
from core.db.straight import Row
from core.errors import Unavailable
from core.silence import TCP_LIMITS

WAIT_S = 5.0
"""For a connection that others use, before the database counts as away."""

SESSION_OF_ONE_QUESTION: Mapping[str, Any] = {
    "autocommit": True,
    "prepare_threshold": 1,
    "options": options(*SESSION, *ONE_PLAN),
    "application_name": "lectern",
    **TCP_LIMITS,
}


@dataclass(slots=True)
class Kept:
    """A cursor on a connection of its own."""

    cursor: AsyncRawCursor[Row]
    rests_since_s: float = field(default_factory=time.monotonic)


class LoopConnections:
    """At most so many; each opens when all the others are in use. All calls come from one event loop."""

    def __init__(self, url: str, *, most: int) -> None:
        self._url = url
        self._places: asyncio.LifoQueue[Kept | None] = asyncio.LifoQueue()
        for _ in range(most):
            self._places.put_nowait(None)

    async def row(self, sql: bytes, values: Sequence[Any]) -> Row | None:
        """The first row that a statement finds, which names its values `$1`, `$2`.

        Raises `psycopg.Error`, and `Unavailable` while all connections are in use.
        """
        kept = await self._place()
        try:
            kept = await self._living(kept)
            await kept.cursor.execute(sql, values)
            return await kept.cursor.fetchone()
        finally:
            await self._give_back(kept)

    async def close(self) -> None:
        """Close those that nobody uses."""
        while not self._places.empty():
            if (kept := self._places.get_nowait()) is not None:
                await kept.cursor.connection.close()

    async def _place(self) -> Kept | None:
        """The one that was used last; None: there is room for another."""
        if not self._places.empty():
            return self._places.get_nowait()
        try:
            return await asyncio.wait_for(self._places.get(), WAIT_S)
        except TimeoutError as error:
            raise Unavailable("All database connections are busy.") from error

    async def _living(self, kept: Kept | None) -> Kept:
        """A dead one is replaced; one in steady use is not asked."""
        if kept is None:
            return await self._open()
        if time.monotonic() - kept.rests_since_s < IDLE_S:
            return kept
        with suppress(psycopg.Error):
            await kept.cursor.execute("SELECT 1")
            return kept
        await kept.cursor.connection.close()
        return await self._open()

    async def _open(self) -> Kept:
        connection = await AsyncConnection.connect(self._url, **SESSION_OF_ONE_QUESTION)
        return Kept(AsyncRawCursor(connection, row_factory=dict_row))

    async def _give_back(self, kept: Kept | None) -> None:
        """Its place is free again; one that broke, or was left in the midst of a question, is closed."""
        if kept is not None:
            kept.rests_since_s = time.monotonic()
            if kept.cursor.connection.pgconn.transaction_status != TransactionStatus.IDLE:
                await kept.cursor.connection.close()
                kept = None
        self._places.put_nowait(kept)
