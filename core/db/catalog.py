"""Which tables, columns and indexes of the host exist: read from PostgreSQL's own catalog."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, text

from core.db.undo_checks import guards_of
from core.found import Found, FoundColumn, FoundIndex, FoundPartition, FoundTable, Relation
from core.schema_detail import Added
from core.target import TARGET

NAMES = [table.name for table in TARGET]
ASKED = [*NAMES, "courses", "users", "purchases", "enrollments", "lesson_progress"]
"""Tables whose columns somebody asks for; only those of `TARGET` are ever changed."""

COLUMNS = text("""
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), format_type(a.atttypid, -1)
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE n.nspname = :schema AND c.relname IN :names AND c.relkind IN ('r', 'p')
    ORDER BY c.relname, a.attnum
""").bindparams(bindparam("names", ASKED, expanding=True))

# PostgreSQL would wait to spell a default while somebody has the table for himself: then it is not asked.
# A generated or numbered column has no default that anybody could set.
DEFAULTS = text("""
    SELECT c.relname, a.attname, pg_get_expr(d.adbin, d.adrelid)
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE n.nspname = :schema AND c.relname IN :names AND c.relkind IN ('r', 'p')
      AND a.attgenerated = '' AND a.attidentity = ''
      AND NOT EXISTS (SELECT FROM pg_locks l WHERE l.relation = c.oid AND l.mode = 'AccessExclusiveLock')
""").bindparams(bindparam("names", NAMES, expanding=True))

TABLES = text("""
    SELECT c.oid, c.relname, pg_get_userbyid(c.relowner), pg_has_role(c.relowner, 'USAGE'), c.relkind = 'p'
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = :schema AND c.relname IN :names AND c.relkind IN ('r', 'p')
""").bindparams(bindparam("names", NAMES, expanding=True))

# Read from the inheritance itself: PostgreSQL's own functions would wait behind a locked partition.
PARTITIONS = text("""
    WITH RECURSIVE tree AS (
        SELECT c.relname AS host_table, i.inhrelid AS oid, i.inhparent AS parent, 1 AS level
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_inherits i ON i.inhparent = c.oid
        WHERE n.nspname = :schema AND c.relname IN :names AND c.relkind = 'p'
        UNION ALL
        SELECT tree.host_table, i.inhrelid, i.inhparent, tree.level + 1
        FROM tree JOIN pg_inherits i ON i.inhparent = tree.oid
    )
    SELECT tree.host_table, tree.oid, s.nspname, p.relname, p.relkind, us.nspname, u.relname,
           pg_get_userbyid(p.relowner), pg_has_role(p.relowner, 'USAGE'),
           has_schema_privilege(s.oid, 'CREATE')
    FROM tree
    JOIN pg_class p ON p.oid = tree.oid JOIN pg_namespace s ON s.oid = p.relnamespace
    JOIN pg_class u ON u.oid = tree.parent JOIN pg_namespace us ON us.oid = u.relnamespace
    ORDER BY tree.host_table, tree.level, s.nspname, p.relname
""").bindparams(bindparam("names", NAMES, expanding=True))

# Partial indexes and those over expressions do not serve a plain look-up, so they are left out.
INDEXES = text("""
    SELECT x.indrelid, i.relname, x.indisunique, x.indisvalid AND x.indisready,
           array_agg(a.attname::text ORDER BY k.position), coalesce(max(whole.relname::text), '')
    FROM pg_index x
    JOIN pg_class i ON i.oid = x.indexrelid
    CROSS JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY AS k (attnum, position)
    JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.attnum
    LEFT JOIN pg_inherits part ON part.inhrelid = x.indexrelid
    LEFT JOIN pg_class whole ON whole.oid = part.inhparent
    WHERE x.indrelid = ANY (:tables) AND x.indpred IS NULL AND x.indexprs IS NULL
      AND k.position <= x.indnkeyatts
    GROUP BY x.indrelid, i.relname, x.indisunique, x.indisvalid, x.indisready
    ORDER BY i.relname
""")

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


def read_found(connection: Connection, schema: str, added: Added) -> Found:
    """Everything that a plan depends on; `added` is what runs of ours have added."""
    columns, ours = _with_defaults(connection, schema), {"schema": schema}
    tables = connection.execute(TABLES, ours).all()
    parts = connection.execute(PARTITIONS, ours).all()
    indexes = _indexes(connection, [oid for oid, *_ in tables] + [oid for _, oid, *_ in parts])
    partitions, guards = _partitions(parts, indexes), guards_of(connection, schema)
    role, may_create = connection.execute(ROLE, ours).one()
    person_id = columns.get("users", {}).get("id")
    return Found(
        schema=schema,
        role=role,
        tables={
            name: FoundTable(
                name=name,
                columns=columns.get(name, {}),
                indexes=tuple(indexes[oid]),
                owner=owner,
                may_change=may_change,
                partitioned=partitioned,
                partitions=tuple(partitions[name]),
                guards=guards.get(name, {}),
            )
            for oid, name, owner, may_change, partitioned in tables
        },
        may_create=may_create,
        user_id_type=person_id.type if person_id else "text",
        added=added,
    )


def _with_defaults(connection: Connection, schema: str) -> dict[str, dict[str, FoundColumn]]:
    """Columns by table, with their defaults as far as these can be told."""
    tables = read_columns(connection, schema)
    for table, name, default in connection.execute(DEFAULTS, {"schema": schema}):
        if name in tables.get(table, {}):
            tables[table][name] = replace(tables[table][name], default=default, default_told=True)
    return tables


def _indexes(connection: Connection, oids: list[int]) -> dict[int, list[FoundIndex]]:
    """By the oid of the table."""
    indexes: dict[int, list[FoundIndex]] = defaultdict(list)
    for oid, name, unique, valid, names, parent in connection.execute(INDEXES, {"tables": oids}):
        index = FoundIndex(name=name, columns=tuple(names), unique=unique, valid=valid, parent=parent)
        indexes[oid].append(index)
    return indexes


def _partitions(
    rows: Sequence[Any], indexes: Mapping[int, list[FoundIndex]]
) -> dict[str, list[FoundPartition]]:
    """By the name of the host's table, upper levels first."""
    partitions: dict[str, list[FoundPartition]] = defaultdict(list)
    for table, oid, schema, name, kind, parent_schema, parent, owner, may_change, may_create in rows:
        partition = FoundPartition(
            relation=Relation(schema, name),
            parent=Relation(parent_schema, parent),
            is_leaf=kind != "p",
            is_foreign=kind == "f",
            owner=owner,
            may_change=may_change,
            may_create=may_create,
            indexes=tuple(indexes.get(oid, ())),
        )
        partitions[table].append(partition)
    return partitions
