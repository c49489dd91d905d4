"""Columns of the school's own `lessons` that people have Lectern change: status, course."""

from uuid import UUID

from core.db.careful import carefully
from core.db.host import HostWriter
from core.db.hostfacts import Facts, in_json
from core.db.hosttext import as_text
from core.errors import InvalidInput
from core.source import HostRow

TABLE = "lessons"


class OwnColumns(HostWriter):
    """On one connection; whoever made the connection commits."""

    def change(self, item_id: UUID, row_id: str, values: Facts) -> Facts | None:
        """Write the columns and keep what stood in them for a way back, where it was something else; returns
        what stood there, None where there is no such row. Raises `InvalidInput` where a column is not there
        (any more)."""
        found = carefully(self._connection, self._columns, lambda: self._change(row_id, values))
        if found is None:
            return None
        before = in_json(found)
        if any(as_text(before[name]) != value for name, value in values.items()):
            row = HostRow(table=TABLE, row_id=row_id, column=next(iter(values)))
            self._switches.keep(item_id, row, before=before, after=in_json(values))
        return before

    def _change(self, row_id: str, values: Facts) -> Facts | None:
        columns = self._columns.of(self._connection, TABLE)
        if lacking := sorted(set(values) - set(columns)):
            raise InvalidInput(
                f"The school's lessons have no column {lacking[0]} (any more).",
                hint="Nothing can be changed there.",
            )
        return self._update(TABLE, columns, row_id, values)
