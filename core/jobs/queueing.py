"""Adding jobs in the caller's transaction, and how each kind queues."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg
from procrastinate import SyncPsycopgConnector, exceptions
from procrastinate.jobs import Job as Row
from procrastinate.manager import JobManager

from core.records import Job

POST = "post"
"""The queue of jobs that wait for Mux's slowest limit. They have their own places in a worker, so that
nothing else waits behind them."""

MAIN = "main"

ONE_AT_A_TIME = frozenset(
    {
        Job.SCAN,
        Job.PROBE,
        Job.FIND_LOST,
        Job.SWEEP,
        Job.RECONCILE,
        Job.FORGET,
        Job.WRITE_BACK,
        Job.APPLY_SCHEMA,
        Job.UNDO_SCHEMA,
        Job.CORRECT_LESSONS,
        Job.SWITCH_PROFILE,
    }
)
"""Two of these at once would do the same work twice."""

PRIORITIES: Mapping[Job, int] = {
    Job.UNDO: 30,
    Job.ROLL_BACK: 30,  # somebody pressed a button and waits
    Job.APPLY_SCHEMA: 25,
    Job.UNDO_SCHEMA: 25,
    Job.SWITCH_PROFILE: 25,
    Job.CHECK_UPLOAD: 20,  # somebody has just uploaded it and looks on
    Job.SEND_UPLOAD: 20,
    Job.SCAN: 20,
    Job.FEED: 10,
    Job.VERIFY: 8,  # first finish what is begun
    Job.INGEST: 6,
    Job.PROBE: -10,
}
"""Higher goes first; 0 where nothing is said."""

MANAGER = JobManager(connector=SyncPsycopgConnector())
"""It never connects: jobs are added on the caller's connection alone."""


def queue_of(job: Job) -> str:
    """Submitting has a queue of its own, so that waiting for Mux's pace holds nothing else up."""
    return POST if job is Job.SUBMIT else MAIN


def lock_of(job: Job, args: Mapping[str, Any] | None = None) -> str | None:
    """What this job must have for itself. A push takes minutes: nobody may take its item for silent."""
    if job is Job.SUBMIT and args:
        return f"item:{args['item_id']}"
    return job.value if job in ONE_AT_A_TIME else None


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
