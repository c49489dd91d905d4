"""What keeps statements from being sent to the host's tables at all, said before the first one is."""

from collections.abc import Iterator, Sequence

from core.found import Found, FoundPartition, FoundTable
from core.schema import has_host
from core.statement import Kind, Statement

CREATES = frozenset({Kind.CREATE_TABLE, Kind.CREATE_INDEX, Kind.CREATE_INDEX_ON_ONLY})
OF_COLUMNS = frozenset({Kind.ADD_COLUMNS, Kind.GUARD_EMPTY, Kind.VALIDATE_EMPTY, Kind.DROP_COLUMNS})
"""What PostgreSQL does to each partition too."""

NAMED = 3
"""Partitions that a sentence names; a table may have hundreds."""


def obstacles(found: Found, statements: Sequence[Statement]) -> tuple[str, ...]:
    """What the database role lacks for these statements, each as a sentence that names the grant; and tables
    that they cannot be sent to."""
    if not has_host(found):
        return (f"The schema {found.schema} has neither videos nor lessons; check HOST_SCHEMA.",)
    tables = [found.tables[name] for name in sorted({s.table for s in statements} & found.tables.keys())]
    return (
        *(_owner(found, table) for table in tables if not table.may_change),
        *(sentence for table in tables for sentence in _owners_of_partitions(found, table)),
        *_schemas(found, tables, statements),
        *_foreign(found, tables, statements),
    )


def owner_needed(what: str, owner: str, role: str, *, several: bool = False) -> str:
    """`school.videos belongs to site; needed: GRANT "site" TO "lectern".`"""
    return f'{what} {"belong" if several else "belongs"} to {owner}; needed: GRANT "{owner}" TO "{role}".'


def create_needed(schema: str, role: str) -> str:
    """`Needed: GRANT CREATE ON SCHEMA "school" TO "lectern".`"""
    return f'Needed: GRANT CREATE ON SCHEMA "{schema}" TO "{role}".'


def _owner(found: Found, table: FoundTable) -> str:
    return owner_needed(f"{found.schema}.{table.name}", table.owner, found.role)


def _owners_of_partitions(found: Found, table: FoundTable) -> Iterator[str]:
    closed = [part for part in table.partitions if not part.may_change and part.owner != table.owner]
    for owner in sorted({part.owner for part in closed}):
        parts = [part for part in closed if part.owner == owner]
        yield owner_needed(_named(parts), owner, found.role, several=len(parts) > 1)


def _schemas(found: Found, tables: Sequence[FoundTable], statements: Sequence[Statement]) -> Iterator[str]:
    creating = {statement.table for statement in statements if statement.kind in CREATES}
    closed = {found.schema} if creating and not found.may_create else set()
    for table in tables:
        if table.name in creating:
            closed |= {part.relation.schema for part in table.partitions if not part.may_create}
    for schema in sorted(closed):
        yield create_needed(schema, found.role)


def _foreign(found: Found, tables: Sequence[FoundTable], statements: Sequence[Statement]) -> Iterator[str]:
    """A column of the whole table would be asked of the other server too, which has none."""
    changed = {statement.table for statement in statements if statement.kind in OF_COLUMNS}
    for table in tables:
        if table.foreign and table.name in changed:
            yield (
                f"Rows of {found.schema}.{table.name} lie on another server ({_named(table.foreign)}): "
                "reading the table would fail for columns that are not there. Add them there and here by "
                "hand, or detach those partitions."
            )


def _named(parts: Sequence[FoundPartition]) -> str:
    more = f" and {len(parts) - NAMED} more" if len(parts) > NAMED else ""
    return ", ".join(str(part.relation) for part in parts[:NAMED]) + more
