"""`mux_admin.webhook_events`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Connection, case, func, or_, select, text, update
from sqlalchemy import bindparam as bind
from sqlalchemy.dialects.postgresql import insert

from core.asset import Asset, asset_from_json
from core.db.rows import Row
from core.db.straight import run
from core.db.tables import webhook_events as events
from core.event import ABOUT_ASSETS, Event
from core.queues import PRIORITIES, queue_of
from core.records import EventRow, Job

STORE = insert(events).on_conflict_do_nothing(index_elements=["id"])
# One round trip for as many as came together; the count is what has PostgreSQL run the queue's function.
RECEIVE = text("""
WITH stored AS (
    INSERT INTO webhook_events (id, type, object_id, passthrough, created_at, received_at, wakes, data)
    SELECT id, type, object_id, passthrough, created_at, :received_at, wakes, data
    FROM jsonb_to_recordset(:came) AS came (
        id text, type text, object_id text, passthrough text, created_at timestamptz, wakes boolean,
        data jsonb
    )
    ON CONFLICT (id) DO NOTHING
    RETURNING id, wakes
), woken AS (
    SELECT array_agg(
        ROW(:queue, :job, :priority, NULL, NULL, jsonb_build_object('event_id', id), NULL)
        ::procrastinate_job_to_defer_v1
    ) AS jobs
    FROM stored WHERE wakes
), enqueued AS (
    SELECT procrastinate_defer_jobs_v1(jobs) FROM woken WHERE jobs IS NOT NULL
)
SELECT id, (SELECT count(*) FROM enqueued) AS jobs FROM stored
""").bindparams(queue=queue_of(Job.INGEST), job=Job.INGEST.value, priority=PRIORITIES[Job.INGEST])
TAKE = (
    select(events)
    .where(events.c.id == bind("event_id"), events.c.ingested_at.is_(None))
    .with_for_update(key_share=True)
)
INGESTED = update(events).where(events.c.id == bind("event_id")).values(ingested_at=bind("now"), error=None)
FAILED = (
    update(events)
    .where(events.c.id == bind("event_id"), events.c.ingested_at.is_(None))
    .values(tries=events.c.tries + 1, error=case((events.c.tries + 1 >= bind("most"), bind("reason"))))
)
ANNOUNCED = (
    select(events.c.data, events.c.created_at)
    .where(events.c.passthrough == bind("passthrough"), events.c.type.in_(ABOUT_ASSETS))
    .order_by(events.c.created_at)
)


class SqlEvents:
    """Fills `Events`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def store(self, event: Event, *, now: datetime) -> bool:
        columns = {**_columns(event), "data": Jsonb(event.data), "received_at": now}
        return run(self._connection, STORE, **columns).rowcount == 1

    def receive(self, events: Sequence[Event], *, now: datetime) -> frozenset[str]:
        """Keep them and enqueue what they wake, in one statement; the ids of those not known before."""
        came = [{**_columns(event), "created_at": event.created_at.isoformat()} for event in events]
        rows = run(self._connection, RECEIVE, came=Jsonb(came), received_at=now)
        return frozenset(row["id"] for row in rows)

    def take(self, event_id: str) -> Event | None:
        row = run(self._connection, TAKE, event_id=event_id).fetchone()
        return None if row is None else _event_of(row)

    def ingested(self, event_id: str, *, now: datetime) -> None:
        run(self._connection, INGESTED, event_id=event_id, now=now)

    def failed(self, event_id: str, *, error: str, most: int) -> None:
        run(self._connection, FAILED, event_id=event_id, reason=error, most=most)

    def created_under(self, passthrough: str) -> list[Asset]:
        rows = self._connection.execute(ANNOUNCED, {"passthrough": passthrough})
        sights = (asset_from_json(data, seen_at=at) for data, at in rows)
        found = {asset.id: asset for asset in sights}
        return list(found.values())

    def newest(self, *, limit: int = 100, type: str = "", failed: bool = False) -> list[EventRow]:
        query = select(events).order_by(events.c.received_at.desc()).limit(limit)
        if type:
            query = query.where(or_(events.c.type == type, events.c.type.startswith(f"{type}.")))
        if failed:
            query = query.where(events.c.error.is_not(None))
        return [event_row(row) for row in self._connection.execute(query).mappings()]

    def waiting(self, *, before: datetime, limit: int = 1000) -> list[str]:
        query = (
            select(events.c.id)
            .where(
                events.c.wakes,
                events.c.ingested_at.is_(None),
                events.c.error.is_(None),
                events.c.received_at < before,
            )
            .order_by(events.c.received_at)
            .limit(limit)
        )
        return list(self._connection.scalars(query))

    def replay(self, event_id: str) -> bool:
        again = update(events).where(events.c.id == event_id).values(ingested_at=None, tries=0, error=None)
        return self._connection.execute(again).rowcount == 1

    def last_received_at(self) -> datetime | None:
        newest: datetime | None = self._connection.scalar(select(func.max(events.c.received_at)))
        return newest


def _columns(event: Event) -> Row:
    return {
        "id": event.id,
        "type": event.type,
        "object_id": event.object_id,
        "passthrough": event.passthrough,
        "created_at": event.created_at,
        "wakes": event.wakes,
        "data": event.data,
    }


def _event_of(row: Row) -> Event:
    return Event(
        id=row["id"],
        type=row["type"],
        created_at=row["created_at"],
        object_id=row["object_id"],
        data=row["data"],
    )


def event_row(row: Mapping[Any, Any]) -> EventRow:
    """As the pages see a stored event."""
    return EventRow(
        id=row["id"],
        type=row["type"],
        object_id=row["object_id"],
        created_at=row["created_at"],
        received_at=row["received_at"],
        ingested_at=row["ingested_at"],
        error=row["error"],
    )
