"""Lessons as playing needs them, asked for on an event loop: no thread waits, the connections are its own."""

import asyncio
import time
from typing import Any
from weakref import WeakKeyDictionary

from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import Engine, Executable

from core.db.engine import IDLE_S, SESSION, options
from core.db.errors import translated
from core.db.known_columns import known_columns
from core.db.playables import ASKED, NUL, SqlPlayables, playable_of, question_of
from core.db.straight import Row, written
from core.db.ties import LESSON, PERSON
from core.playable import Playable
from core.silence import TCP_LIMITS

MOST = 8
"""Connections. One question takes a third of a millisecond."""

WAIT_S = 5.0
"""For a connection, before the database counts as away."""

Connections = AsyncConnectionPool[AsyncConnection[Row]]


class LoopPlayables:
    """Fills `PlayablesAtOnce`; all calls come from one event loop."""

    def __init__(self, engine: Engine, url: str, *, host_schema: str) -> None:
        self._engine, self._url, self._schema = engine, url, host_schema
        self._columns = known_columns(engine, host_schema)
        self._opening = asyncio.Lock()
        self._pool: Connections | None = None
        self._rested_at: WeakKeyDictionary[AsyncConnection[Any], float] = WeakKeyDictionary()

    async def get(self, lesson_id: str, user_id: str | None) -> Playable | None:
        if NUL in f"{lesson_id}{user_id}":
            return None
        if not self._columns.are_fresh:
            await asyncio.to_thread(self._look)
        asked = question_of(self._schema, list(map(self._columns.at_hand, ASKED)), lesson_id, user_id)
        if asked is None:
            return None
        statement, left_out = asked
        row = await self._row(statement, {LESSON: lesson_id, PERSON: user_id})
        return None if row is None else playable_of(row, left_out)

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()

    def _look(self) -> None:
        """Have the columns read."""
        with translated(), self._engine.connect() as connection:
            SqlPlayables(connection, host_schema=self._schema).question("", None)

    async def _row(self, statement: Executable, values: Row) -> Row | None:
        sql, all_values = written(statement, self._engine.dialect, values)
        pool = self._pool or await self._open()
        with translated(), self._columns.noticing():
            async with pool.connection() as connection:
                return await (await connection.execute(sql, all_values)).fetchone()

    async def _open(self) -> Connections:
        async with self._opening:
            if self._pool is None:
                pool = AsyncConnectionPool(
                    self._url,
                    kwargs={
                        "autocommit": True,
                        "row_factory": dict_row,
                        "options": options(*SESSION),
                        "application_name": "lectern",
                        **TCP_LIMITS,
                    },
                    min_size=1,
                    max_size=MOST,
                    timeout=WAIT_S,
                    open=False,
                    check=self._check_alive,
                    reset=self._note_rest,
                )
                await pool.open()
                self._pool = pool
        return self._pool

    async def _note_rest(self, connection: AsyncConnection[Any]) -> None:
        self._rested_at[connection] = time.monotonic()

    async def _check_alive(self, connection: AsyncConnection[Any]) -> None:
        """A dead one is replaced; one in steady use is not asked."""
        if time.monotonic() - self._rested_at.get(connection, float("-inf")) >= IDLE_S:
            await connection.execute("SELECT 1")
