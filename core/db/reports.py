"""A batch's items and history as the batch page and the report show them."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, func, select

from core.batch import ItemState
from core.db.tables import item_changes, items, sources
from core.migration import SkipReason, Trouble
from core.records import ChangeRow, ItemRow

ROWS_AT_ONCE = 1000
TROUBLED = [state.value for state in (ItemState.FAILED, ItemState.DONE, ItemState.AWAITING_SCHEMA)]
"""States in which an item has a cause: failed, or switched and not rolled back."""
TITLE = func.coalesce(sources.c.title, items.c.title).label("title")
COLUMNS = (
    items.c.id,
    sources.c.key,
    TITLE,
    items.c.state,
    items.c.since,
    items.c.trouble,
    items.c.reason,
    items.c.asset_id,
    items.c.attempts,
    sources.c.size_bytes,
    sources.c.duration_s,
    items.c.source_id,
    items.c.lesson_id,
)


def item_rows(
    connection: Connection, batch_id: int, *, state: str, trouble: str, number: int, size: int
) -> list[ItemRow]:
    """One page of items in the manifest's order."""
    shown = select(items.c.id).where(items.c.batch_id == batch_id)
    if state:
        shown = shown.where(items.c.state == state)
    if trouble:
        shown = shown.where(items.c.state.in_(TROUBLED), items.c.trouble == trouble)
    # The page is cut before its sources are looked up, so that a late page costs little more than the first.
    shown = shown.order_by(items.c.position).limit(size).offset((number - 1) * size)
    query = _item_rows().where(items.c.id.in_(shown.scalar_subquery()))
    return [_item_row(row) for row in connection.execute(query)]


def item_ids(connection: Connection, batch_id: int, states: Iterable[ItemState]) -> list[UUID]:
    wanted = [state.value for state in states]
    query = (
        select(items.c.id)
        .where(items.c.batch_id == batch_id, items.c.state.in_(wanted))
        .order_by(items.c.position)
    )
    return list(connection.scalars(query))


def all_item_rows(connection: Connection, batch_id: int) -> Iterator[ItemRow]:
    """Every item, through a cursor on the server: never more than a few thousand in memory."""
    query = _item_rows().where(items.c.batch_id == batch_id)
    with connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}) as rows:
        yield from map(_item_row, rows)


def _item_rows() -> Select[*tuple[Any, ...]]:
    joined = items.outerjoin(sources, sources.c.id == items.c.source_id)
    return select(*COLUMNS).select_from(joined).order_by(items.c.position)


def history(connection: Connection, batch_id: int, *, limit: int) -> list[ChangeRow]:
    """What happened last, newest first, with the names of the items."""
    c = item_changes.c
    named = item_changes.outerjoin(items, items.c.id == c.item_id)
    query = (
        select(c.at, c.item_id, c.to_state, c.reason, TITLE, sources.c.key, items.c.lesson_id)
        .select_from(named.outerjoin(sources, sources.c.id == items.c.source_id))
        .where(c.batch_id == batch_id)
        .order_by(c.id.desc())
        .limit(limit)
    )
    return [
        ChangeRow(at=at, item_id=item_id, what=state, reason=reason, title=title, key=_key(key, lesson_id))
        for at, item_id, state, reason, title, key, lesson_id in connection.execute(query)
    ]


def troubles(connection: Connection, batch_id: int) -> dict[Trouble, int]:
    """Failed items by cause, the most frequent first."""
    counts = _counted(connection, _by(items.c.trouble, batch_id, ItemState.FAILED))
    return {Trouble(name) if name else Trouble.UNEXPECTED: number for name, number in counts}


def skips(connection: Connection, batch_id: int) -> dict[SkipReason, int]:
    """How many items were skipped, by reason."""
    known = set(SkipReason)
    counts = _counted(connection, _by(items.c.reason, batch_id, ItemState.SKIPPED))
    return {SkipReason(name): number for name, number in counts if name in known}


def _by(column: Any, batch_id: int, state: ItemState) -> Select[Any]:
    return (
        select(column, func.count())
        .where(items.c.batch_id == batch_id, items.c.state == state.value)
        .group_by(column)
        .order_by(func.count().desc())
    )


def _counted(connection: Connection, query: Select[Any]) -> list[tuple[str | None, int]]:
    return [(name, number) for name, number in connection.execute(query)]


def _item_row(row: Row[*tuple[Any, ...]]) -> ItemRow:
    return ItemRow(
        id=row.id,
        key=_key(row.key, row.lesson_id),
        title=row.title,
        state=ItemState(row.state),
        since=row.since,
        trouble=Trouble(row.trouble) if row.trouble else None,
        reason=row.reason,
        asset_id=row.asset_id,
        attempts=row.attempts,
        size_bytes=row.size_bytes or 0,
        duration_s=row.duration_s,
        source_id=row.source_id,
        lesson_id=row.lesson_id,
    )


def _key(key: str | None, lesson_id: str | None) -> str:
    """Where the item's bytes lie, or which lesson it is."""
    return f"lesson {lesson_id}" if key is None else key
