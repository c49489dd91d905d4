"""`mux_admin.renditions`: MP4s of assets for download."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import errors as pg
from sqlalchemy import Connection, RowMapping, Select, delete, exc, insert, select, text, update

from core.db.tables import renditions
from core.errors import NotFound, StaleState
from core.rendition import Rendition, RenditionState, move

c = renditions.c
TWICE = "Such an MP4 is being made, or deleted, at this moment."
SILENT = text("""
UPDATE renditions SET asked_at = :now WHERE id IN (
    SELECT id FROM renditions
    WHERE greatest(moved_at, asked_at) < :before AND (
        state IN ('waiting', 'preparing', 'deleting')
        OR (state IN ('skipped', 'failed') AND rendition_id IS NOT NULL)
    )
    ORDER BY greatest(moved_at, asked_at) LIMIT :most FOR UPDATE SKIP LOCKED
) RETURNING id
""")


class SqlRenditions:
    """Fills `Renditions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, rendition: Rendition) -> None:
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(renditions).values(asdict(rendition)))
        except exc.IntegrityError as error:
            if not isinstance(error.orig, pg.UniqueViolation):
                raise
            raise StaleState(TWICE, hint="Load the lesson again and look.") from error

    def get(self, rendition: UUID, *, lock: bool = False) -> Rendition | None:
        query = select(renditions).where(c.id == rendition)
        return self._one(query.with_for_update() if lock else query)

    def at_mux(self, rendition_id: str) -> Rendition | None:
        newest = select(renditions).where(c.rendition_id == rendition_id)
        return self._one(newest.order_by(c.created_at.desc()).limit(1).with_for_update())

    def of_asset(self, asset_id: str) -> Sequence[Rendition]:
        query = select(renditions).where(c.asset_id == asset_id).order_by(c.created_at, c.id)
        return [_rendition(row) for row in self._connection.execute(query).mappings()]

    def move(self, rendition: UUID, then: RenditionState, *, now: datetime, **facts: Any) -> Rendition:
        held = self.get(rendition, lock=True)
        if held is None:
            raise NotFound(f"There is no MP4 {rendition}.")
        return self.note(rendition, state=move(held.state, then).value, moved_at=now, **facts)

    def note(self, rendition: UUID, **facts: Any) -> Rendition:
        changed = update(renditions).where(c.id == rendition).values(**facts).returning(renditions)
        return _rendition(self._connection.execute(changed).mappings().one())

    def drop(self, rendition: UUID) -> None:
        self._connection.execute(delete(renditions).where(c.id == rendition))

    def unused(self, *, before: datetime, limit: int = 50) -> Sequence[Rendition]:
        ready = c.state == RenditionState.READY.value
        query = select(renditions).where(ready, c.used_at < before).order_by(c.used_at).limit(limit)
        found = self._connection.execute(query.with_for_update(skip_locked=True))
        return [_rendition(row) for row in found.mappings()]

    def silent(self, *, before: datetime, now: datetime, limit: int = 50) -> Sequence[UUID]:
        return list(self._connection.scalars(SILENT, {"before": before, "now": now, "most": limit}))

    def _one(self, query: Select[Any]) -> Rendition | None:
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _rendition(row)


def _rendition(row: RowMapping) -> Rendition:
    said = {name: value for name, value in row.items() if name != "asked_at"}
    return Rendition(**said | {"state": RenditionState(row["state"])})
