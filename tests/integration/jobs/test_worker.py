"""Workers as processes: killed, stopped, without their database."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from core.batch import BatchState, ItemState
from core.db.engine import create_engine, migrate
from core.db.uow import unit_of_work
from core.jobs.queueing import enqueue
from core.records import Job
from sandbox.testing import PostgresServer, postgres_server
from tests.integration.db.making import claimed, scanned, started

WAIT_S = 40.0


@pytest.fixture
def notes_url(database_url: str) -> str:
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE TABLE public.notes (word text, at timestamptz DEFAULT clock_timestamp())")
    return database_url


@contextmanager
def running_worker(url: str) -> Iterator[subprocess.Popen[str]]:
    """A worker process, gone at the end of the block."""
    command = [sys.executable, "-m", "tests.integration.jobs.a_worker", url]
    worker = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        yield worker
    finally:
        worker.kill()
        worker.communicate()


def notes(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [word for (word,) in connection.execute("SELECT word FROM public.notes ORDER BY at")]


def wait_until(holds: Callable[[], bool], *, seconds: float = WAIT_S) -> None:
    give_up_at = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < give_up_at, "it never came to pass"
        time.sleep(0.05)


def enqueue_now(uow, job: Job, **args) -> None:
    with uow("test") as tx:
        tx.enqueue(job, **args)
        tx.commit()


def jobs_left(url: str) -> int:
    with psycopg.connect(url) as connection:
        [count] = connection.execute(
            "SELECT count(*) FROM mux_admin.procrastinate_jobs WHERE task_name IN ('scan', 'discard')"
        ).fetchone()
    return count


def test_a_job_runs_within_a_moment_and_leaves_nothing_behind(uow, notes_url):
    with running_worker(notes_url):
        enqueue_now(uow, Job.SCAN)
        wait_until(lambda: notes(notes_url) == ["ran"])
        wait_until(lambda: jobs_left(notes_url) == 0)


def test_the_job_of_a_killed_worker_is_run_by_another(uow, notes_url):
    enqueue_now(uow, Job.DISCARD, asset_id="0.5")
    with running_worker(notes_url) as killed:
        wait_until(lambda: notes(notes_url) == ["begun"])
        killed.kill()
        killed.wait()
    with running_worker(notes_url):
        wait_until(lambda: notes(notes_url) == ["begun", "begun", "ended"])
        wait_until(lambda: jobs_left(notes_url) == 0)


def test_a_worker_told_to_stop_finishes_what_it_has_begun(uow, notes_url):
    enqueue_now(uow, Job.DISCARD, asset_id="2")
    with running_worker(notes_url) as worker:
        wait_until(lambda: notes(notes_url) == ["begun"])
        worker.terminate()
        assert worker.wait(timeout=15) == 0
    assert notes(notes_url) == ["begun", "ended"]
    assert jobs_left(notes_url) == 0


def test_what_waits_for_mux_keeps_no_worker_from_stopping_and_goes_on_in_another(uow, notes_url):
    enqueue_now(uow, Job.PROBE, source_id="7")
    with running_worker(notes_url) as worker:
        wait_until(lambda: notes(notes_url) == ["waits 7"])
        began = time.monotonic()
        worker.terminate()
        assert worker.wait(timeout=10) == 0
        assert time.monotonic() - began < 3
    with running_worker(notes_url):
        wait_until(lambda: notes(notes_url) == ["waits 7", "waits 7"])


def test_an_idle_worker_stops_at_once(uow, notes_url):
    with running_worker(notes_url) as worker:
        enqueue_now(uow, Job.SCAN)
        wait_until(lambda: notes(notes_url) == ["ran"])
        began = time.monotonic()
        worker.terminate()
        assert worker.wait(timeout=10) == 0
        assert time.monotonic() - began < 3


def test_a_step_that_fails_for_good_ends_its_item_in_words_and_its_batch_goes_on(uow, notes_url):
    scanned(uow, "a.mp4", "b.mp4")
    batch = started(uow)
    ids = sorted(claimed(uow, batch))
    for item_id in ids:
        enqueue_now(uow, Job.SUBMIT, item_id=str(item_id))
    with running_worker(notes_url):
        wait_until(lambda: state_of(uow, batch.id) is BatchState.DONE)
    assert sorted(notes(notes_url)) == sorted(2 * [f"tried {item_id}" for item_id in ids])
    with uow("test.read") as tx:
        items = [tx.batches.work(item_id).item for item_id in ids]
    assert [item.state for item in items] == [ItemState.FAILED, ItemState.FAILED]
    assert all("A mistake in Lectern; report this number: " in item.reason for item in items)


def state_of(uow, batch_id: int) -> BatchState:
    with uow("test.read") as tx:
        return tx.batches.get(batch_id).state


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    with (
        TemporaryDirectory(prefix="lectern-tests-") as folder,
        postgres_server(Path(folder) / "data") as server,
    ):
        yield server


def test_a_worker_outlasts_its_database(own_server):
    engine = create_engine(own_server.url)
    migrate(engine)
    uow = unit_of_work(engine, host_schema="public", host_of=lambda _: None, enqueue=enqueue)
    with psycopg.connect(own_server.url) as connection:
        connection.execute("CREATE TABLE public.notes (word text, at timestamptz DEFAULT clock_timestamp())")
    with running_worker(own_server.url) as worker:
        enqueue_now(uow, Job.DISCARD, asset_id="4")
        wait_until(lambda: notes(own_server.url) == ["begun"])
        own_server.kill()
        time.sleep(3)  # the outage itself
        own_server.start()
        engine.dispose()
        enqueue_now(uow, Job.SCAN)
        wait_until(lambda: "ran" in notes(own_server.url))
        wait_until(lambda: jobs_left(own_server.url) == 0)
        assert worker.poll() is None
        worker.terminate()
        _, log = worker.communicate(timeout=WAIT_S)
    assert "Traceback" not in log
    engine.dispose()
