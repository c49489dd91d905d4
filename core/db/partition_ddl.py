"""What an index on a partitioned table takes beside its parts: its declaration, and attaching them."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import DDLCompiler

from core.found import Relation
from core.statement import Kind, Statement


class IndexOfPartitions(sa.schema.ExecutableDDLElement):
    """`CREATE INDEX … ON ONLY` the relation, or `ALTER INDEX … ATTACH PARTITION` of its index."""

    def __init__(self, statement: Statement, on: Relation) -> None:
        self.statement = statement
        self.on = on


@compiles(IndexOfPartitions, "postgresql")
def _spelled(element: IndexOfPartitions, compiler: DDLCompiler, **_options: Any) -> str:
    statement, on, quote = element.statement, element.on, compiler.preparer.quote
    if statement.kind is Kind.ATTACH_INDEX and statement.into:
        whole = f"{quote(statement.into.schema)}.{quote(statement.into.name)}"
        return f"ALTER INDEX {whole} ATTACH PARTITION {quote(on.schema)}.{quote(statement.name)}"
    (index,) = statement.indexes
    columns = ", ".join(quote(name) for name in index.columns)
    return f"CREATE INDEX {quote(index.name)} ON ONLY {quote(on.schema)}.{quote(on.name)} ({columns})"
