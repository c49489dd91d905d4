"""A job manager that outlasts a database that is away for a while, and does not ask it more than it must.

What a job did is done; if its end could not be recorded, it would count as running for ever, and whatever has
the same lock would never run again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

import psycopg
from procrastinate import PsycopgConnector, exceptions
from procrastinate.jobs import Job as Row
from procrastinate.jobs import Status
from procrastinate.manager import JobManager, NotificationCallback

from core.jobs.news import News

LASTS_S = 120.0
PAUSE_S = 0.5

Answer = TypeVar("Answer")


class PatientManager(JobManager):
    """Records ends and defers jobs even where that takes several tries; hears of new ones by `news`."""

    def __init__(self, connector: PsycopgConnector, news: News) -> None:
        super().__init__(connector=connector)
        self._news = news

    async def finish_job(self, job: Row, status: Status, delete_job: bool) -> None:
        await _patiently(lambda: super(PatientManager, self).finish_job(job, status, delete_job))

    async def listen_for_jobs(
        self, *, on_notification: NotificationCallback, queues: Iterable[str] | None = None
    ) -> None:
        await self._news.tell(on_notification, queues or ())

    async def defer_job_async(self, job: Row, connection: Any | None = None) -> Row:
        return await _patiently(lambda: super(PatientManager, self).defer_job_async(job, connection))


async def _patiently(call: Callable[[], Awaitable[Answer]]) -> Answer:
    give_up_at = asyncio.get_running_loop().time() + LASTS_S
    while True:
        try:
            return await call()
        except exceptions.ConnectorException as error:
            if not is_outage(error) or asyncio.get_running_loop().time() > give_up_at:
                raise
        await asyncio.sleep(PAUSE_S)


def is_outage(error: BaseException) -> bool:
    """Whether the database could not be reached, as opposed to having refused the statement."""
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    return isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError)
