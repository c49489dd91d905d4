"""`mux_admin.pending_facts`: what is to be written into host rows once their columns exist."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Connection,
    Text,
    Uuid,
    and_,
    cast,
    delete,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import array, insert

from core.db.tables import pending_facts, switches
from core.found import Waiting

c = pending_facts.c
OPEN = and_(
    switches.c.table_name == c.table_name, switches.c.row_id == c.row_id, switches.c.put_back_at.is_(None)
)


class PendingFacts:
    """On one connection. Whoever changes a row here holds the host row first, so nobody waits in a circle."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, table: str, row_id: str, facts: Mapping[str, Any]) -> None:
        """Add to what waits for the row; the newest value of a column counts."""
        new = insert(pending_facts).values(
            table_name=table, row_id=row_id, facts=dict(facts), updated_at=func.now()
        )
        merged = {"facts": c.facts.op("||")(new.excluded.facts), "updated_at": func.now()}
        self._connection.execute(
            new.on_conflict_do_update(index_elements=[c.table_name, c.row_id], set_=merged)
        )

    def of(self, table: str, row_id: str) -> dict[str, Any]:
        """What waits for the row; empty when nothing does."""
        waits = select(c.facts).where(c.table_name == table, c.row_id == row_id)
        return dict(self._connection.scalar(waits) or {})

    def of_asset(self, asset_id: str, *, lacking: Mapping[str, Any]) -> set[str]:
        """Ids of rows of `videos` that wait to play the asset, without these facts."""
        waits = select(c.row_id).where(
            c.table_name == "videos",
            c.facts["mux_asset_id"].as_string() == asset_id,
            not_(c.facts.contains(dict(lacking))),
        )
        return set(self._connection.scalars(waits))

    def take(self, table: str, row_id: str) -> dict[str, Any]:
        """Remove what waits for the row and return it; empty when nothing does."""
        taken = delete(pending_facts).where(c.table_name == table, c.row_id == row_id).returning(c.facts)
        return dict(self._connection.scalar(taken) or {})

    def drop(self, table: str, row_id: str, facts: Mapping[str, Any]) -> None:
        """Forget these facts, except where another value has come since."""
        left = self.take(table, row_id)
        kept = {name: value for name, value in left.items() if name not in facts or facts[name] != value}
        if kept:
            self.keep(table, row_id, kept)

    def count(self) -> int:
        return self._connection.scalar(select(func.count()).select_from(pending_facts)) or 0

    def writable(
        self, columns: Mapping[str, frozenset[str]], *, after: Waiting | None, limit: int
    ) -> list[Waiting]:
        """Rows some of whose facts have a column by now, given the columns of each table."""
        start = ("", "") if after is None else (after.table, after.row_id)
        found = (
            select(c.table_name, c.row_id, _items())
            .where(or_(false(), *(_fits(table, names) for table, names in columns.items())))
            .where(tuple_(c.table_name, c.row_id) > tuple_(*(literal(text, Text) for text in start)))
            .order_by(c.table_name, c.row_id)
            .limit(limit)
        )
        return [
            Waiting(table=table, row_id=row_id, item_ids=tuple(sorted(ids)))
            for table, row_id, ids in self._connection.execute(found)
        ]

    def awaited_by(self, item_id: UUID) -> bool:
        waits = select(c.row_id).where(OPEN, switches.c.item_id == item_id).exists()
        return bool(self._connection.scalar(select(waits)))


def _items() -> Any:
    ids = select(func.coalesce(func.array_agg(switches.c.item_id), cast(array([]), ARRAY(Uuid))))
    return ids.where(OPEN).correlate(pending_facts).scalar_subquery()


def _fits(table: str, columns: frozenset[str]) -> Any:
    known = cast(array(sorted(columns)), ARRAY(Text))
    superseded = c.facts == cast({}, c.facts.type)
    return and_(c.table_name == table, or_(c.facts.has_any(known), superseded))
