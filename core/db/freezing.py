"""A choice becomes a batch: its manifest is frozen by one `insert … select`."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, Uuid, case, cast, func, insert, literal, select, text

from core.batch import BatchKind, BatchState, ItemState
from core.db.choosing import SKIP, chosen
from core.db.rows import batch_of
from core.db.tables import batches, item_changes, items, sources
from core.migration import Options
from core.records import Batch
from core.selection import Choice

FREEZE_LOCK = 0x46726565  # "Free": freezes go one after the other, so that none misses what another took
LOCK = text("SELECT pg_advisory_xact_lock(:lock)")
BEGUN = text("SELECT * FROM batches WHERE once = :once AND once <> ''")
MARK_MOVING = text("""
UPDATE sources SET standing = 'moving'
FROM items
WHERE items.batch_id = :batch_id AND items.state = 'queued' AND sources.id = items.source_id
""")
COUNT = text("""
UPDATE batches SET total = counted.total, movable = counted.movable
FROM (
    SELECT count(*) AS total, count(*) FILTER (WHERE state = 'queued') AS movable
    FROM items WHERE batch_id = :batch_id
) AS counted
WHERE batches.id = :batch_id
RETURNING batches.*
""")
MANY = 1000
ANALYZE = text("ANALYZE items")  # so many new rows at once mislead the planner until autovacuum comes by
ORDER = (sources.c.modified_at.desc().nulls_last(), sources.c.id.desc())
"""The manifest's order is that of the list's first page."""


def begun(connection: Connection, once: str) -> Batch | None:
    """The batch that was started under this word; whoever else starts one waits until we are through."""
    connection.execute(LOCK, {"lock": FREEZE_LOCK})
    row = connection.execute(BEGUN, {"once": once}).mappings().one_or_none()
    return None if row is None else batch_of(row)


def freeze(
    connection: Connection,
    *,
    name: str,
    kind: BatchKind,
    options: Options,
    choice: Choice,
    by: str,
    once: str = "",
) -> Batch:
    """Make a running batch of what is chosen at this moment."""
    connection.execute(LOCK, {"lock": FREEZE_LOCK})
    batch_id = add_batch(connection, name=name, kind=kind, options=options.as_json(), by=by, once=once)
    _add_items(connection, batch_id, choice, test=options.test)
    if not options.test:
        connection.execute(MARK_MOVING, {"batch_id": batch_id})
    return counted(connection, batch_id)


def counted(connection: Connection, batch_id: int) -> Batch:
    """The batch, with how many items it has; the last step of a freeze."""
    batch = batch_of(connection.execute(COUNT, {"batch_id": batch_id}).mappings().one())
    if batch.total >= MANY:
        connection.execute(ANALYZE)
    return batch


def add_batch(
    connection: Connection, *, name: str, kind: BatchKind, options: Mapping[str, Any], by: str, once: str
) -> int:
    """A running batch without items; returns its id."""
    row = insert(batches).values(
        name=name,
        kind=kind.value,
        state=BatchState.RUNNING.value,
        options=dict(options),
        created_by=by,
        created_at=func.now(),
        started_at=func.now(),
        once=once,
    )
    batch_id = connection.execute(row.returning(batches.c.id)).scalar_one()
    line = insert(item_changes).values(
        batch_id=batch_id,
        at=func.now(),
        from_state=BatchState.PLANNED.value,
        to_state=BatchState.RUNNING.value,
    )
    connection.execute(line)
    return int(batch_id)


def _add_items(connection: Connection, batch_id: int, choice: Choice, *, test: bool) -> None:
    position = func.row_number().over(order_by=ORDER)
    manifest = select(
        item_id(position),
        literal(batch_id),
        sources.c.id,
        position,
        literal(test),
        case((SKIP.is_(None), ItemState.QUEUED.value), else_=ItemState.SKIPPED.value),
        SKIP,
        sources.c.etag,
        func.now(),
    ).where(chosen(choice))
    names = ["id", "batch_id", "source_id", "position", "test", "state", "reason", "etag", "since"]
    connection.execute(insert(items).from_select(names, manifest))


def item_id(position: ColumnElement[int]) -> ColumnElement[UUID]:
    """80 random bits for the batch and the position in it: ids in order go into the index one after another,
    and asking the system for randomness 100,000 times takes seconds."""
    batch = uuid4().hex[:20]
    return cast(literal(batch).concat(func.lpad(func.to_hex(position), 12, "0")), Uuid)
