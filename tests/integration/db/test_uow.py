"""One transaction: all of it or nothing, the job queue included."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from core.db import engine as engines
from core.db.engine import create_engine
from core.db.uow import unit_of_work
from core.errors import StaleState, Unavailable
from core.jobs.queueing import enqueue
from core.ports import UnitOfWork
from core.records import Job
from tests.integration.db.making import ADA, NOW, scanned


def jobs(engine: Engine) -> list[tuple]:
    query = "SELECT task_name, queueing_lock, args, scheduled_at FROM procrastinate_jobs ORDER BY id"
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_without_commit_nothing_happened(uow: UnitOfWork, engine: Engine):
    with uow("test") as tx:
        tx.audit(ADA, "start batch", "batch 1")
        tx.enqueue(Job.SUBMIT, item_id="i1")
    with uow("test") as tx:
        assert tx.audits.newest() == []
    assert jobs(engine) == []


def test_an_error_in_the_block_undoes_it(uow: UnitOfWork, engine: Engine):
    def enqueue_and_fail() -> None:
        with uow("test") as tx:
            tx.enqueue(Job.SUBMIT, item_id="i1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        enqueue_and_fail()
    assert jobs(engine) == []


def test_with_commit_all_of_it_happened(uow: UnitOfWork, engine: Engine):
    with uow("test") as tx:
        tx.audit(ADA, "start batch", "batch 1", before=None, after={"items": 2, "at": NOW})
        tx.enqueue(Job.SUBMIT, item_id="i1")
        tx.commit()
    assert jobs(engine) == [("submit", None, {"item_id": "i1"}, None)]
    with uow("test") as tx:
        [row] = tx.audits.newest()
    assert (row.actor, row.action, row.subject, row.before) == ("ada", "start batch", "batch 1", None)
    assert row.after == {"items": 2, "at": "2026-05-01 12:00:00+00:00"}


def test_after_a_rollback_the_transaction_can_go_on(uow: UnitOfWork):
    with uow("test") as tx:
        tx.audit(ADA, "first", "batch 1")
        tx.rollback()
        tx.audit(ADA, "second", "batch 1")
        tx.commit()
    with uow("test") as tx:
        assert [row.action for row in tx.audits.newest()] == ["second"]


def test_audit_rows_can_be_narrowed_to_a_thing_or_a_kind_of_things(uow: UnitOfWork):
    with uow("test") as tx:
        for subject in ("batch 1", "batch 12", "event e1"):
            tx.audit(ADA, "look", subject)
        assert [row.subject for row in tx.audits.newest(subject="batch 1")] == ["batch 1"]
        assert [row.subject for row in tx.audits.newest(subject="batch")] == ["batch 12", "batch 1"]


@pytest.mark.parametrize("first", [True, False], ids=["as the first statement", "after others"])
def test_a_job_with_a_key_waits_only_once(uow: UnitOfWork, engine: Engine, first: bool):
    for _ in range(2):
        with uow("test") as tx:
            if not first:
                tx.audits.newest()
            tx.enqueue(Job.PROBE, key="probe")
            tx.enqueue(Job.PROBE, key="probe")
            tx.commit()
    assert jobs(engine) == [("probe", "probe", {}, None)]


def test_a_keyed_job_goes_with_its_transaction_even_as_the_first_statement(uow: UnitOfWork, engine: Engine):
    with uow("test") as tx:
        tx.enqueue(Job.PROBE, key="probe")
    assert jobs(engine) == []


def test_a_job_can_be_due_later(uow: UnitOfWork, engine: Engine):
    at = datetime.now(UTC) + timedelta(hours=1)
    with uow("test") as tx:
        tx.enqueue(Job.FEED, at=at, batch_id=7)
        tx.commit()
    assert jobs(engine) == [("feed", None, {"batch_id": 7}, at)]


def test_the_failpoints_stand_before_and_after_each_commit(engine: Engine):
    passed = []
    uow = unit_of_work(
        engine, host_schema="public", host_of=lambda _: None, enqueue=enqueue, trip=passed.append
    )
    with uow("submit.intent") as tx:
        tx.audit(ADA, "x", "y")
        assert passed == []
        tx.commit()
    assert passed == ["submit.intent:before", "submit.intent:after"]


def test_a_process_killed_before_the_commit_has_done_nothing(engine: Engine):
    def trip(point: str) -> None:
        if point == "start:before":
            raise KeyboardInterrupt

    uow = unit_of_work(engine, host_schema="public", host_of=lambda _: None, enqueue=enqueue, trip=trip)
    with uow("start") as tx:
        tx.enqueue(Job.SCAN)
        with pytest.raises(KeyboardInterrupt):
            tx.commit()
    assert jobs(engine) == []


def test_a_database_that_is_not_there_is_unavailable(tmp_path):
    engine = create_engine(f"postgresql://nobody@/nothing?host={tmp_path}")
    uow = unit_of_work(engine, host_schema="public", host_of=lambda _: None, enqueue=enqueue)
    with pytest.raises(Unavailable), uow("test") as tx:
        tx.audits.newest()


def test_a_connection_that_rested_while_the_server_closed_it_is_replaced(
    uow: UnitOfWork, engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("core.db.engine.IDLE_S", 0.0)
    with uow("test") as tx:
        tx.audits.newest()
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    with uow("test") as tx:
        assert tx.audits.newest() == []


def test_a_statement_that_loses_its_connection_is_unavailable(uow: UnitOfWork):
    with pytest.raises(Unavailable), uow("test") as tx:
        tx._connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


def test_a_row_that_somebody_else_holds_may_be_tried_again(uow: UnitOfWork, engine: Engine):
    scanned(uow, "a.mp4")
    lock = text("SELECT FROM sources FOR UPDATE NOWAIT")
    with engine.begin() as other:
        other.execute(text("SELECT FROM sources FOR UPDATE"))
        with pytest.raises(Unavailable) as lost, uow("test") as tx:
            tx._connection.execute(lock)
    assert lost.value.retryable


def test_a_unique_row_that_is_there_already_is_stale_state(uow: UnitOfWork):
    scanned(uow, "a.mp4")
    copy = "INSERT INTO scans (bucket, prefix, started_at) VALUES ('b', '', now()), ('b', '', now())"
    with pytest.raises(StaleState, match="scans_unfinished"), uow("test") as tx:
        tx._connection.execute(text(copy))


def test_what_was_being_written_does_not_stand_in_the_error(uow: UnitOfWork):
    with pytest.raises(DBAPIError) as error, uow("test") as tx:
        tx._connection.execute(text("SELECT 1 / 0, :secret"), {"secret": "s3cr3t"})
    assert "division by zero" in str(error.value)
    assert "s3cr3t" not in str(error.value)


def test_a_transaction_named_read_can_change_nothing(uow: UnitOfWork, engine: Engine):
    def write() -> None:
        with uow("test.read") as tx:
            tx.enqueue(Job.SUBMIT, item_id="i1")

    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        write()
    assert jobs(engine) == []


def test_what_the_driver_has_prepared_outlasts_reads_and_rests(
    database_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(engines, "IDLE_S", 0.0)
    engine = create_engine(database_url, pool_size=1)
    uow = unit_of_work(engine, host_schema="public", host_of=lambda connection: None, enqueue=enqueue)
    for _ in range(8):
        with uow("test.read") as tx:
            tx.batches.get(1)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM pg_prepared_statements")) > 0
    engine.dispose()
