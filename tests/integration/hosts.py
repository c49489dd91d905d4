"""Schools as they come: other id types, other tables, with and without the columns of ours."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    TableClause,
    cast,
    column,
    event,
    insert,
    inspect,
    literal_column,
    select,
    table,
    text,
)

from core.db.hosttext import Spelled
from core.target import LESSONS, VIDEOS, Column

SCHEMA = "school"
ID_TYPES = {
    "integer": ("integer", "7", "8"),
    "bigint": ("bigint", "7000000000", "7000000001"),
    "uuid": ("uuid", "5b0c9a52-6a3f-4d33-8a2e-5f1d7b1f0a01", "5b0c9a52-6a3f-4d33-8a2e-5f1d7b1f0a02"),
    "text": ("text", "lesson-seven", "lesson-eight"),
}
"""Type, the id of a row that is there, the id of one that is not."""

OWN_COLUMNS = {
    "videos": "s3_bucket text DEFAULT 'b', s3_key text NOT NULL DEFAULT 'k.mp4'",
    "lessons": "video_url text DEFAULT 's3://b/k.mp4', title text",
}
"""Every row names the object k.mp4 in bucket b."""


class School:
    """A host schema in a database, with one row per table."""

    def __init__(
        self, engine: Engine, *, id_type: str = "integer", tables: Sequence[str] = ("lessons", "videos")
    ) -> None:
        self.engine = engine
        self.type, self.row_id, self.absent_id = ID_TYPES[id_type]
        self.run(f"CREATE SCHEMA {SCHEMA}")
        for name in tables:
            self.run(f"CREATE TABLE {name} (id {self.type} PRIMARY KEY, {OWN_COLUMNS[name]})")
            self.add_row(name, self.row_id)

    def run(self, statement: str) -> None:
        """A statement of the school's own, whose tables need no prefix."""
        with self.engine.begin() as connection:
            connection.execute(text("SELECT set_config('search_path', :schema, true)"), {"schema": SCHEMA})
            connection.execute(text(statement))

    def add_row(self, table: str, row_id: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(insert(_rows(table)).values(id=self._id(row_id)))

    def add_columns(self, table: str, *names: str) -> None:
        """Our columns in their declared types; all of them without names."""
        target = {"videos": VIDEOS, "lessons": LESSONS}[table]
        chosen = [ours for ours in target.columns if not names or ours.name in names]
        actions = ", ".join(f"ADD COLUMN {_definition(ours)}" for ours in chosen)
        self.run(f"ALTER TABLE {table} {actions}")

    def row(self, table: str, row_id: str | None = None) -> dict[str, Any]:
        rows = _rows(table)
        found = (
            select(literal_column("*")).select_from(rows).where(rows.c.id == self._id(row_id or self.row_id))
        )
        with self.engine.connect() as connection:
            return dict(connection.execute(found).mappings().one())

    def columns(self, table: str) -> set[str]:
        with self.engine.connect() as connection:
            return {column["name"] for column in inspect(connection).get_columns(table, schema=SCHEMA)}

    def _id(self, row_id: str) -> ColumnElement[Any]:
        return cast(row_id, Spelled(self.type))

    def pending(self) -> dict[tuple[str, str], dict[str, Any]]:
        with self.engine.connect() as connection:
            found = connection.execute(text("SELECT table_name, row_id, facts FROM mux_admin.pending_facts"))
            return {(table, row_id): facts for table, row_id, facts in found}


def _rows(table_name: str) -> TableClause:
    return table(table_name, column("id"), schema=SCHEMA)


def _definition(ours: Column) -> str:
    default = "" if ours.old_rows is None else f" DEFAULT '{ours.old_rows}'"
    return f"{ours.name} {ours.type}{default}"


def statements(connection: Connection) -> list[str]:
    """Collects what is sent to the database on this connection from now on."""
    sent: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    return sent
