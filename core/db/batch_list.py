"""The list of batches, and which of them have failures that are still open."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select, text, true

from core.batch import ItemState
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
STILL_FAILED = text("""
SELECT batches.id AS batch_id, batches.name, count(*) AS videos
FROM (
    SELECT DISTINCT ON (source_id) source_id, batch_id FROM items
    WHERE state = 'failed' AND NOT test
    ORDER BY source_id, batch_id DESC
) AS last
JOIN sources ON sources.id = last.source_id
    AND sources.listed AND sources.standing NOT IN ('on_mux', 'moving')
JOIN batches ON batches.id = last.batch_id
GROUP BY batches.id, batches.name
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


def still_failed(connection: Connection) -> list[StillFailed]:
    """Batches with videos that failed and that no later batch has moved."""
    rows = connection.execute(STILL_FAILED)
    return [StillFailed(batch_id=row.batch_id, name=row.name, videos=row.videos) for row in rows]


def _matching(query: Select[Any], filter: BatchFilter) -> Select[Any]:
    named = func.lower(b.name).contains(filter.search.lower(), autoescape=True) if filter.search else true()
    return query.where(and_(named, b.state == filter.state if filter.state else true()))
