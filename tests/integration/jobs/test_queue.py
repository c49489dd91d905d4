"""Jobs as the queue runs them: arguments, failures, keys, locks."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import psycopg
import pytest
from sqlalchemy import Engine, text

from core.errors import IllegalMove, InvalidInput, RateLimited, Unavailable
from core.jobs import periodic, running
from core.jobs.steps import LAST_RESORT, STEPS
from core.jobs.worker import app_for
from core.ports import UnitOfWork
from core.queues import MAIN, POST, lock_of, queue_of
from core.records import Job
from tests.integration.tcp import over_tcp, patience_s

ITEM = "0b9f3c52-8f0e-4a55-9d5e-3f6f0c1f7a11"


class Drain:
    """Runs what is due now, with steps that a test gives, and nothing by the clock."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.steps = cast(dict[Job, Any], STEPS)

    def __call__(self, **steps: Callable[..., object]) -> None:
        self.steps.update({Job(name): step for name, step in steps.items()})
        asyncio.run(self._run())

    async def _run(self) -> None:
        app = app_for(self.url)
        app.periodic_registry.periodic_tasks.clear()
        with ThreadPoolExecutor(4) as threads:
            context = {"services": SimpleNamespace(name="services"), "threads": threads}
            async with app.open_async():
                await app.run_worker_async(
                    queues=[MAIN, POST],
                    wait=False,
                    concurrency=4,
                    listen_notify=False,
                    delete_jobs="successful",
                    additional_context=context,
                    install_signal_handlers=False,
                )


@pytest.fixture
def drain(database_url: str) -> Iterator[Drain]:
    whole = dict(STEPS)
    drain = Drain(database_url)
    yield drain
    drain.steps.update(whole)


def enqueue_now(uow: UnitOfWork, job: Job, **args: Any) -> None:
    with uow("test") as tx:
        tx.enqueue(job, **args)
        tx.commit()


def jobs(engine: Engine) -> list[tuple[Any, ...]]:
    """(name, status, arguments, seconds until due) of every job that is left."""
    query = """
        SELECT task_name, status::text, args, extract(epoch FROM scheduled_at - now())::float
        FROM procrastinate_jobs ORDER BY id
    """
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def raising(error: BaseException) -> Callable[..., None]:
    def step(**_: Any) -> None:
        raise error

    return step


def test_a_step_gets_the_jobs_arguments_and_the_services(uow, engine, drain):
    seen = []
    enqueue_now(uow, Job.VERIFY, item_id="i1", attempt=2)
    drain(verify=lambda **args: seen.append(args))
    [args] = seen
    assert args.pop("services").name == "services"
    assert args == {"item_id": "i1", "attempt": 2}
    assert jobs(engine) == []


@pytest.mark.parametrize("error", [Unavailable("No answer."), ZeroDivisionError()])
def test_what_may_pass_by_itself_is_tried_again_later(uow, engine, drain, error):
    enqueue_now(uow, Job.INGEST, event_id="e1")
    drain(ingest=raising(error))
    [(name, status, args, due_s)] = jobs(engine)
    assert (name, status, args) == ("ingest", "todo", {"event_id": "e1", "tries": 1})
    assert 0 < due_s <= 1.0


def test_what_cannot_pass_by_itself_is_kept_as_failed(uow, engine, drain):
    enqueue_now(uow, Job.INGEST, event_id="e1")
    drain(ingest=raising(InvalidInput("No.")))
    assert [row[:3] for row in jobs(engine)] == [("ingest", "failed", {"event_id": "e1"})]


def test_a_job_is_given_up_after_eight_tries(uow, engine, drain):
    enqueue_now(uow, Job.INGEST, event_id="e1", tries=7)
    drain(ingest=raising(Unavailable("No answer.")))
    assert [row[1] for row in jobs(engine)] == ["failed"]


@pytest.mark.parametrize(
    ("error", "said"), [(ZeroDivisionError(), "report this number: "), (IllegalMove("No way."), "No way.")]
)
def test_an_item_whose_step_fails_for_good_is_told_why(uow, drain, monkeypatch, caplog, error, said):
    told = []
    monkeypatch.setitem(LAST_RESORT, Job.SUBMIT, lambda **args: told.append(args))
    enqueue_now(uow, Job.SUBMIT, item_id=ITEM, tries=7)
    with caplog.at_level(logging.ERROR, logger="lectern.jobs"):
        drain(submit=raising(error))
    [args] = told
    assert (args["item_id"], args["services"].name) == (ITEM, "services")
    assert said in args["reason"]
    assert all(word in args["reason"] for record in caplog.records for word in record.args[1:])


def test_what_may_pass_by_itself_never_fails_an_item(uow, drain, monkeypatch):
    told = []
    monkeypatch.setitem(LAST_RESORT, Job.SUBMIT, lambda **args: told.append(args))
    enqueue_now(uow, Job.SUBMIT, item_id=ITEM, tries=7)
    drain(submit=raising(Unavailable("The database does not answer.")))
    assert told == []


def test_waits_grow_and_mux_may_ask_for_longer_ones():
    waits = [running.retry_in_s(Unavailable("x"), tries) for tries in range(1, 9)]
    assert waits[-1] is None
    assert all(0.5 * 2**n <= wait <= 2**n for n, wait in enumerate(waits[:-1]))
    assert running.retry_in_s(RateLimited("x", retry_after_s=90), 1) == 90


