"""The worker: takes jobs until it is told to stop, whatever the database does meanwhile."""

import asyncio
import contextlib
import logging
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector, exceptions
from psycopg_pool import AsyncConnectionPool

from core.jobs import periodic, running
from core.jobs.news import News
from core.jobs.patience import PatientManager, is_outage
from core.ports import Services
from core.queues import MAIN, POST
from core.silence import TCP_LIMITS

log = logging.getLogger("lectern.jobs")

CONCURRENCY = 8
"""Jobs at once in each of the two queues. Mux takes one asset a second; twice as many were no faster with its
limits off, and kept a second worker from the processor."""

HEARTBEAT_S = 2.0
POLL_S = 0.5
"""How often the queue is looked at unasked: nobody tells of jobs that become due or waited for a lock."""

RECONNECT_S = 1.0
GRACE_S = 20.0
"""How long jobs may go on after a stop; what is cut off then is run again by another worker."""

QUEUES = (MAIN, POST)
SEARCH_PATH = "-c search_path=mux_admin"


def run_worker(services: Services, *, concurrency: int = CONCURRENCY) -> None:
    """Run jobs until SIGTERM or SIGINT; those under way go on to their next call to Mux at most, and what is
    left of them waits for another worker."""
    _quieten()
    with ThreadPoolExecutor(2 * concurrency, thread_name_prefix="job") as threads:
        asyncio.run(_until_stopped(services, threads, concurrency))


async def _until_stopped(services: Services, threads: ThreadPoolExecutor, concurrency: int) -> None:
    stop = asyncio.Event()
    with _signals(stop, services):
        while not stop.is_set():
            try:
                await _work(services, threads, concurrency, stop)
            except (exceptions.ConnectorException, psycopg.Error) as error:
                log.warning("The database does not answer (%s).", type(error.__cause__ or error).__name__)
            await _pause(RECONNECT_S, stop)


async def _work(
    services: Services, threads: ThreadPoolExecutor, concurrency: int, stop: asyncio.Event
) -> None:
    """Work on both queues until told to stop, or until one of the two ends by an error."""
    app = app_for(services.settings.database_url)
    options: dict[str, Any] = {
        "concurrency": concurrency,
        "fetch_job_polling_interval": POLL_S,
        "shutdown_graceful_timeout": GRACE_S,
        "delete_jobs": "successful",
        "additional_context": {"services": services, "threads": threads},
        "install_signal_handlers": False,
        "update_heartbeat_interval": HEARTBEAT_S,
        "stalled_worker_timeout": periodic.STALLED_S,
    }
    async with app.open_async():
        workers = [
            asyncio.create_task(app.run_worker_async(queues=[queue], name=queue, **options))
            for queue in QUEUES
        ]
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait([*workers, stopped], return_when=asyncio.FIRST_COMPLETED)
        await _end(workers, stopped)


async def _end(workers: list[asyncio.Task[None]], stopped: asyncio.Task[Any]) -> None:
    """Let the jobs under way finish, then raise what a worker ended by."""
    stopped.cancel()
    for worker in workers:
        worker.cancel()  # to procrastinate this means: take no more jobs
    ends = await asyncio.gather(*workers, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception):
            raise end


def app_for(database_url: str) -> App:
    """The queue's app with connections of its own, and a task for every job."""
    connector = PsycopgConnector(
        pool_factory=_pool,
        conninfo=database_url,
        kwargs={"options": SEARCH_PATH, "application_name": "lectern-worker", **TCP_LIMITS},
        configure=_autocommit,
        min_size=1,
        max_size=6,
        timeout=5,
    )
    app = App(connector=connector)
    app.job_manager = PatientManager(connector, News(database_url, *QUEUES))
    running.register(app)
    periodic.register(app)
    return app


async def _autocommit(connection: psycopg.AsyncConnection[Any]) -> None:
    """The queue's every statement stands alone: two round trips fewer for each."""
    await connection.set_autocommit(True)


def _pool(**options: Any) -> AsyncConnectionPool[Any]:
    """Without the look at each connection before its use: a dead one ends the worker, which then starts
    anew, and a round trip per statement is saved."""
    return AsyncConnectionPool(**{**options, "check": None})


@contextlib.contextmanager
def _signals(stop: asyncio.Event, services: Services) -> Iterator[None]:
    """SIGTERM and SIGINT stop the worker; jobs that do not end in time are left to others."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def on_signal() -> None:
        log.info("stopping: jobs under way end, or are left to other workers")
        services.pace.stop()
        stop.set()
        # A thread cannot be interrupted: where a job hangs, leaving it is the only way to go.
        timer = threading.Timer(GRACE_S + 5, os._exit, [0])
        timer.daemon = True
        timer.start()

    for number in signals:
        loop.add_signal_handler(number, on_signal)
    try:
        yield
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


async def _pause(seconds: float, stop: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


def _quieten() -> None:
    """What a job's end was is said by us, in words, and that the database is away; procrastinate's own lines
    are about each step."""
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    logging.getLogger("procrastinate.worker").addFilter(_is_not_about_a_job)
    for name in ("worker", *(f"worker.{queue}" for queue in QUEUES), "utils"):
        logging.getLogger(f"procrastinate.{name}").addFilter(_is_no_outage)


def _is_not_about_a_job(record: logging.LogRecord) -> bool:
    return getattr(record, "action", "") not in ("job_error", "job_error_retry")


def _is_no_outage(record: logging.LogRecord) -> bool:
    """Procrastinate tells of one in several places, each with its traceback."""
    error = record.exc_info[1] if record.exc_info else None
    return error is None or not is_outage(error)
