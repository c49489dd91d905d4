"""The moments of pictures that were chosen here, kept with `mux_admin.assets`."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, text, update

from core.db.tables import assets
from core.thumbnail import Thumbnail

c = assets.c
UNTOLD = text("""
UPDATE assets SET thumbnail_asked_at = :now WHERE id IN (
    SELECT id FROM assets WHERE NOT thumbnail_told AND status <> 'deleted' AND thumbnail_asked_at < :before
    ORDER BY thumbnail_asked_at LIMIT :most FOR UPDATE SKIP LOCKED
) RETURNING id
""")


class SqlThumbnails:
    """The part of `SqlAssets` that fills `Thumbnails`."""

    _connection: Connection

    def thumbnail(self, asset_id: str) -> Thumbnail | None:
        query = select(c.thumbnail_s, c.thumbnail_told).where(c.id == asset_id)
        row = self._connection.execute(query).first()
        return None if row is None else Thumbnail(at_s=row.thumbnail_s, is_told=row.thumbnail_told)

    def choose_thumbnail(self, asset_id: str, at_s: float | None, *, now: datetime) -> None:
        new = {"thumbnail_s": at_s, "thumbnail_told": False, "thumbnail_asked_at": now}
        self._connection.execute(update(assets).where(c.id == asset_id).values(**new))

    def thumbnail_told(self, asset_id: str, at_s: float | None) -> None:
        same = c.thumbnail_s.is_not_distinct_from(at_s)
        self._connection.execute(update(assets).where(c.id == asset_id, same).values(thumbnail_told=True))

    def untold_thumbnails(self, *, before: datetime, now: datetime, limit: int = 50) -> Sequence[str]:
        return list(self._connection.scalars(UNTOLD, {"before": before, "now": now, "most": limit}))