def test_a_failure_is_one_line_and_a_bug_a_traceback_under_an_id(uow, drain, caplog):
    for job in (Job.INGEST, Job.FEED):
        enqueue_now(uow, job)
    with caplog.at_level(logging.WARNING, logger="lectern.jobs"):
        drain(ingest=raising(Unavailable("No answer.")), feed=raising(ZeroDivisionError("a bug")))
    ours = {record.levelname: record for record in caplog.records if record.name == "lectern.jobs"}
    assert ours["WARNING"].getMessage().startswith("ingest: No answer.")
    assert ours["WARNING"].exc_info is None
    assert ours["ERROR"].getMessage().startswith("feed failed unexpectedly (")
    assert ours["ERROR"].exc_info is not None


def test_a_failed_job_gives_way_to_one_with_its_key_that_came_meanwhile(uow, engine, drain):
    enqueue_now(uow, Job.PROBE, key="probe")

    def fail_while_another_comes(**_: Any) -> None:
        enqueue_now(uow, Job.PROBE, key="probe")
        drain.steps[Job.PROBE] = lambda **_: None
        raise Unavailable("No answer.")

    drain(probe=fail_while_another_comes)
    assert [row[:3] for row in jobs(engine)] == [("probe", "todo", {})]
    drain()
    assert jobs(engine) == []


def test_jobs_that_must_be_alone_run_one_after_the_other(uow, engine, drain):
    under_way, most = [], []

    def step(**_: Any) -> None:
        under_way.append(1)
        most.append(len(under_way))
        with psycopg.connect(drain.url) as connection:
            connection.execute("SELECT pg_sleep(0.1)")
        under_way.pop()

    for _ in range(3):
        enqueue_now(uow, Job.SCAN)
    while jobs(engine):
        drain(scan=step)
    assert most == [1, 1, 1]


def noting(order: list[str], name: str, **_: Any) -> None:
    order.append(name)


def test_urgent_jobs_go_first(uow, drain):
    order: list[str] = []
    for job in (Job.PROBE, Job.DISCARD, Job.INGEST, Job.VERIFY, Job.FEED, Job.SCAN):
        enqueue_now(uow, job)
    names = ("probe", "discard", "ingest", "verify", "feed", "scan")
    drain(**{name: partial(noting, order, name) for name in names})
    assert order.index("scan") < order.index("probe")
    assert order.index("verify") < order.index("probe")


def test_only_submissions_wait_in_the_queue_for_posts():
    waiting = {Job.SUBMIT, Job.CHANGE_AT_MUX, Job.TRACK_AT_MUX}
    assert {job for job in Job if queue_of(job) == POST} == waiting
    assert lock_of(Job.SUBMIT) is None
    assert lock_of(Job.SWEEP) == "sweep"


def test_every_job_has_a_step_that_takes_the_services():
    assert set(STEPS) == set(Job)


@pytest.mark.parametrize(
    ("job", "args", "called"),
    [
        (Job.SUBMIT, {"item_id": ITEM}, "core.submitting.submit"),
        (Job.VERIFY, {"item_id": ITEM, "attempt": 2}, "core.verifying.verify"),
        (
            Job.ROLL_BACK,
            {"item_id": ITEM, "delete_asset": True, "actor": "ada", "subject": "u-1"},
            "core.undoing.roll_back_item",
        ),
        (Job.RECONCILE, {}, "core.reconciling.reconcile"),
    ],
)
def test_text_becomes_what_the_use_case_takes(monkeypatch, job, args, called):
    seen: list[tuple[Any, ...]] = []
    monkeypatch.setattr(called, lambda *given, **named: seen.append((*given, named)))
    STEPS[job](services="services", **args)
    [(*positional, named)] = seen
    assert named["services"] == "services"
    assert [str(value) for value in positional] == ([ITEM] if "item_id" in args else [])


def stalled(engine: Engine) -> None:
    """Make the waiting job look as if a worker had died over it."""
    statement = """
        WITH dead AS (
            INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id
        )
        UPDATE procrastinate_jobs SET status = 'doing', worker_id = dead.id FROM dead
    """
    with engine.begin() as connection:
        connection.execute(text(statement))


def retry_stalled(url: str) -> None:
    async def run() -> None:
        app = app_for(url)
        async with app.open_async():
            await periodic.retry_stalled(SimpleNamespace(app=app))

    asyncio.run(run())


def test_a_dead_workers_job_is_put_back(uow, engine, database_url):
    enqueue_now(uow, Job.INGEST, event_id="e1")
    stalled(engine)
    retry_stalled(database_url)
    assert [row[:3] for row in jobs(engine)] == [("ingest", "todo", {"event_id": "e1"})]


def test_a_dead_workers_job_gives_way_to_one_with_its_key_that_waits(uow, engine, database_url):
    enqueue_now(uow, Job.PROBE, key="probe")
    stalled(engine)
    enqueue_now(uow, Job.PROBE, key="probe")
    retry_stalled(database_url)
    assert [row[:2] for row in jobs(engine)] == [("probe", "todo")]


def test_the_clock_knows_its_jobs(database_url):
    timed = {name for name, _ in app_for(database_url).periodic_registry.periodic_tasks}
    assert timed == {
        "sweep",
        "reconcile",
        "forget",
        "sync_figures",
        "sync_usage",
        "digest",
        "budgets",
        "retry_stalled",
        "forget_failed",
    }


def test_the_queues_connections_give_up_on_a_silent_server_as_all_others_do(database_url: str) -> None:
    async def run(url: str) -> tuple[float, float]:
        app = app_for(url)
        async with app.open_async(), app.connector.pool.connection() as connection:
            return patience_s(connection.fileno())

    with over_tcp(database_url) as url:
        assert asyncio.run(run(url)) == (10, 10)
