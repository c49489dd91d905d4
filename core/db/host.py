"""The school's own rows: what their columns allow is written, the rest waits in `mux_admin.pending_facts`."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, exc

from core.address import COLUMNS as ADDRESS_COLUMNS
from core.db import hoststatements as statements
from core.db.careful import carefully
from core.db.errors import host_refusal
from core.db.host_amends import HostAmends
from core.db.host_edits import HostEdits
from core.db.host_inserts import HostInserts, filled_columns
from core.db.hostfacts import Columns, Facts, bound, can_be_row, declared, fitting, in_json
from core.db.known_columns import is_missing, known_columns
from core.db.pending import PendingFacts
from core.db.switches import Switches
from core.db.undo_ddl import is_guarded
from core.errors import Unavailable
from core.found import FoundColumn, Settled, Waiting
from core.lesson import with_equal_statuses
from core.records import Switch, Written
from core.source import HostRow
from core.target import LESSONS, VIDEOS, writable

NOT_FOUND = Written(found=False, fallback_used=False)


class HostWriter(HostInserts, HostAmends, HostEdits):
    """`HostTables` on one connection; whoever made the connection commits."""

    def __init__(self, connection: Connection, schema: str) -> None:
        self._connection = connection
        self._schema = schema
        self._columns = known_columns(connection.engine, schema)
        self._pending = PendingFacts(connection)
        self._switches = Switches(connection)

    def write(self, table: str, row_id: str, facts: Facts) -> Written:
        return carefully(self._connection, self._columns, lambda: self._write(table, row_id, facts))

    def _write(self, table: str, row_id: str, facts: Facts) -> Written:
        wanted = declared(table, facts)
        columns = self._columns.of(self._connection, table)
        if not set(wanted) <= set(columns):
            # The row's lock keeps ALTER TABLE out until we commit, so what is read now stays true.
            if not self._lock(table, columns, row_id):
                return NOT_FOUND
            columns = self._columns.fresh(self._connection, table)
        wanted = fitting(table, wanted, columns)
        known = {name: value for name, value in wanted.items() if name in columns}
        before = self._update(table, columns, row_id, known)
        if before is None:
            return NOT_FOUND
        late = in_json({name: value for name, value in wanted.items() if name not in columns})
        if late:
            self._pending.keep(table, row_id, late)
        return Written(found=True, fallback_used=bool(late), before=before, missing=tuple(late))

    def point(self, table: str, row_id: str, places: Mapping[str, str | None]) -> Facts | None:
        columns = self._columns.of(self._connection, table)
        wanted = {name: places[name] for name in ADDRESS_COLUMNS[table] if name in places and name in columns}
        if None in wanted.values():  # a school that takes no NULL there means the same by an empty text
            filled = filled_columns(self._connection, self._schema, table)
            wanted |= {name: "" for name, place in wanted.items() if place is None and name in filled}
        return self._update(table, columns, row_id, wanted)

    def addresses(self, table: str, row_id: str, *, lock: bool = True) -> Facts | None:
        columns = self._columns.of(self._connection, table)
        names = [name for name in ADDRESS_COLUMNS.get(table, ()) if name in columns]
        return self._read(table, columns, row_id, names, lock=lock)

    def put_back(self, switch: Switch, *, loosely: bool = False) -> bool:
        columns = self._columns.of(self._connection, switch.table)
        chosen = tuple(columns[name] for name in sorted(switch.before) if name in columns)
        if chosen and not self._restore(switch, columns, chosen, loosely=loosely):
            return False
        awaited = {name: value for name, value in switch.after.items() if name not in switch.before}
        if awaited:
            self._pending.drop(switch.table, switch.row_id, awaited)
        self._switches.mark_put_back(switch.id)
        return True

    def switched(self, item_id: UUID) -> list[Switch]:
        return self._switches.of_item(item_id)

    def keep_switch(self, item_id: UUID, row: HostRow, written: Written, after: Facts) -> None:
        whole = with_equal_statuses(row.table, after)
        self._switches.keep(item_id, row, before=in_json(written.before), after=in_json(whole))

    def pending_rows(self) -> int:
        return self._pending.count()

    def waiting(self, *, after: Waiting | None = None, limit: int = 200) -> list[Waiting]:
        there = {
            table.name: writable(table.name) & set(self._columns.fresh(self._connection, table.name))
            for table in (LESSONS, VIDEOS)
        }
        return self._pending.writable(there, after=after, limit=limit)

    def settle(self, waiting: Waiting) -> Settled | None:
        table, row_id = waiting.table, waiting.row_id
        there = self._lock(table, self._columns.of(self._connection, table), row_id)
        facts = self._pending.take(table, row_id)
        if not there or not facts:
            return None
        written = self.write(table, row_id, facts)
        before = in_json(written.before)
        self._switches.complete(table, row_id, before)
        return Settled(before=before, after={name: facts[name] for name in before if name in facts})

    def let_go(self, waiting: Waiting) -> Facts:
        return self._pending.take(waiting.table, waiting.row_id)

    def awaits(self, item_id: UUID) -> bool:
        return self._pending.awaited_by(item_id)

    def read(self, table: str, row_id: str) -> Facts | None:
        columns = self._columns.of(self._connection, table)
        found = self._read(table, columns, row_id, sorted(writable(table) & set(columns)))
        return None if found is None else found | self._pending.of(table, row_id)

    def _read(
        self, table: str, columns: Columns, row_id: str, names: Sequence[str], *, lock: bool = False
    ) -> dict[str, Any] | None:
        if not can_be_row(columns, row_id):
            return None
        chosen = tuple(columns[name] for name in names)
        statement = statements.read_row(self._schema, table, columns["id"], chosen, lock=lock)
        with self._refusals(table):
            row = self._connection.execute(statement, {"for_row": row_id}).mappings().first()
        return None if row is None else {name: row[name] for name in names}

    def _lock(self, table: str, columns: Columns, row_id: str) -> bool:
        """Hold the row until the transaction ends; False where there is none."""
        if not can_be_row(columns, row_id):
            return False
        statement = statements.lock_row(self._schema, table, columns["id"])
        with self._refusals(table):
            return self._connection.execute(statement, {"for_row": row_id}).first() is not None

    def _update(self, table: str, columns: Columns, row_id: str, known: Facts) -> Facts | None:
        """What stood in the columns; None where there is no such row."""
        if not known:
            return {}
        if not can_be_row(columns, row_id):
            return None
        chosen = tuple(columns[name] for name in sorted(known))
        statement = statements.write_row(self._schema, table, columns["id"], chosen)
        with self._refusals(table):
            found = self._connection.execute(statement, {"for_row": row_id, **bound("new", known)})
        row = found.mappings().first()
        return None if row is None else dict(row)

    def _restore(
        self, switch: Switch, columns: Columns, chosen: tuple[FoundColumn, ...], *, loosely: bool
    ) -> bool:
        """Put the old values back; a row that the host deleted since needs nothing."""
        restore = statements.restore_columns if loosely else statements.restore_row
        statement = restore(self._schema, switch.table, columns["id"], chosen)
        names = [column.name for column in chosen]
        old = bound("old", {name: switch.before[name] for name in names})
        new = bound("new", {name: switch.after[name] for name in names})
        with self._refusals(switch.table):
            done = self._connection.execute(statement, {"for_row": switch.row_id, **old, **new})
        return done.rowcount == 1 or not self._lock(switch.table, columns, switch.row_id)

    @contextmanager
    def _refusals(self, table: str) -> Iterator[None]:
        """What the host's table may have against a write."""
        try:
            yield
        except exc.DBAPIError as error:
            if is_missing(error.orig) or is_guarded(error.orig):
                self._columns.forget()
                raise Unavailable(f"The columns of {table} changed at this very moment.") from error
            user = self._connection.engine.url.username
            if (meant := host_refusal(error.orig, f"{self._schema}.{table}", user)) is not None:
                raise meant from error
            raise
