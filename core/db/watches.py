"""`mux_admin.viewings` and `playback_troubles`, and the school's `lesson_progress`."""

import logging
from dataclasses import asdict, fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, exc, func, select, text
from sqlalchemy.dialects.postgresql import insert

from core.db.errors import host_refusal
from core.db.hostrows import host_rows
from core.db.hosttext import as_text, is_id_of
from core.db.known_columns import known_columns
from core.db.progress_rows import add_to_row, new_row
from core.db.tables import playback_troubles, viewings
from core.watch import PlaybackTrouble, Viewing

HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:person || chr(10) || :lesson_id, 0))")
COLUMNS = [viewings.c[field.name] for field in fields(Viewing)]
TROUBLE = [playback_troubles.c[field.name] for field in fields(PlaybackTrouble)]

log = logging.getLogger("lectern.db")


class SqlWatches:
    """`Watches` on one connection."""

    def __init__(self, connection: Connection, *, host_schema: str) -> None:
        self._connection = connection
        self._schema = host_schema
        self._columns = known_columns(connection.engine, host_schema)

    def hold(self, person: str, lesson_id: str) -> datetime | None:
        whose = {"person": person, "lesson_id": lesson_id}
        self._connection.execute(HOLD, whose)
        last = select(func.max(viewings.c.reported_at)).filter_by(**whose)
        found: datetime | None = self._connection.scalar(last)
        return found

    def viewing(self, session: UUID) -> Viewing | None:
        query = select(*COLUMNS).where(viewings.c.session == session)
        row = self._connection.execute(query).mappings().first()
        return None if row is None else Viewing(**row)

    def keep(self, viewing: Viewing) -> None:
        new = insert(viewings).values(asdict(viewing))
        changed = {name: new.excluded[name] for name in asdict(viewing) if name != "session"}
        self._connection.execute(new.on_conflict_do_update(index_elements=["session"], set_=changed))

    def add(self, lesson_id: str, user_id: str, *, more_s: float, position_s: float, completed: bool) -> bool:
        columns = self._columns.of(self._connection, "lesson_progress")
        ids = {"user_id": user_id, "lesson_id": lesson_id}
        if not all(name in columns and is_id_of(columns[name], value) for name, value in ids.items()):
            return False
        rows = host_rows(self._schema, "lesson_progress", columns)
        said = {"more_s": more_s, "position_s": position_s, "completed": completed}
        values = {f"told_{name}": as_text(value) for name, value in (ids | said).items()}
        try:
            with self._connection.begin_nested():  # the school's table may have something against it
                if not self._connection.execute(add_to_row(rows), values).rowcount:
                    self._connection.execute(new_row(rows), values)
        except exc.DBAPIError as error:
            self._columns.forget()
            why = host_refusal(error.orig, f"{self._schema}.lesson_progress", None)
            if why is None:
                raise
            log.warning("progress stays with Lectern alone: %s", why)
            return False
        return True

    def keep_trouble(self, trouble: PlaybackTrouble) -> None:
        self._connection.execute(insert(playback_troubles).values(asdict(trouble)))

    def troubles(self, lesson_id: str, *, limit: int = 20) -> list[PlaybackTrouble]:
        at = playback_troubles.c.at.desc()
        query = select(*TROUBLE).filter_by(lesson_id=lesson_id).order_by(at).limit(limit)
        return [PlaybackTrouble(**row) for row in self._connection.execute(query).mappings()]
