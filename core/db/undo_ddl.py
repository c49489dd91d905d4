"""What an undo sends: checks that keep columns empty, their validation, and dropping what is."""

from typing import Any

import sqlalchemy as sa
from psycopg import errors as pg
from sqlalchemy.engine import make_url
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import DDLCompiler

from core.schema_undo import ROWS
from core.statement import Kind, Statement
from core.target import Column

DIALECT: sa.Dialect = make_url("postgresql+psycopg://").get_dialect()()
QUOTE = DIALECT.identifier_preparer.quote
"""A name as it stands in SQL."""

GUARD = "lectern_empty_"
"""Begins the name of each check; the column's follows."""


class Removal(sa.schema.ExecutableDDLElement):
    """One statement of an undo."""

    def __init__(self, statement: Statement, schema: str) -> None:
        self.statement = statement
        self.schema = schema


@compiles(Removal, "postgresql")
def _spelled(element: Removal, _compiler: DDLCompiler, **_options: Any) -> str:
    statement, quote = element.statement, QUOTE
    schema = quote(element.schema)
    guards = [quote(GUARD + name) for name in statement.guards]
    match statement.kind:
        case Kind.DROP_TABLE:
            return f"DROP TABLE {schema}.{quote(statement.table)}"
        case Kind.REMOVE_INDEX:
            return f"DROP INDEX CONCURRENTLY IF EXISTS {schema}.{quote(statement.name)}"
        case Kind.REMOVE_INDEX_OF_PARTITIONS:
            return f"DROP INDEX IF EXISTS {schema}.{quote(statement.name)}"
        case Kind.GUARD_EMPTY:
            checks = _checks(statement)
            parts = [f"ADD CONSTRAINT {name} CHECK ({checks[name]}) NOT VALID" for name in guards]
        case Kind.VALIDATE_EMPTY:
            parts = [f"VALIDATE CONSTRAINT {name}" for name in guards]
        case Kind.DROP_GUARDS:
            parts = [f"DROP CONSTRAINT IF EXISTS {name}" for name in guards]
        case _:
            parts = [f"DROP COLUMN IF EXISTS {quote(column.name)}" for column in statement.columns]
    return f"ALTER TABLE {schema}.{quote(statement.table)} {', '.join(parts)}"


def _checks(statement: Statement) -> dict[str, str]:
    """By the name of the check."""
    columns = {QUOTE(GUARD + one.name): is_empty(one) for one in statement.columns}
    return columns or {QUOTE(GUARD + ROWS): "false"}


def is_empty(column: Column) -> str:
    """Whether the column holds nothing but what it was added with."""
    name = QUOTE(column.name)
    all_ = (column.old_rows, column.default, column.corrected)
    given = dict.fromkeys(value for value in all_ if value is not None)
    values = ", ".join(_literal(value) for value in given)
    return f"{name} IS NULL OR {name} IN ({values})" if values else f"{name} IS NULL"


def _literal(value: str | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(sa.literal(value).compile(dialect=DIALECT, compile_kwargs={"literal_binds": True}))


def is_guarded(error: BaseException | None) -> bool:
    """Whether a write met the check of an undo: to whoever wrote it the column is gone."""
    return isinstance(error, pg.CheckViolation) and (error.diag.constraint_name or "").startswith(GUARD)
