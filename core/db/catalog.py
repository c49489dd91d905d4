"""Which tables, columns and indexes of the host exist: read from PostgreSQL's own catalog."""

import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, bindparam, text

from core.found import Found, FoundColumn, FoundIndex, FoundTable
from core.target import TARGET

NAMES = [table.name for table in TARGET]
ASKED = [*NAMES, "courses", "users", "purchases", "enrollments", "lesson_progress"]
"""Tables whose columns somebody asks for; only those of `TARGET` are ever changed."""

FRESH_S = 2.0
"""How long the columns read last are believed. Columns that came since are noticed at once (whoever misses
one looks again); for one that was dropped since, a single write may have to be tried again."""

COLUMNS = text("""
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), format_type(a.atttypid, -1)
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE n.nspname = :schema AND c.relname IN :names AND c.relkind IN ('r', 'p')
    ORDER BY c.relname, a.attnum
""").bindparams(bindparam("names", ASKED, expanding=True))

TABLES = text("""
    SELECT c.relname, pg_get_userbyid(c.relowner), pg_has_role(c.relowner, 'USAGE'), c.relkind = 'p'
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = :schema AND c.relname IN :names AND c.relkind IN ('r', 'p')
""").bindparams(bindparam("names", NAMES, expanding=True))

# Partial indexes and those over expressions do not serve a plain look-up, so they are left out.
INDEXES = text("""
    SELECT c.relname, i.relname, x.indisunique, x.indisvalid AND x.indisready,
           array_agg(a.attname::text ORDER BY k.position)
    FROM pg_index x
    JOIN pg_class i ON i.oid = x.indexrelid
    JOIN pg_class c ON c.oid = x.indrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY AS k (attnum, position)
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
    WHERE n.nspname = :schema AND c.relname IN :names AND x.indpred IS NULL AND x.indexprs IS NULL
      AND k.position <= x.indnkeyatts
    GROUP BY c.relname, i.relname, x.indisunique, x.indisvalid, x.indisready
    ORDER BY i.relname
""").bindparams(bindparam("names", NAMES, expanding=True))

ROLE = text("""
    SELECT current_user, coalesce((
        SELECT has_schema_privilege(n.oid, 'CREATE') FROM pg_namespace n WHERE n.nspname = :schema
    ), false)
""")


def read_columns(connection: Connection, schema: str) -> dict[str, dict[str, FoundColumn]]:
    """Columns by table; a table that does not exist is absent."""
    tables: dict[str, dict[str, FoundColumn]] = defaultdict(dict)
    for table, name, type_, base_type in connection.execute(COLUMNS, {"schema": schema}):
        tables[table][name] = FoundColumn(name=name, type=type_, base_type=base_type)
    return dict(tables)


def read_found(connection: Connection, schema: str) -> Found:
    """Everything that a plan depends on."""
    columns = read_columns(connection, schema)
    indexes: dict[str, list[FoundIndex]] = defaultdict(list)
    for table, name, unique, valid, names in connection.execute(INDEXES, {"schema": schema}):
        indexes[table].append(FoundIndex(name=name, columns=tuple(names), unique=unique, valid=valid))
    tables = {
        name: FoundTable(
            name=name,
            columns=columns.get(name, {}),
            indexes=tuple(indexes[name]),
            owner=owner,
            may_change=may_change,
            partitioned=partitioned,
        )
        for name, owner, may_change, partitioned in connection.execute(TABLES, {"schema": schema})
    }
    role, may_create = connection.execute(ROLE, {"schema": schema}).one()
    person_id = columns.get("users", {}).get("id")
    return Found(
        schema=schema,
        role=role,
        tables=tables,
        may_create=may_create,
        user_id_type=person_id.type if person_id else "text",
    )


class Catalog:
    """The host's columns as last read, shared by every transaction of this process."""

    def __init__(self, schema: str) -> None:
        self._schema = schema
        self._read_at_s = float("-inf")
        self._tables: Mapping[str, Mapping[str, FoundColumn]] = {}

    def columns(self, connection: Connection, table: str) -> Mapping[str, FoundColumn]:
        """The table's columns, read at most `FRESH_S` ago; empty where there is no such table."""
        if time.monotonic() - self._read_at_s > FRESH_S:
            return self.fresh(connection, table)
        return self._tables.get(table, {})

    def fresh(self, connection: Connection, table: str) -> Mapping[str, FoundColumn]:
        """The table's columns as this very transaction sees them."""
        self._tables = read_columns(connection, self._schema)
        self._read_at_s = time.monotonic()
        return self._tables.get(table, {})

    def forget(self) -> None:
        """Have the columns read anew at the next question: the schema has changed."""
        self._read_at_s = float("-inf")


_CATALOGS: WeakKeyDictionary[Engine, dict[str, Catalog]] = WeakKeyDictionary()
_LOCK = threading.Lock()


def catalog_of(engine: Engine, schema: str) -> Catalog:
    """The one catalog of this process for a database and schema."""
    with _LOCK:
        return _CATALOGS.setdefault(engine, {}).setdefault(schema, Catalog(schema))
