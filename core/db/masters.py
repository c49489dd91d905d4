"""`mux_admin.masters`: masters at Mux that we opened and have to close."""

from datetime import datetime

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from core.batch import ALIVE
from core.db.tables import items, masters
from core.master import Opened

c = masters.c
IN_USE = (
    select(items.c.id)
    .where(items.c.from_asset == c.asset_id, items.c.state.in_([state.value for state in ALIVE]))
    .exists()
)


class MasterRows:
    """Fills `Masters`."""

    _connection: Connection

    def opening(self, asset_id: str, *, now: datetime) -> None:
        anew = {"asked_at": now, "told_at": None}
        new = insert(masters).values(asset_id=asset_id, **anew)
        self._connection.execute(new.on_conflict_do_update(index_elements=[c.asset_id], set_=anew))

    def opened(self, asset_id: str) -> Opened | None:
        row = self._connection.execute(
            select(masters).where(c.asset_id == asset_id).with_for_update()
        ).first()
        return None if row is None else _opened(row.asset_id, row.asked_at, row.told_at)

    def told(self, asset_id: str, *, now: datetime) -> None:
        self._connection.execute(update(masters).where(c.asset_id == asset_id).values(told_at=now))

    def unused(self, *, limit: int = 20) -> list[Opened]:
        found = self._connection.execute(select(masters).where(~IN_USE).order_by(c.asked_at).limit(limit))
        return [_opened(row.asset_id, row.asked_at, row.told_at) for row in found]

    def closed(self, opened: Opened) -> None:
        self._connection.execute(
            delete(masters).where(c.asset_id == opened.asset_id, c.asked_at == opened.asked_at)
        )


def _opened(asset_id: str, asked_at: datetime, told_at: datetime | None) -> Opened:
    return Opened(asset_id=asset_id, asked_at=asked_at, told=told_at is not None)
