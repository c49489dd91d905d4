"""A batch from start to end on a stack, for benches and chaos tests."""

import os
import time
from collections.abc import Callable
from contextlib import suppress

from core import migrating, probing, scanning
from core.access import SYSTEM
from core.bootstrap import build, prepare
from core.errors import Unavailable
from core.migration import Options, PolicyRule
from core.ports import Services
from core.records import Batch
from core.selection import Choice
from core.settings import Settings
from sandbox.stack import Stack, query, wait_until

ENDED = ("done", "paused", "cancelled")


def ready(stack: Stack) -> Services:
    """Services of this process, with the database prepared and the sources scanned and probed."""
    services = scanned(stack)
    while probing.probe(services=services):
        continue
    return services


def scanned(stack: Stack) -> Services:
    """The same without a look into the files."""
    services = prepared(stack)
    scanning.scan(services=services)
    return services


def prepared(stack: Stack) -> Services:
    """The same without a scan; boto3 finds its credentials in this process's environment."""
    os.environ.update({name: value for name, value in stack.env.items() if name.startswith("AWS_")})
    services = build(Settings.from_env(stack.env))
    prepare(services)
    return services


def start(
    services: Services, *, name: str = "Bench", options: Options | None = None, choice: Choice | None = None
) -> Batch:
    options = options or Options(policy=PolicyRule.PUBLIC)
    return migrating.start(choice or Choice(), options, name=name, by=SYSTEM, services=services)


def wait_for_end(
    batch_id: int,
    services: Services,
    *,
    timeout_s: float,
    meanwhile: Callable[[], object] = lambda: None,
    every_s: float = 0.2,
) -> migrating.Status:
    """The status once nothing is alive; `meanwhile` runs between two looks. A database away is waited out."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        with suppress(Unavailable):
            status = migrating.status(batch_id, services=services)
            if status.batch.state in ENDED or not status.progress.alive:
                return status
        meanwhile()
        time.sleep(every_s)
    raise TimeoutError(f"batch {batch_id} after {timeout_s:g} s: {dict(status.progress.counts)}")


def wait_for_workers(stack: Stack, workers: int) -> None:
    """Until each of them takes jobs of both queues."""
    served = "select id from mux_admin.procrastinate_workers"
    wait_until(lambda: len(query(stack, served)) == 2 * workers, "a worker took no jobs")
