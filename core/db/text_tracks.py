"""`mux_admin.text_tracks`: captions of assets."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import errors as pg
from sqlalchemy import Connection, RowMapping, Select, exc, insert, select, text, update

from core.db.hostrows import host_rows
from core.db.known_columns import known_columns
from core.db.tables import pending_facts, text_tracks
from core.errors import NotFound, StaleState
from core.source import Location
from core.text_track import Origin, TextTrack, TrackState, move

c = text_tracks.c
CHANGED = "Somebody is changing these captions at this moment."
SILENT = text("""
UPDATE text_tracks SET asked_at = :now WHERE id IN (
    SELECT id FROM text_tracks
    WHERE greatest(moved_at, asked_at) < :before AND (
        state IN ('preparing', 'deleting') OR (state = 'waiting' AND item_id IS NULL)
        OR (state = 'failed' AND (track_id IS NOT NULL OR key IS NOT NULL))
        OR (state = 'ready' AND given_name <> name)
    )
    ORDER BY greatest(moved_at, asked_at) LIMIT :most FOR UPDATE SKIP LOCKED
) RETURNING id
""")
NEWEST = text("""
WITH RECURSIVE line AS (
    SELECT id, 0 AS turn FROM text_tracks WHERE id = :track
    UNION ALL
    SELECT next.id, turn + 1 FROM text_tracks AS next JOIN line ON next.replaces = line.id
    WHERE next.state IN ('ready', 'lost', 'deleting', 'gone')
)
SELECT id FROM line ORDER BY turn DESC LIMIT 1
""")


class SqlTextTracks:
    """Fills `TextTracks`."""

    def __init__(self, connection: Connection, *, host_schema: str) -> None:
        self._connection = connection
        self._schema = host_schema
        self._columns = known_columns(connection.engine, host_schema)

    def add(self, track: TextTrack) -> None:
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(text_tracks).values(_columns(_fields(track))))
        except exc.IntegrityError as error:
            if not isinstance(error.orig, pg.UniqueViolation):
                raise
            raise StaleState(CHANGED) from error

    def get(self, track: UUID, *, lock: bool = False) -> TextTrack | None:
        query = select(text_tracks).where(c.id == track)
        return self._one(query.with_for_update() if lock else query)

    def newest(self, track: UUID) -> TextTrack | None:
        found = self._connection.scalar(NEWEST, {"track": track})
        return self.get(found) if found else None

    def at_mux(self, track_id: str) -> TextTrack | None:
        newest = select(text_tracks).where(c.track_id == track_id).order_by(c.created_at.desc()).limit(1)
        return self._one(newest.with_for_update())

    def of_asset(self, asset_id: str) -> Sequence[TextTrack]:
        alive = c.state != TrackState.GONE.value
        query = select(text_tracks).where(c.asset_id == asset_id, alive).order_by(c.created_at, c.id)
        return [_track(row) for row in self._connection.execute(query).mappings()]

    def of_item(self, item_id: UUID) -> TextTrack | None:
        wanted = select(text_tracks).where(c.item_id == item_id)
        return self._one(wanted.order_by(c.created_at.desc(), c.state == TrackState.FAILED.value).limit(1))

    def move(self, track: UUID, then: TrackState, *, now: datetime, **facts: Any) -> TextTrack:
        held = self.get(track, lock=True)
        if held is None:
            raise NotFound(f"There are no captions {track}.")
        return self.note(track, state=move(held.state, then).value, moved_at=now, **facts)

    def note(self, track: UUID, **facts: Any) -> TextTrack:
        changed = update(text_tracks).where(c.id == track).values(_columns(facts)).returning(text_tracks)
        return _track(self._connection.execute(changed).mappings().one())

    def silent(self, *, before: datetime, now: datetime, limit: int = 50) -> Sequence[UUID]:
        return list(self._connection.scalars(SILENT, {"before": before, "now": now, "most": limit}))

    @contextmanager
    def trial(self) -> Iterator[None]:
        with self._connection.begin_nested():
            yield

    def lessons_of(self, asset_id: str) -> Sequence[str]:
        rows = host_rows(self._schema, "lessons", self._columns.of(self._connection, "lessons"))
        p = pending_facts.c
        waits = p.facts["mux_asset_id"].as_string() == asset_id
        found = set(self._connection.scalars(select(p.row_id).where(p.table_name == "lessons", waits)))
        if rows.has("id", "mux_asset_id"):
            playing = select(rows.text("id")).where(rows.clause.c.mux_asset_id == asset_id)
            found |= set(self._connection.scalars(playing))
        return sorted(found)

    def _one(self, query: Select[Any]) -> TextTrack | None:
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _track(row)


def _fields(track: TextTrack) -> dict[str, Any]:
    return {field.name: getattr(track, field.name) for field in fields(track)}


def _columns(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that say these fields; `location` has two."""
    said = {name: value for name, value in facts.items() if name != "location"}
    if "location" in facts:
        where = facts["location"]
        said |= {"bucket": where.bucket if where else None, "key": where.key if where else None}
    return said


def _track(row: RowMapping) -> TextTrack:
    said = {name: value for name, value in row.items() if name not in ("bucket", "key", "asked_at")}
    return TextTrack(
        **said
        | {
            "origin": Origin(row["origin"]),
            "state": TrackState(row["state"]),
            "location": Location(row["bucket"], row["key"]) if row["key"] else None,
        }
    )
