"""A job manager that outlasts a database that is away for a while, and does not ask it more than it must.

What a job did is done; if its end could not be recorded, it would count as running for ever, and whatever has
the same lock would never run again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

import psycopg
from procrastinate import exceptions
from procrastinate.jobs import Job as Row
from procrastinate.jobs import Notification, Status
from procrastinate.manager import JobManager, NotificationCallback

LOOK_S = 0.1
"""News of jobs that come closer together than this are worth one look at the queue: with several workers most
looks find that another one was faster."""

LASTS_S = 120.0
PAUSE_S = 0.5

Answer = TypeVar("Answer")


class PatientManager(JobManager):
    """Records ends and defers jobs even where that takes several tries."""

    async def finish_job(self, job: Row, status: Status, delete_job: bool) -> None:
        await _patiently(lambda: super(PatientManager, self).finish_job(job, status, delete_job))

    async def listen_for_jobs(
        self, *, on_notification: NotificationCallback, queues: Iterable[str] | None = None
    ) -> None:
        await super().listen_for_jobs(on_notification=seldom(on_notification), queues=queues)

    async def defer_job_async(self, job: Row, connection: Any | None = None) -> Row:
        return await _patiently(lambda: super(PatientManager, self).defer_job_async(job, connection))


def seldom(tell: NotificationCallback) -> NotificationCallback:
    """Tells of a new job at once, and of those that follow within `LOOK_S` once, when it is over."""
    last_at = float("-inf")
    coming: asyncio.Task[None] | None = None

    async def later(channel: str, notification: Notification, wait_s: float) -> None:
        nonlocal last_at
        await asyncio.sleep(wait_s)
        last_at = asyncio.get_running_loop().time()
        await tell(channel=channel, notification=notification)

    async def on_notification(*, channel: str, notification: Notification) -> None:
        nonlocal coming
        if notification["type"] != "job_inserted":
            await tell(channel=channel, notification=notification)
        elif coming is None or coming.done():
            wait_s = max(0.0, last_at + LOOK_S - asyncio.get_running_loop().time())
            coming = asyncio.create_task(later(channel, notification, wait_s))

    return on_notification


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
