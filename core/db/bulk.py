"""Batches whose items are lessons: what an order comes to, its manifest, and what a step asks and writes."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, false, func, literal, not_, select
from sqlalchemy import bindparam as bind

from core.access import Person
from core.batch import BatchKind, BatchState
from core.bulk import Lessons, Order, Totals
from core.bulk_worklist import Change
from core.db import freezing
from core.db.bulk_choosing import chosen, manifest, needed, skip
from core.db.hostfacts import in_json
from core.db.library import SqlLibrary, bound_values
from core.db.library_rows import WAITS, Shelf
from core.db.own_columns import OwnColumns
from core.db.remakes import RemakeRows
from core.db.remaking import coming_to, made
from core.db.rows import ITEM, item_of, labelled
from core.db.steps import LOCK
from core.db.straight import run
from core.db.switches import Switches
from core.db.tables import batches, items
from core.migration import Options, SkipReason
from core.records import Batch

CHANGE = (
    select(
        *labelled(items.c, ITEM),
        batches.c.kind,
        batches.c.state.label("batch_state"),
        batches.c.options,
    )
    .select_from(items.join(batches, batches.c.id == items.c.batch_id))
    .where(items.c.id == bind("item_id"), items.c.lesson_id.is_not(None))
)


class SqlBulk(SqlLibrary, RemakeRows):
    """`Bulk` on one connection."""

    def __init__(self, connection: Connection, *, host_schema: str) -> None:
        super().__init__(connection, host_schema=host_schema)
        self._own = OwnColumns(connection, host_schema)

    def totals(self, kind: BatchKind, order: Order, lessons: Lessons) -> Totals:
        shelf = self._shelf()
        needed(kind, shelf)
        why = skip(kind, order, shelf)
        if kind is BatchKind.NORMALISE:
            return self._remade(why, shelf, order, lessons)
        bare = func.count().filter(not_(shelf.in_s3())) if kind is BatchKind.DELETE else literal(0)
        counts = (why.label("why"), func.count().label("lessons"), bare.label("bare"))
        grouped = select(*counts).select_from(shelf.rows).where(chosen(shelf, lessons)).group_by(why)
        with self._columns.noticing():
            rows = self._connection.execute(grouped.params(self._bound(order, lessons))).all()
        return Totals(
            change=sum(row.lessons for row in rows if row.why is None),
            skipped={SkipReason(row.why): row.lessons for row in rows if row.why is not None},
            bare=sum(row.bare for row in rows if row.why is None),
        )

    def _remade(self, why: ColumnElement[str | None], shelf: Shelf, order: Order, lessons: Lessons) -> Totals:
        query = coming_to(why, shelf).where(chosen(shelf, lessons)).params(self._bound(order, lessons))
        with self._columns.noticing():
            return made(self._connection.execute(query).all())

    def freeze(
        self,
        kind: BatchKind,
        order: Order,
        lessons: Lessons,
        *,
        name: str,
        options: Options,
        by: Person,
        once: str = "",
    ) -> Batch:
        shelf = self._shelf()
        needed(kind, shelf)
        self._connection.execute(freezing.LOCK, {"lock": freezing.FREEZE_LOCK})
        kept = {**options.as_json(), "order": order.as_json()}
        batch_id = freezing.add_batch(
            self._connection, name=name, kind=kind, options=kept, by=by.name, once=once
        )
        with self._columns.noticing():
            self._connection.execute(
                manifest(batch_id, kind, order, shelf, lessons, self._bound(order, lessons))
            )
        return freezing.counted(self._connection, batch_id)

    def change(self, item_id: UUID, *, lock: bool = False) -> Change | None:
        if lock:
            run(self._connection, LOCK, item_id=item_id)
        row = run(self._connection, CHANGE, item_id=item_id).fetchone()
        order = None if row is None else Order.from_json(row["options"].get("order"))
        if row is None or order is None:
            return None
        return Change(
            item=item_of(row, ITEM),
            title=row[f"{ITEM}title"] or "",
            batch_state=BatchState(row["batch_state"]),
            kind=BatchKind(row["kind"]),
            order=order,
        )

    def plays_for_others(self, asset_id: str, owner_id: str) -> bool:
        shelf = self._shelf()
        is_theirs = func.coalesce(shelf.lessons.is_id("creator_id", "maker", owner_id), false())
        plays = select(shelf.lessons.clause.c.id).select_from(shelf.rows)
        others = plays.where(shelf.ours("mux_asset_id") == asset_id, not_(is_theirs)).exists()
        with self._columns.noticing():
            return bool(self._connection.scalar(select(others), {"maker": owner_id}))

    def rows_playing(self, playback_id: str) -> Sequence[tuple[str, str]]:
        shelf, found = self._shelf(), set[tuple[str, str]]()
        with self._columns.noticing():
            for table, rows in (("lessons", shelf.lessons), ("videos", shelf.videos)):
                if not rows.has("id"):
                    continue
                late = and_(WAITS.c.table_name == table, WAITS.c.row_id == rows.text("id"))
                names = rows.or_waiting("mux_playback_id", WAITS.c.facts) == playback_id
                query = select(rows.text("id")).select_from(rows.clause.outerjoin(WAITS, late)).where(names)
                found |= {(table, row_id) for row_id in self._connection.scalars(query)}
        return sorted(found)

    def repointed(self, table: str, row_id: str, old_id: str, facts: Mapping[str, Any]) -> None:
        Switches(self._connection).repoint(table, row_id, old_id, in_json(facts))

    def write(self, change: Change, column: str, value: str) -> Mapping[str, Any] | None:
        return self._own.change(change.item.id, change.lesson_id, {column: value})

    def _bound(self, order: Order, lessons: Lessons) -> dict[str, Any]:
        return {**bound_values(lessons.filter, lessons.reader), "maker": order.owner_id}
