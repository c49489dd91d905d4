"""Statements of a plan through alembic's operations: executed on a connection, or rendered as text."""

from io import StringIO
from typing import Any

import sqlalchemy as sa
from alembic.ddl.base import AlterTable, add_column, alter_column, alter_table, format_server_default
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import DDLCompiler

from core.db.hosttext import Spelled
from core.db.partition_ddl import IndexOfPartitions
from core.db.profile_ddl import ProfileStatement
from core.db.undo_ddl import Removal
from core.found import Relation
from core.profile import Change
from core.statement import Kind, Statement
from core.target import IDENTITY, Column, Default

CONCURRENTLY: dict[str, Any] = {"postgresql_concurrently": True}


class ExtendTable(AlterTable):
    """All new columns and defaults in one `ALTER TABLE`: one lock, and no moment at which half of them are
    there."""

    def __init__(self, statement: Statement, schema: str) -> None:
        super().__init__(statement.table, schema=schema)
        self.columns = statement.columns
        self.defaults = statement.defaults


@compiles(ExtendTable, "postgresql")
def _extend_table(element: ExtendTable, compiler: DDLCompiler, **_options: Any) -> str:
    added = [
        add_column(compiler, _column(column, column.old_rows), if_not_exists=True)
        for column in element.columns
    ]
    # A default that only new rows get is set apart: ADD COLUMN … DEFAULT gives it to the old ones too.
    changed = [
        f"{alter_column(compiler, column.name)} SET DEFAULT {_spelled(compiler, column.default)}"
        for column in (*(one for one in element.columns if one.default != one.old_rows), *element.defaults)
    ]
    actions = ",\n    ".join(added + changed)
    return f"{alter_table(compiler, element.table_name, element.schema)} {actions}"


def execute(connection: sa.Connection, schema: str, statement: Statement | Change) -> None:
    """Run one statement of a plan on the school's `schema`; the caller sets limits and commits."""
    _operate(Operations(MigrationContext.configure(connection)), schema, statement)


def render(schema: str, statement: Statement | Change) -> str:
    """The SQL that `execute` would run, for people."""
    text = StringIO()
    context = MigrationContext.configure(
        dialect_name="postgresql", opts={"as_sql": True, "output_buffer": text}
    )
    _operate(Operations(context), schema, statement)
    return text.getvalue().strip()


def _operate(op: Operations, schema: str, statement: Statement | Change) -> None:
    if isinstance(statement, Change):
        op.execute(ProfileStatement(statement, schema))
        return
    on = statement.on or Relation(schema, statement.table)
    match statement.kind:
        case Kind.CREATE_TABLE:
            op.create_table(statement.name, *_parts(statement), schema=schema)
        case Kind.ADD_COLUMNS | Kind.SET_DEFAULTS:
            op.execute(ExtendTable(statement, schema))
        case Kind.DROP_INDEX:
            op.drop_index(statement.name, schema=on.schema, **CONCURRENTLY)
        case Kind.CREATE_INDEX:
            (index,) = statement.indexes
            names = list(index.columns)
            op.create_index(index.name, on.name, names, unique=index.unique, schema=on.schema, **CONCURRENTLY)
        case Kind.CREATE_INDEX_ON_ONLY | Kind.ATTACH_INDEX:
            op.execute(IndexOfPartitions(statement, on))
        case _:
            op.execute(Removal(statement, schema))


def _parts(statement: Statement) -> list[Any]:
    columns = [_column(column, column.default) for column in statement.columns]
    keys = [column.name for column in statement.columns if column.type == IDENTITY]
    unique = (sa.UniqueConstraint(*index.columns, name=index.name) for index in statement.indexes)
    return [*columns, sa.PrimaryKeyConstraint(*keys), *unique]


def _column(column: Column, default: Default) -> sa.Column[Any]:
    if column.type == IDENTITY:
        return sa.Column(column.name, sa.BigInteger, sa.Identity(always=False), nullable=False)
    return sa.Column(
        column.name,
        Spelled(column.type),
        server_default=_server_default(default),
        nullable=not column.required,
    )


def _server_default(default: Default) -> Any:
    return sa.text("true" if default else "false") if isinstance(default, bool) else default


def _spelled(compiler: DDLCompiler, default: Default) -> str:
    """NULL where there is none: PostgreSQL runs DROP DEFAULT before the ADD COLUMN of the same ALTER."""
    return "NULL" if default is None else format_server_default(compiler, _server_default(default))
