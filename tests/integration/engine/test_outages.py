"""What a batch does while something it needs is away or wrong: it says so, and goes on by itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import pytest

from bench.driving import ready, start, wait_for_end
from core import applying, migrating
from core.access import SYSTEM
from core.batch import BatchState
from core.migration import Trouble
from core.ports import Services
from sandbox.small_school import fill
from sandbox.stack import BUCKET, Stack, running_stack, wait_until

pytestmark = pytest.mark.slow
VIDEOS = 10
AWAY_S = 30.0
TOKEN = ("--token-id", "token-id", "--token-secret", "token-secret")
PACE = {"MUX_POST_PER_S": "4", "MUX_OTHER_PER_S": "20", "LOST_GRACE_S": "1", "SWEEP_AFTER_S": "5"}


@contextmanager
def school() -> Iterator[tuple[Stack, Services]]:
    """A stack with its webhook, the schema applied and every source probed; no worker yet."""
    flags = ["--post-per-s", "4", "--other-per-s", "20", *TOKEN]
    with TemporaryDirectory() as folder, running_stack(Path(folder), mux_flags=flags, **PACE) as stack:
        fill(stack, lessons=VIDEOS)
        services = ready(stack)
        applying.apply(by=SYSTEM, services=services)
        stack.webhook()
        yield stack, services


def some_are_done(batch_id: int, services: Services) -> bool:
    return migrating.status(batch_id, services=services).progress.done >= 3


def test_a_batch_goes_on_by_itself_after_the_database_was_away_for_half_a_minute() -> None:
    with school() as (stack, services):
        stack.worker()
        batch = start(services)
        wait_until(lambda: some_are_done(batch.id, services), "no item was done")
        stack.postgres.kill()
        back_at = monotonic() + AWAY_S
        wait_until(lambda: monotonic() > back_at, "the outage did not end", timeout_s=AWAY_S + 5)
        stack.postgres.start()
        status = wait_for_end(batch.id, services, timeout_s=120)
        assert status.progress.done == VIDEOS
        assert stack.parts["worker"].is_up()


def test_wrong_mux_credentials_are_named_on_the_items_and_nothing_fails() -> None:
    with school() as (stack, services):
        worker = stack.worker(MUX_TOKEN_SECRET="wrong")
        batch = start(services)
        wait_until(lambda: "MUX_TOKEN_ID" in reasons(batch.id, services), "the reason was not said")
        status = migrating.status(batch.id, services=services)
        assert (status.batch.state, status.progress.failed) == (BatchState.RUNNING, 0)
        worker.stop()
        worker.start()
        assert wait_for_end(batch.id, services, timeout_s=120).progress.done == VIDEOS


def test_a_stream_that_is_away_for_twenty_seconds_fails_nothing_and_nothing_is_paid_for_twice() -> None:
    with school() as (stack, services):
        worker = stack.worker(MUX_STREAM_URL="http://127.0.0.1:1")  # nobody listens there
        batch = start(services)
        wait_until(lambda: "stream does not answer" in reasons(batch.id, services), "the reason was not said")
        back_at = monotonic() + 20
        wait_until(lambda: monotonic() > back_at, "the outage did not end", timeout_s=25)
        assert migrating.status(batch.id, services=services).progress.failed == 0
        worker.stop()
        worker.start()
        assert wait_for_end(batch.id, services, timeout_s=180).progress.done == VIDEOS
        assert len(services.mux.newest_assets(limit=100).assets) == VIDEOS


def test_wrong_s3_credentials_hold_the_batch_with_the_reason_and_nothing_fails() -> None:
    with school() as (stack, services):
        worker = stack.worker(AWS_SECRET_ACCESS_KEY="wrong")
        batch = start(services)
        wait_until(
            lambda: "AWS_SECRET_ACCESS_KEY" in str(held(batch.id, services)), "the reason was not said"
        )
        status = migrating.status(batch.id, services=services)
        assert (status.batch.state, status.progress.failed) == (BatchState.RUNNING, 0)
        worker.stop()
        worker.start()
        assert wait_for_end(batch.id, services, timeout_s=120).progress.done == VIDEOS
        assert held(batch.id, services) is None


def held(batch_id: int, services: Services) -> str | None:
    return migrating.status(batch_id, services=services).batch.hold_reason


def test_a_key_nobody_may_read_and_one_that_vanished_fail_alone_with_their_causes() -> None:
    with school() as (stack, services):
        stack.s3.set_faults({"path": f"{BUCKET}/0000/recording-000001.mp4", "status": 403})
        stack.s3.client().delete_object(Bucket=BUCKET, Key="0000/recording-000002.mp4")
        stack.worker()
        batch = start(services)
        status = wait_for_end(batch.id, services, timeout_s=120)
        assert status.batch.state is BatchState.DONE
        assert dict(status.troubles) == {Trouble.SOURCE_DENIED: 1, Trouble.SOURCE_GONE: 1}
        assert status.progress.done == VIDEOS - 2


def reasons(batch_id: int, services: Services) -> str:
    with services.uow("test.read") as tx:
        return " ".join(item.reason or "" for item in tx.batches.items(batch_id))
