"""What keeps a column from being taken away, seen before anything is locked."""

from sqlalchemy import Connection, text

from core.db.undo_ddl import QUOTE, is_empty
from core.schema_undo import ROWS, Removable

USED_BY = text("""
    SELECT a.attname FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = :schema AND c.relname = :table AND a.attname = ANY (:names) AND (
        EXISTS (
            SELECT FROM pg_depend d
            WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid = a.attnum
              AND d.deptype = 'n'
              AND d.classid IN ('pg_rewrite'::regclass, 'pg_policy'::regclass, 'pg_trigger'::regclass)
        ) OR EXISTS (
            SELECT FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid
            WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND f.prosrc ~ ('\\m' || a.attname || '\\M')
        )
    )
""")


def held(connection: Connection, schema: str, one: Removable) -> dict[str, str]:
    """By column, or `ROWS` for a whole table: why it stays. Reads every row once, and locks nobody out."""
    if one.whole:
        has_rows = connection.scalar(text(f"SELECT EXISTS (SELECT FROM {_name(schema, one.table)})"))  # noqa: S608
        return {ROWS: "has rows"} if has_rows else {}
    return _used(connection, schema, one) | _filled(connection, schema, one)


def _filled(connection: Connection, schema: str, one: Removable) -> dict[str, str]:
    if not one.columns:
        return {}
    answers = ", ".join(f"bool_or(NOT ({is_empty(column)}))" for column in one.columns)
    found = connection.execute(text(f"SELECT {answers} FROM {_name(schema, one.table)}")).one()  # noqa: S608
    return {column.name: "holds values" for column, filled in zip(one.columns, found, strict=True) if filled}


def _used(connection: Connection, schema: str, one: Removable) -> dict[str, str]:
    """Views, policies and triggers; a trigger's function tells its columns by its text alone."""
    names = [column.name for column in one.columns]
    found = connection.scalars(USED_BY, {"schema": schema, "table": one.table, "names": names})
    return dict.fromkeys(found, "is used by a view, a policy or a trigger")


def _name(schema: str, table: str) -> str:
    return f"{QUOTE(schema)}.{QUOTE(table)}"
