"""The list of batches, and which of them have failures that are still open."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select, text, true

from core.batch import BatchKind, ItemState
from core.batch_list import BatchFilter, BatchSort, Line, StillFailed
from core.db.progress import progress_of
from core.db.rows import batch_of
from core.db.tables import batches, items

b = batches.c
FAILURES = (
    select(func.count())
    .where(items.c.batch_id == b.id, items.c.state == ItemState.FAILED.value)
    .correlate(batches)
    .scalar_subquery()
)
ORDERS: dict[BatchSort, tuple[ColumnElement[Any], ...]] = {
    BatchSort.NEWEST: (b.id.desc(),),
    BatchSort.OLDEST: (b.id.asc(),),
    BatchSort.NAME: (func.lower(b.name).asc(), b.id.desc()),
    BatchSort.FAILED: (FAILURES.desc(), b.id.desc()),
}
# A video that failed twice counts where it failed last; one that moved since, or that nobody has any more,
# needs nobody.
# Likewise a lesson, for each thing that was to become of it; where it is gone, nobody can do anything.
STILL_FAILED = text("""
WITH videos AS (
    SELECT DISTINCT ON (source_id) source_id, batch_id FROM items
    WHERE state = 'failed' AND NOT test AND source_id IS NOT NULL
    ORDER BY source_id, batch_id DESC
), lessons AS (
    SELECT DISTINCT ON (items.lesson_id, batches.kind)
        items.lesson_id, batches.kind, items.batch_id, items.trouble
    FROM items JOIN batches ON batches.id = items.batch_id
    WHERE items.state = 'failed' AND NOT items.test AND items.lesson_id IS NOT NULL
    ORDER BY items.lesson_id, batches.kind, items.batch_id DESC
), last AS (
    SELECT batch_id FROM videos JOIN sources ON sources.id = source_id
    WHERE sources.listed AND sources.standing NOT IN ('on_mux', 'moving')
    UNION ALL
    SELECT batch_id FROM lessons
    WHERE trouble IS DISTINCT FROM 'lesson_gone' AND NOT EXISTS (
        SELECT FROM items AS later JOIN batches ON batches.id = later.batch_id
        WHERE later.lesson_id = lessons.lesson_id AND later.batch_id > lessons.batch_id
            AND batches.kind = lessons.kind AND later.state NOT IN ('failed', 'cancelled')
            AND later.reason IS DISTINCT FROM 'moving'
    )
)
SELECT batches.id AS batch_id, batches.name, batches.kind, count(*) AS items
FROM last JOIN batches ON batches.id = last.batch_id
WHERE CAST(:starter AS text) IS NULL OR batches.options #>> '{order,subject}' = :starter
GROUP BY batches.id
ORDER BY batches.id DESC
""")


def page(
    connection: Connection, filter: BatchFilter, sort: BatchSort, *, number: int, size: int
) -> list[Line]:
    """Page `number` (from 1) of the batches that match, each with its progress."""
    query = _matching(select(batches), filter).order_by(*ORDERS[sort])
    rows = connection.execute(query.limit(size).offset((number - 1) * size)).mappings()
    found = [batch_of(row) for row in rows]
    far = progress_of(connection, [batch.id for batch in found])
    return [(batch, far[batch.id]) for batch in found]


def count(connection: Connection, filter: BatchFilter) -> int:
    """How many batches match, on all pages."""
    return connection.scalar(_matching(select(func.count()).select_from(batches), filter)) or 0


def still_failed(connection: Connection, *, starter: str | None = None) -> list[StillFailed]:
    """Batches with items that failed and that no later batch has brought about."""
    rows = connection.execute(STILL_FAILED, {"starter": starter})
    return [
        StillFailed(batch_id=row.batch_id, name=row.name, items=row.items, kind=BatchKind(row.kind))
        for row in rows
    ]


def _matching(query: Select[Any], filter: BatchFilter) -> Select[Any]:
    named = func.lower(b.name).contains(filter.search.lower(), autoescape=True) if filter.search else true()
    theirs = (
        b.options[("order", "subject")].astext == filter.starter if filter.starter is not None else true()
    )
    return query.where(and_(named, theirs, b.state == filter.state if filter.state else true()))
