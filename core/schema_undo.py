"""Taking away what runs of ours have added and is still empty, without holding anybody up.

A column first gets a check that keeps it empty (a lock of milliseconds), then every row is looked at beside
the traffic, and only then it is dropped, so that no value can be lost in between.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from core.columntype import same
from core.errors import Refused
from core.found import Found, FoundTable
from core.schema import expected_type
from core.schema_detail import Added
from core.statement import Kind, Statement
from core.target import OFFERS, TARGET, Column, Index, Table

ROWS = "rows"
"""Stands for all columns, where a whole table is to be empty."""

Kept = Mapping[str, str]
"""By column (or `ROWS`): why it stays."""


class NotEmpty(Refused):
    """Every row was looked at, and one holds a value."""

    column = ROWS


@dataclass(frozen=True, slots=True, kw_only=True)
class Removable:
    """What of a table is ours to take away: columns and indexes, or all of it."""

    table: str
    columns: tuple[Column, ...] = ()
    indexes: tuple[Index, ...] = ()
    whole: bool = False
    partitioned: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that goes, with its table."""
        if self.whole:
            return (self.table,)
        names = [column.name for column in self.columns] + [index.name for index in self.indexes]
        return tuple(f"{self.table}.{name}" for name in names)

    @property
    def guarded(self) -> tuple[str, ...]:
        """What has to be empty."""
        return (ROWS,) if self.whole else tuple(column.name for column in self.columns)


def removable(found: Found, added: Added) -> tuple[Removable, ...]:
    """What runs have added and is there as they left it; of another type by now, it is somebody else's."""
    both = ((table, found.tables.get(table.name)) for table in _tables())
    all_ = (_of(table, there, found, added) for table, there in both if there)
    return tuple(one for one in all_ if one.whole or one.columns or one.indexes)


def _tables() -> list[Table]:
    """The target with what is offered beside it."""
    offered = {offer.name: offer for offer in OFFERS.values()}
    return [_joined(table, offered.get(table.name)) for table in TARGET]


def _joined(table: Table, offer: Table | None) -> Table:
    if offer is None:
        return table
    columns, indexes = (*table.columns, *offer.columns), (*table.indexes, *offer.indexes)
    return Table(name=table.name, columns=columns, indexes=indexes)


def _of(table: Table, there: FoundTable, found: Found, added: Added) -> Removable:
    if table.ours:
        whole = all((table.name, column.name) in added for column in table.columns)
        return Removable(table=table.name, whole=whole)
    names = {index.name for index in there.indexes}
    return Removable(
        table=table.name,
        columns=tuple(
            column
            for column in table.columns
            if (table.name, column.name) in added
            and column.name in there.columns
            and same(expected_type(column, found), there.columns[column.name].type)
        ),
        indexes=tuple(
            index for index in table.indexes if (table.name, index.name) in added and index.name in names
        ),
        partitioned=there.partitioned,
    )


def removal(one: Removable, kept: Kept, found: Found) -> list[Statement]:
    """What is left to do for a table, in order, given what stays of it."""
    there = found.tables.get(one.table)
    if there is None:
        return []
    going = [name for name in one.guarded if name not in kept and (one.whole or name in there.columns)]
    lifted = [name for name in there.guards if name not in going]
    unguarded = [name for name in going if name not in there.guards]
    unsure = [name for name in going if not there.guards.get(name)]
    steps = (
        (Kind.DROP_GUARDS, lifted),
        (Kind.GUARD_EMPTY, unguarded),
        (Kind.VALIDATE_EMPTY, unsure),
        (Kind.DROP_TABLE if one.whole else Kind.DROP_COLUMNS, going),
    )
    changes = [_statement(one, kind, names) for kind, names in steps if names]
    return changes + [_drop(one, index) for index in one.indexes if _goes_alone(index, one, there)]


def _goes_alone(index: Index, one: Removable, there: FoundTable) -> bool:
    """Whether no column of the index is ours: else it goes with the column, or serves the one that stays."""
    ours = {column.name for column in one.columns}
    return not ours & set(index.columns) and any(own.name == index.name for own in there.indexes)


def _statement(one: Removable, kind: Kind, names: Collection[str]) -> Statement:
    columns = tuple(column for column in one.columns if column.name in names)
    return Statement(table=one.table, kind=kind, name=one.table, columns=columns, guards=tuple(names))


def _drop(one: Removable, index: Index) -> Statement:
    kind = Kind.REMOVE_INDEX_OF_PARTITIONS if one.partitioned else Kind.REMOVE_INDEX
    return Statement(table=one.table, kind=kind, name=index.name, indexes=(index,))
