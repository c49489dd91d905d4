"""News of jobs that came, or are to be given up: heard on one connection for all queues of a worker.

PostgreSQL wakes every connection that listens at each job that anybody adds, so there is one, and whatever it
hears within a moment is read and told together.
"""

import asyncio
import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import psycopg
from procrastinate.jobs import Notification
from procrastinate.manager import NotificationCallback, get_channel_for_queues
from psycopg import AsyncConnection, Notify, sql

from core.silence import SILENCE_S, TCP_LIMITS

LOOK_S = 0.1
"""News that come closer together than this are worth one look at the queue: with several workers most looks
find that another one was faster."""

AGAIN_S = 0.5
"""Between two tries to reach the database."""

SESSION: dict[str, Any] = {"autocommit": True, "application_name": "lectern-worker", **TCP_LIMITS}


class News:
    """Tells each queue's worker of its jobs; all calls come from one event loop."""

    def __init__(self, url: str, *queues: str) -> None:
        self._url = url
        self._channels = list(get_channel_for_queues(queues))
        self._told: dict[str, NotificationCallback] = {}
        self._listening: asyncio.Task[None] | None = None

    async def tell(self, told: NotificationCallback, queues: Iterable[str]) -> None:
        """Tell of the jobs of these queues until cancelled. While the database is away there are no news; who
        asks it for jobs says so."""
        mine = dict.fromkeys(get_channel_for_queues(queues), told)
        self._told |= mine
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen())
        try:
            await asyncio.shield(self._listening)
        finally:
            for channel in mine:
                del self._told[channel]
            if not self._told:
                self._listening.cancel()

    async def _listen(self) -> None:
        while True:
            with suppress(psycopg.OperationalError):  # away, or gone meanwhile
                await self._hear()
            await asyncio.sleep(AGAIN_S)

    async def _hear(self) -> None:
        async with await AsyncConnection.connect(self._url, **SESSION) as connection:
            for channel in self._channels:
                await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
            while True:
                await self._pass_on(connection)

    async def _pass_on(self, connection: AsyncConnection[Any]) -> None:
        """Wait for news and tell each queue once of all that are there; look after the connection else."""
        news = [one async for one in connection.notifies(timeout=SILENCE_S, stop_after=1)]
        if not news:
            await connection.execute("SELECT 1")
            return
        for channel, notification in distinct(news):
            if channel in self._told:
                await self._told[channel](channel=channel, notification=notification)
        await asyncio.sleep(LOOK_S)


def distinct(news: Iterable[Notify]) -> Iterable[tuple[str, Notification]]:
    """By channel: the last of the jobs that came, and each that is to be given up."""
    read = [(one.channel, json.loads(one.payload)) for one in news]
    return {
        (channel, found["type"], found["type"] == "job_inserted" or found["job_id"]): (channel, found)
        for channel, found in read
    }.values()
