"""The schema of the host's tables: how what was found compares with the target, and what has to be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.columndefault import same_default
from core.columntype import holds, same
from core.found import Found, FoundIndex, FoundTable
from core.partition_indexes import partition_indexes, serves
from core.statement import Kind, Statement
from core.target import SAME_AS_LESSON_ID, SAME_AS_USER_ID, TARGET, Column, Index, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """How one table compares with its target. Types are by column: what was found."""

    table: str
    present: bool
    missing_columns: tuple[str, ...] = ()
    missing_indexes: tuple[str, ...] = ()
    unfinished_indexes: tuple[str, ...] = ()
    accepted_types: Mapping[str, str] = field(default_factory=dict)
    """Other types than declared that hold the same values."""
    unfit_types: Mapping[str, str] = field(default_factory=dict)
    """Types that do not hold every value we write; left as they are."""
    changed_defaults: tuple[str, ...] = ()
    """Columns of ours whose default somebody changed since a run added them."""


def review(found: Found) -> tuple[Review, ...]:
    """Compare every table of the target with what was found."""
    return tuple(_review(table, found.tables.get(table.name), found) for table in TARGET)


def _review(table: Table, found: FoundTable | None, schema: Found) -> Review:
    if found is None:
        return Review(table=table.name, present=False)
    there = {c.name: expected_type(c, schema) for c in table.columns if c.name in found.columns}
    types = {name: found.columns[name].type for name in there}
    other = {name: type for name, type in types.items() if not same(there[name], type)}
    accepted = {name: type for name, type in other.items() if holds(there[name], type)}
    return Review(
        table=table.name,
        present=True,
        missing_columns=tuple(column.name for column in table.columns if column.name not in there),
        missing_indexes=tuple(index.name for index in table.indexes if not served_by(index, found)),
        unfinished_indexes=tuple(index.name for index in _unfinished(table, found)),
        accepted_types=accepted,
        unfit_types={name: type for name, type in other.items() if name not in accepted},
        changed_defaults=tuple(column.name for column in changed_defaults(table, schema)),
    )


def plan(found: Found, targets: Sequence[Table] = TARGET) -> tuple[Statement, ...]:
    """What brings the host to the target, in order: columns first, so that facts can land while indexes are
    built. Empty when there is nothing to do, or nothing of the host's to do it to."""
    if not has_host(found):
        return ()
    left = [
        Statement(table=t.name, kind=Kind.DROP_GUARDS, name=t.name, guards=tuple(t.guards))
        for t in found.tables.values()
        if t.guards
    ]
    changes = [_columns_of(table, found.tables.get(table.name), found) for table in targets]
    builds = [
        statement for table in targets for statement in _indexes_of(table, found.tables.get(table.name))
    ]
    return (*left, *(statement for statement in changes if statement), *builds)


def lacks(found: Found, offer: Table) -> bool:
    """Whether the school has the table of an offer and not its columns, or an index that was cut off."""
    there = found.tables.get(offer.name)
    if there is None:
        return False
    return any(one.name not in there.columns for one in offer.columns) or bool(_unfinished(offer, there))


def has_host(found: Found) -> bool:
    """Whether the school is here at all: any of its tables that are not ours to create."""
    return any(table.name in found.tables for table in TARGET if not table.ours)


def _columns_of(table: Table, found: FoundTable | None, schema: Found) -> Statement | None:
    have = found.columns if found else {}
    columns = tuple(_resolved(column, schema) for column in table.columns if column.name not in have)
    defaults = changed_defaults(table, schema)
    if not (columns or defaults) or not (found or table.ours):
        return None
    kind = (Kind.ADD_COLUMNS if columns else Kind.SET_DEFAULTS) if found else Kind.CREATE_TABLE
    indexes = () if found else tuple(index for index in table.indexes if index.unique)
    name = table.name
    return Statement(table=name, kind=kind, name=name, columns=columns, indexes=indexes, defaults=defaults)


def changed_defaults(table: Table, schema: Found) -> tuple[Column, ...]:
    """Columns that a run of ours has added, whose default is another one now. The school's own columns may
    have whatever default they like, and so may one whose type does not take ours."""
    there = schema.tables.get(table.name)
    columns = there.columns if there else {}
    return tuple(
        column
        for column in table.columns
        if not column.shared
        and (table.name, column.name) in schema.added
        and (found := columns.get(column.name)) is not None
        and found.default_told
        and holds(expected_type(column, schema), found.type)
        and not same_default(column.default, found.default)
    )


def _indexes_of(table: Table, found: FoundTable | None) -> list[Statement]:
    if found is None:
        builds = [(Kind.CREATE_INDEX, index) for index in table.indexes if table.ours and not index.unique]
    elif found.partitioned:
        return [one for i in table.indexes if not served_by(i, found) for one in partition_indexes(i, found)]
    else:
        builds = [(Kind.DROP_INDEX, index) for index in _unfinished(table, found)]
        builds += [(Kind.CREATE_INDEX, index) for index in table.indexes if not served_by(index, found)]
    return [Statement(table=table.name, kind=k, name=i.name, indexes=(i,)) for k, i in builds]


def _unfinished(table: Table, found: FoundTable) -> list[Index]:
    """Ours that a crash left invalid: `IF NOT EXISTS` would take them for good."""
    invalid = {index.name for index in found.indexes if not index.valid}
    return [index for index in table.indexes if index.name in invalid]


def served_by(index: Index, found: FoundTable) -> FoundIndex | None:
    """The index, under whatever name, that does what this one is for; None where there is none. Where
    partitions are foreign there is none of the whole table: each of the others has its own."""
    leaves = found.local_leaves if found.foreign else ()
    serving = [serves(index, part.indexes) for part in leaves] or [serves(index, found.indexes)]
    return serving[0] if all(serving) else None


def _resolved(column: Column, found: Found) -> Column:
    return Column(
        name=column.name,
        type=expected_type(column, found),
        default=column.default,
        old_rows=column.old_rows,
        required=column.required,
    )


def expected_type(column: Column, found: Found) -> str:
    """The column's type, with what depends on the host filled in."""
    if column.type == SAME_AS_USER_ID:
        return found.user_id_type
    if column.type != SAME_AS_LESSON_ID:
        return column.type
    lessons = found.tables.get("lessons")
    return lessons.columns["id"].type if lessons and "id" in lessons.columns else "text"


def changes(statements: tuple[Statement, ...]) -> int:
    """How many columns, indexes and tables a plan adds, and defaults it sets again."""
    added = sum(1 if s.kind is Kind.CREATE_TABLE or s.guards else len(s.columns) for s in statements)
    added += sum(len(s.defaults) for s in statements)
    # By its columns: one index of a partitioned table takes many statements, and each partition's has a name.
    return added + len({(s.table, s.indexes[0].columns) for s in statements if s.indexes and not s.columns})
