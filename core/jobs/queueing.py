"""Adding jobs in the caller's transaction."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg
from procrastinate import SyncPsycopgConnector, exceptions
from procrastinate.jobs import Job as Row
from procrastinate.manager import JobManager

from core.queues import PRIORITIES, lock_of, queue_of
from core.records import Job

MANAGER = JobManager(connector=SyncPsycopgConnector())
"""It never connects: jobs are added on the caller's connection alone."""


def enqueue(
    connection: psycopg.Connection[Any],
    job: Job,
    *,
    at: datetime | None,
    key: str | None,
    priority: int,
    args: Mapping[str, Any],
) -> None:
    """Add a job in the connection's transaction; with `key`, not while one with that key waits.

    `priority` is added to the job's own. Raises `psycopg.Error` where the database fails.
    """
    row = Row(
        id=None,
        task_name=job.value,
        queue=queue_of(job),
        lock=lock_of(job, args),
        queueing_lock=key,
        priority=PRIORITIES.get(job, 0) + priority,
        scheduled_at=at,
        task_kwargs=dict(args),
    )
    with _unless_waiting(connection) if key else _driver_errors():
        MANAGER.defer_job(row, connection=connection)


@contextmanager
def _unless_waiting(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """A refused insert must not end the caller's transaction, so it gets a savepoint."""
    connection.execute("SAVEPOINT enqueue")
    try:
        with _driver_errors():
            yield
    except exceptions.AlreadyEnqueued:
        connection.execute("ROLLBACK TO SAVEPOINT enqueue")
    connection.execute("RELEASE SAVEPOINT enqueue")


@contextmanager
def _driver_errors() -> Iterator[None]:
    """The caller translates the driver's errors; procrastinate wraps them."""
    try:
        yield
    except exceptions.ConnectorException as error:
        if isinstance(error.__cause__, psycopg.Error):
            raise error.__cause__ from None
        raise
