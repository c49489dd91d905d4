"""A worker process for tests: `python -m tests.integration.jobs.a_worker DATABASE_URL`.

Its steps write down that they ran: `scan` at once, `discard` after the seconds named by its asset id.
"""

import logging
import sys
import time
from types import SimpleNamespace
from typing import Any, cast

import psycopg

from core.jobs.steps import STEPS
from core.jobs.worker import run_worker
from core.ports import Services
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


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    steps = cast(dict[Job, Any], STEPS)
    steps.clear()
    steps.update({Job.DISCARD: slow_step, Job.SCAN: quick_step, Job.SWEEP: lambda *, services: None})
    steps[Job.RECONCILE] = steps[Job.FORGET] = steps[Job.SWEEP]
    services = SimpleNamespace(settings=SimpleNamespace(database_url=sys.argv[1]))
    run_worker(cast(Services, services))
