"""`mux_admin.switches`: host rows that play from Mux, and what stood there before."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Text, cast, func, select, update
from sqlalchemy.dialects.postgresql import array, insert

from core.db.tables import switches
from core.records import Switch
from core.source import HostRow

Facts = Mapping[str, Any]
c = switches.c
OPEN = c.put_back_at.is_(None)
_new = insert(switches).values(switched_at=func.now())
KEEP = _new.on_conflict_do_update(
    index_elements=[c.item_id, c.table_name, c.row_id],
    index_where=OPEN,
    set_={
        "before": _new.excluded.before.op("||")(c.before),
        "after": c.after.op("||")(_new.excluded.after),
    },
)


class Switches:
    """On one connection. `after` has every fact, `before` only the columns that could be written so far."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, item_id: UUID, row: HostRow, *, before: Facts, after: Facts) -> None:
        """Remember a switch; when the item's step runs again, what stood there first still counts."""
        values = {
            "item_id": item_id,
            "table_name": row.table,
            "row_id": row.row_id,
            "column_name": row.column,
            "before": dict(before),
            "after": dict(after),
        }
        self._connection.execute(KEEP, values)

    def of_item(self, item_id: UUID) -> list[Switch]:
        """Those not put back yet, in the order in which rows are locked everywhere."""
        found = select(switches).where(c.item_id == item_id, OPEN).order_by(c.table_name, c.row_id)
        return [_switch(row) for row in self._connection.execute(found)]

    def complete(self, table: str, row_id: str, before: Facts) -> None:
        """Columns that had been missing were written: add what stood in them to the newest switch of the row
        that wrote them."""
        newest = select(switches).where(c.table_name == table, c.row_id == row_id, OPEN)
        newest = newest.where(c.after.has_any(cast(array(sorted(before)), ARRAY(Text))))
        row = self._connection.execute(newest.order_by(c.id.desc()).limit(1)).first()
        if row is None:
            return
        late = {name: value for name, value in before.items() if name in row.after}
        whole = update(switches).where(c.id == row.id).values(before={**late, **row.before})
        self._connection.execute(whole)

    def amend(self, asset_id: str, row_id: str, facts: Facts) -> None:
        """What was written into a row of `videos` after its switch to this asset is part of it."""
        of_row = (c.table_name == "videos", c.row_id == row_id, OPEN)
        of_asset = c.after["mux_asset_id"].as_string() == asset_id
        amended = update(switches).where(*of_row, of_asset).values(after=c.after.op("||")(dict(facts)))
        self._connection.execute(amended)

    def repoint(self, table: str, row_id: str, old_id: str, facts: Facts) -> None:
        """The row plays by another playback id of the same copy: that is what its switches made of it."""
        of_row = (c.table_name == table, c.row_id == row_id, OPEN)
        by_old = c.after["mux_playback_id"].as_string() == old_id
        pointed = update(switches).where(*of_row, by_old).values(after=c.after.op("||")(dict(facts)))
        self._connection.execute(pointed)

    def mark_put_back(self, switch_id: int) -> None:
        """The row is as it was before the switch."""
        self._connection.execute(update(switches).where(c.id == switch_id).values(put_back_at=func.now()))


def _switch(row: Any) -> Switch:
    return Switch(
        id=row.id,
        item_id=row.item_id,
        table=row.table_name,
        row_id=row.row_id,
        before=row.before,
        after=row.after,
    )
