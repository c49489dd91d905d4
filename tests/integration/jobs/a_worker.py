"""A worker process for tests: `python -m tests.integration.jobs.a_worker DATABASE_URL`.

Its steps write down that they ran: `scan` at once, `discard` after the seconds named by its asset id.
`submit` always meets a mistake of ours, and is tried twice; `probe` waits for a slot that is free in an hour.
"""

import logging
import sys
import time
from types import SimpleNamespace
from typing import Any, cast

import psycopg

from core.batch import Retry
from core.bootstrap import now
from core.db.engine import create_engine
from core.db.pace import SqlPace
from core.db.uow import unit_of_work
from core.jobs import running, worker
from core.jobs.queueing import enqueue
from core.jobs.steps import STEPS
from core.ports import Call, Lane, Services
from core.records import Job


def note(url: str, word: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("INSERT INTO public.notes (word) VALUES (%s)", [word])


def slow_step(*, asset_id: str, services: Any) -> None:
    note(services.settings.database_url, "begun")
    time.sleep(float(asset_id))
    note(services.settings.database_url, "ended")


def quick_step(*, services: Any) -> None:
    note(services.settings.database_url, "ran")


def waiting_step(*, source_id: str, services: Any) -> None:
    services.pace.slow(Call.OTHER, wait_s=3600)
    note(services.settings.database_url, f"waits {source_id}")
    services.pace.wait(Call.OTHER, Lane.BATCH)


def mistaken_step(*, item_id: str, services: Any) -> None:
    note(services.settings.database_url, f"tried {item_id}")
    raise ZeroDivisionError


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    steps = cast(dict[Job, Any], STEPS)
    steps.clear()
    steps.update({Job.DISCARD: slow_step, Job.SCAN: quick_step, Job.SWEEP: lambda *, services: None})
    steps |= {Job.SUBMIT: mistaken_step, Job.PROBE: waiting_step}
    running.BACKOFF = Retry(attempts=2, first_s=0.1, most_s=0.1)
    steps |= dict.fromkeys(
        (Job.RECONCILE, Job.FORGET, Job.SYNC_FIGURES, Job.SYNC_USAGE, Job.DIGEST, Job.BUDGETS),
        steps[Job.SWEEP],
    )
    engine = create_engine(sys.argv[1])
    uow = unit_of_work(engine, host_schema="public", host_of=lambda _: cast(Any, None), enqueue=enqueue)
    pace = SqlPace(engine, dict.fromkeys(Call, 1.0))
    services = SimpleNamespace(
        settings=SimpleNamespace(database_url=sys.argv[1]), uow=uow, clock=now, pace=pace
    )
    worker.HEARTBEAT_S = 0.02  # so often that the end of the database meets one
    worker.run_worker(cast(Services, services))
