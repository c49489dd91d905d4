"""What keeps a column from being taken away, and how far an undo is: looks that lock nothing."""

from collections import defaultdict

from sqlalchemy import Connection, bindparam, text

from core.db.undo_ddl import GUARD, QUOTE, is_empty
from core.schema_undo import ROWS, Removable
from core.target import TARGET

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


GUARDS = text("""
    SELECT c.relname, k.conname, k.convalidated
    FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = :schema AND c.relname IN :names AND starts_with(k.conname::text, :prefix)
""").bindparams(
    bindparam("names", [table.name for table in TARGET], expanding=True), bindparam("prefix", GUARD)
)

UNDOING = text("SELECT EXISTS (SELECT FROM schema_runs WHERE state = 'running' AND purpose = 'undo')")


def guards_of(connection: Connection, schema: str) -> dict[str, dict[str, bool]]:
    """By table and column, or `ROWS`: whether the check that keeps it empty was validated."""
    guards: dict[str, dict[str, bool]] = defaultdict(dict)
    for table, name, validated in connection.execute(GUARDS, {"schema": schema}):
        guards[table][name.removeprefix(GUARD)] = validated
    return guards


def is_undoing(connection: Connection) -> bool:
    """Whether a run that takes columns away is under way."""
    return bool(connection.scalar(UNDOING))


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
