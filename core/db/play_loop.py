"""Lessons as playing needs them, asked for on an event loop: no thread waits, the connections are its own."""

import asyncio

from sqlalchemy import Engine

from core.db.errors import translated
from core.db.known_columns import known_columns
from core.db.loop_connections import LoopConnections
from core.db.playables import ASKED, NUL, SqlPlayables, playable_of, question_of
from core.db.ties import LESSON, PERSON
from core.playable import Playable

MOST = 8
"""Connections. One question takes a third of a millisecond."""


class LoopPlayables:
    """Fills `PlayablesAtOnce`; all calls come from one event loop."""

    def __init__(self, engine: Engine, url: str, *, host_schema: str) -> None:
        self._engine, self._schema = engine, host_schema
        self._columns = known_columns(engine, host_schema)
        self._connections = LoopConnections(url, most=MOST)

    async def get(self, lesson_id: str, user_id: str | None) -> Playable | None:
        if NUL in f"{lesson_id}{user_id}":
            return None
        if not self._columns.are_fresh:
            await asyncio.to_thread(self._look)
        asked = question_of(self._schema, list(map(self._columns.at_hand, ASKED)), lesson_id, user_id)
        if asked is None:
            return None
        values = {LESSON: lesson_id, PERSON: user_id}
        with translated(), self._columns.noticing():
            row = await self._connections.row(asked.sql, [values[name] for name in asked.names])
        return None if row is None else playable_of(row, asked.left_out)

    async def close(self) -> None:
        await self._connections.close()

    def _look(self) -> None:
        """Have the columns read."""
        with translated(), self._engine.connect() as connection:
            SqlPlayables(connection, host_schema=self._schema).question("", None)
