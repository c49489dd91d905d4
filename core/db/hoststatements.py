"""The statements that touch a host row. Names of columns come from the catalog, values are always bound."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Select,
    TableClause,
    Text,
    Update,
    and_,
    bindparam,
    case,
    cast,
    column,
    false,
    select,
    table,
    update,
)
from sqlalchemy.dialects.postgresql import array

from core.db.hosttext import cast_to
from core.db.tables import pending_facts
from core.found import FoundColumn
from core.target import SHARED

Columns = tuple[FoundColumn, ...]


def host_table(schema: str, name: str, columns: Sequence[FoundColumn]) -> TableClause:
    return table(name, *(column(found.name) for found in columns), schema=schema)


def _is_row(rows: TableClause, id_column: FoundColumn) -> ColumnElement[bool]:
    return rows.c.id == cast_to(id_column, "for_row")


@lru_cache(maxsize=64)
def read_row(
    schema: str, name: str, id_column: FoundColumn, columns: Columns, *, lock: bool = False
) -> Select[tuple[object, ...]]:
    rows = host_table(schema, name, (id_column, *columns))
    chosen = [rows.c.id, *(rows.c[found.name] for found in columns)]
    query = select(*chosen).where(_is_row(rows, id_column))
    return query.with_for_update() if lock else query


@lru_cache(maxsize=64)
def lock_row(schema: str, name: str, id_column: FoundColumn) -> Select[tuple[object]]:
    """Lock the row; while it is held, `ALTER TABLE` waits for us."""
    rows = host_table(schema, name, (id_column,))
    return select(rows.c.id).where(_is_row(rows, id_column)).with_for_update()


@lru_cache(maxsize=256)
def write_row(schema: str, name: str, id_column: FoundColumn, columns: Columns) -> Update:
    """Write the columns and return what stood in them; facts that waited for them are superseded.

    One round trip, because every switch of a lesson runs it.
    """
    rows = host_table(schema, name, (id_column, *columns))
    before = [rows.c[found.name] for found in columns]
    locked = select(rows.c.id, *before).where(_is_row(rows, id_column)).with_for_update().cte("old")
    values = {found.name: cast_to(found, f"new_{found.name}") for found in columns}
    return (
        update(rows)
        .where(rows.c.id == locked.c.id)
        .values(values)
        .returning(*(locked.c[found.name] for found in columns))
        .add_cte(_superseded(name, columns))
    )


def _superseded(name: str, columns: Columns) -> CTE:
    written = cast(array([found.name for found in columns]), ARRAY(Text))
    return (
        update(pending_facts)
        .where(pending_facts.c.table_name == name, pending_facts.c.row_id == bindparam("for_row", type_=Text))
        .values(facts=pending_facts.c.facts.op("-")(written))
        .returning(pending_facts.c.row_id)
        .cte("superseded")
    )


@lru_cache(maxsize=256)
def restore_row(schema: str, name: str, id_column: FoundColumn, columns: Columns) -> Update:
    """Write `old_…` where every column still holds what `new_…` became in it; a column that the school
    shares keeps what the school has given it since, and stands in nobody's way."""
    rows = host_table(schema, name, (id_column, *columns))
    unchanged = [_is_ours(rows, found) for found in columns if found.name not in SHARED[name]]
    values = {found.name: _old_or_theirs(rows, found) for found in columns}
    return update(rows).where(and_(_is_row(rows, id_column), *unchanged)).values(values)


@lru_cache(maxsize=256)
def restore_columns(schema: str, name: str, id_column: FoundColumn, columns: Columns) -> Update:
    """Write `old_…` into each column that still holds what `new_…` became in it, where the row still plays
    the same video."""
    rows = host_table(schema, name, (id_column, *columns))
    plays = [_is_ours(rows, found) for found in columns if found.name == "mux_playback_id"]
    values = {found.name: _old_or_theirs(rows, found) for found in columns}
    return (
        update(rows).where(and_(_is_row(rows, id_column), false() if not plays else plays[0])).values(values)
    )


def _old_or_theirs(rows: TableClause, found: FoundColumn) -> ColumnElement[Any]:
    """What stood there, unless somebody has changed it since."""
    return case((_is_ours(rows, found), cast_to(found, f"old_{found.name}")), else_=rows.c[found.name])


def _is_ours(rows: TableClause, found: FoundColumn) -> ColumnElement[bool]:
    return rows.c[found.name].is_not_distinct_from(cast_to(found, f"new_{found.name}", exact=True))
