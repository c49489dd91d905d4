"""The schema of the host's tables: how what was found compares with the target, and what has to be done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.columntype import holds, same
from core.found import Found, FoundIndex, FoundTable
from core.target import SAME_AS_LESSON_ID, TARGET, Column, Index, Table


class Kind(StrEnum):
    """What a statement does."""

    CREATE_TABLE = "create table"
    ADD_COLUMNS = "add columns"
    DROP_INDEX = "drop unfinished index"
    CREATE_INDEX = "create index"
    CREATE_POLICY = "create policy"
    DROP_POLICY = "drop policy"
    ENABLE_ROW_SECURITY = "enable row-level security on"
    DISABLE_ROW_SECURITY = "disable row-level security on"
    CREATE_FUNCTION = "create function"
    DROP_FUNCTION = "drop function"
    CREATE_TRIGGER = "create trigger"
    DROP_TRIGGER = "drop trigger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement of a plan; `core/db/schema_apply.py` spells it in SQL."""

    table: str
    kind: Kind
    name: str
    """Of the table or index."""
    columns: tuple[Column, ...] = ()
    indexes: tuple[Index, ...] = ()

    @property
    def description(self) -> str:
        """In words, with what it locks and for how long."""
        words = {
            Kind.CREATE_TABLE: f"Create the table {self.name}. Nobody uses it yet.",
            Kind.ADD_COLUMNS: f"Add {_some(len(self.columns), 'column')} to {self.table}. Locks it for "
            "milliseconds, because no row is rewritten; gives way at once to whoever is using it.",
            Kind.DROP_INDEX: f"Drop {self.name}, left unfinished by an earlier run. Reads and writes go on.",
            Kind.CREATE_INDEX: f"Build {self.name} on {self.table}. Reads and writes go on.",
        }
        return words[self.kind]


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
    )


def plan(found: Found) -> tuple[Statement, ...]:
    """What brings the host to the target, in order: columns first, so that facts can land while indexes are
    built. Empty when there is nothing to do, or nothing of the host's to do it to."""
    if not has_host(found):
        return ()
    changes = [_columns_of(table, found.tables.get(table.name), found) for table in TARGET]
    builds = [statement for table in TARGET for statement in _indexes_of(table, found.tables.get(table.name))]
    return (*(statement for statement in changes if statement), *builds)


def has_host(found: Found) -> bool:
    """Whether the school is here at all: any of its tables that are not ours to create."""
    return any(table.name in found.tables for table in TARGET if not table.ours)


def _columns_of(table: Table, found: FoundTable | None, schema: Found) -> Statement | None:
    have = found.columns if found else {}
    columns = tuple(_resolved(column, schema) for column in table.columns if column.name not in have)
    if not columns or not (found or table.ours):
        return None
    kind = Kind.ADD_COLUMNS if found else Kind.CREATE_TABLE
    indexes = () if found else tuple(index for index in table.indexes if index.unique)
    return Statement(table=table.name, kind=kind, name=table.name, columns=columns, indexes=indexes)


def _indexes_of(table: Table, found: FoundTable | None) -> list[Statement]:
    if found is None:
        builds = [(Kind.CREATE_INDEX, index) for index in table.indexes if table.ours and not index.unique]
    else:
        builds = [(Kind.DROP_INDEX, index) for index in _unfinished(table, found)]
        builds += [(Kind.CREATE_INDEX, index) for index in table.indexes if not served_by(index, found)]
    return [Statement(table=table.name, kind=k, name=i.name, indexes=(i,)) for k, i in builds]


def _unfinished(table: Table, found: FoundTable) -> list[Index]:
    """Ours that a crash left invalid: `IF NOT EXISTS` would take them for good."""
    invalid = {index.name for index in found.indexes if not index.valid}
    return [index for index in table.indexes if index.name in invalid]


def served_by(index: Index, found: FoundTable) -> FoundIndex | None:
    """The index, under whatever name, that does what this one is for; None where there is none."""
    width = len(index.columns)
    serving = (
        there
        for there in found.indexes
        if there.valid
        and there.columns[:width] == index.columns
        and (not index.unique or (there.unique and len(there.columns) == width))
    )
    return next(serving, None)


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
    if column.type != SAME_AS_LESSON_ID:
        return column.type
    lessons = found.tables.get("lessons")
    return lessons.columns["id"].type if lessons and "id" in lessons.columns else "text"


def obstacles(found: Found, statements: tuple[Statement, ...]) -> tuple[str, ...]:
    """What the database role lacks for these statements, each as a sentence that names the grant."""
    if not has_host(found):
        return (f"The schema {found.schema} has neither videos nor lessons; check HOST_SCHEMA.",)
    foreign = {s.table for s in statements if (t := found.tables.get(s.table)) and not t.may_change}
    sentences = [
        f"{found.schema}.{name} belongs to {found.tables[name].owner}; needed: "
        f'GRANT "{found.tables[name].owner}" TO "{found.role}".'
        for name in sorted(foreign)
    ]
    if not found.may_create and any(s.kind in (Kind.CREATE_TABLE, Kind.CREATE_INDEX) for s in statements):
        sentences.append(f'Needed: GRANT CREATE ON SCHEMA "{found.schema}" TO "{found.role}".')
    return tuple(sentences)


def changes(statements: tuple[Statement, ...]) -> int:
    """How many columns, indexes and tables a plan adds."""
    counted = (s for s in statements if s.kind is not Kind.DROP_INDEX)
    return sum(len(s.columns) if s.kind is Kind.ADD_COLUMNS else 1 for s in counted)


def _some(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
