"""Webhook events: kept once, ingested once, found when they are late."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from core.event import Event
from core.ports import UnitOfWork
from core.records import Job
from tests.integration.db.making import NOW


def an_event(
    id: str = "e1", type: str = "video.asset.ready", *, passthrough: str | None = None, asset_id: str = "a1"
) -> Event:
    data = {"id": asset_id, "status": "ready", "passthrough": passthrough}
    return Event(id=id, type=type, created_at=NOW, object_id=asset_id, data=data)


def stored(uow: UnitOfWork, *events: Event) -> None:
    with uow("test") as tx:
        for n, event in enumerate(events):
            tx.events.store(event, now=NOW + timedelta(seconds=n))
        tx.commit()


def test_an_event_is_kept_once(uow: UnitOfWork):
    with uow("test") as tx:
        assert tx.events.store(an_event(), now=NOW)
        assert not tx.events.store(an_event(), now=NOW)
        assert tx.events.last_received_at() == NOW


def queued(engine: Engine) -> list[tuple[Any, ...]]:
    """Jobs as the queue has them, but for their numbers."""
    columns = "queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at, status::text"
    with engine.connect() as connection:
        return [
            tuple(row)
            for row in connection.execute(text(f"SELECT {columns} FROM procrastinate_jobs"))  # noqa: S608 - no input
        ]


def test_a_delivery_is_kept_with_its_job_by_one_statement_and_a_second_one_wakes_nothing(
    uow: UnitOfWork, engine: Engine
):
    with uow("test.one") as tx:
        assert tx.receive([an_event(), an_event()], now=NOW) == {"e1"}
    with uow("test.one") as tx:
        assert tx.receive([an_event()], now=NOW) == set()
    with uow("test") as tx:
        tx.enqueue(Job.INGEST, event_id="e1")
        tx.commit()
    [woken, as_always] = queued(engine)
    assert woken == as_always


def test_of_deliveries_that_came_together_each_is_kept_with_its_own_job(uow: UnitOfWork, engine: Engine):
    came = [
        an_event(passthrough='it\'s {"one", NULL}'),
        an_event(id="e2", type="video.asset.created"),
        an_event(id="e3"),
    ]
    with uow("test.one") as tx:
        assert tx.receive(came, now=NOW) == {"e1", "e2", "e3"}
    assert [args["event_id"] for *_, args, _, _ in queued(engine)] == ["e1", "e3"]
    with uow("test") as tx:
        assert [tx.events.take(event.id) for event in came] == came


def test_a_delivery_that_wakes_nothing_is_kept_alone(uow: UnitOfWork, engine: Engine):
    with uow("test.one") as tx:
        assert tx.receive([an_event(type="video.asset.created")], now=NOW) == {"e1"}
    assert queued(engine) == []
    with uow("test.read") as tx:
        assert tx.events.last_received_at() == NOW


def test_no_event_yet_is_no_time(uow: UnitOfWork):
    with uow("test") as tx:
        assert tx.events.last_received_at() is None


def test_an_event_comes_back_as_it_was_and_is_ingested_once(uow: UnitOfWork):
    stored(uow, an_event(passthrough="p"))
    with uow("test") as tx:
        assert tx.events.take("e1") == an_event(passthrough="p")
        tx.events.ingested("e1", now=NOW)
        assert tx.events.take("e1") is None
        assert tx.events.take("none such") is None


def test_a_replayed_event_can_be_ingested_again(uow: UnitOfWork):
    stored(uow, an_event())
    with uow("test") as tx:
        for _ in range(3):
            tx.events.failed("e1", error="a bug", most=3)
        assert [row.error for row in tx.events.newest(failed=True)] == ["a bug"]
        assert tx.events.waiting(before=NOW + timedelta(hours=1)) == []
        assert tx.events.replay("e1")
        assert tx.events.newest(failed=True) == []
        assert tx.events.waiting(before=NOW + timedelta(hours=1)) == ["e1"]
        tx.events.failed("e1", error="a bug", most=3)
        assert tx.events.newest(failed=True) == []
        assert tx.events.take("e1") is not None
        assert not tx.events.replay("none such")


def test_events_that_should_have_been_ingested_are_found(uow: UnitOfWork):
    stored(
        uow, an_event("late"), an_event("idle", "video.asset.created"), an_event("done"), an_event("young")
    )
    with uow("test") as tx:
        tx.events.ingested("done", now=NOW)
        assert tx.events.waiting(before=NOW + timedelta(seconds=3)) == ["late"]
        assert tx.events.waiting(before=NOW + timedelta(seconds=9), limit=1) == ["late"]


@pytest.mark.parametrize(
    ("type", "expected"),
    [
        ("", ["e3", "e2", "e1"]),
        ("video.asset", ["e2", "e1"]),
        ("video.asset.ready", ["e1"]),
        ("video.as", []),
    ],
)
def test_the_newest_events_come_first_and_can_be_narrowed_by_type(
    uow: UnitOfWork, type: str, expected: list[str]
):
    stored(
        uow,
        an_event("e1"),
        an_event("e2", "video.asset.created"),
        an_event("e3", "video.upload.created"),
    )
    with uow("test") as tx:
        assert [row.id for row in tx.events.newest(type=type)] == expected


def test_assets_announced_under_a_passthrough_are_each_named_once(uow: UnitOfWork):
    stored(
        uow,
        an_event("e1", "video.asset.created", passthrough="p"),
        an_event("e2", passthrough="p"),
        an_event("e3", passthrough="p", asset_id="a2"),
        an_event("e4", "video.upload.asset_created", passthrough="p", asset_id="u1"),
        an_event("e5", passthrough="other", asset_id="a3"),
    )
    with uow("test") as tx:
        assert [asset.id for asset in tx.events.created_under("p")] == ["a1", "a2"]
