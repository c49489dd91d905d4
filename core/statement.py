"""What a plan consists of: statements that change the host's tables, each with what it locks in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from core.found import Relation
from core.target import Column, Index


class Kind(StrEnum):
    """What a statement does."""

    CREATE_TABLE = "create table"
    ADD_COLUMNS = "add columns"
    SET_DEFAULTS = "set defaults of"
    DROP_INDEX = "drop unfinished index"
    CREATE_INDEX = "create index"
    CREATE_INDEX_ON_ONLY = "create index of partitions"
    ATTACH_INDEX = "attach index"
    GUARD_EMPTY = "keep empty"
    VALIDATE_EMPTY = "look through"
    DROP_GUARDS = "lift the checks on"
    DROP_COLUMNS = "drop columns"
    DROP_TABLE = "drop table"
    REMOVE_INDEX = "drop index"
    REMOVE_INDEX_OF_PARTITIONS = "drop index of all partitions"
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
    """One statement of a plan; `core/db/ddl.py` spells it in SQL."""

    table: str
    kind: Kind
    name: str
    """Of the table or index."""
    columns: tuple[Column, ...] = ()
    indexes: tuple[Index, ...] = ()
    on: Relation | None = None
    """The partition that it is about; None: the table."""
    into: Relation | None = None
    """The index that another one is attached to."""
    guards: tuple[str, ...] = ()
    """Columns whose checks it is about."""
    defaults: tuple[Column, ...] = ()
    """Columns that are there, whose declared default new rows are to get again."""

    @property
    def description(self) -> str:
        """In words, with what it locks and for how long."""
        where = self.on.name if self.on else self.table
        empties = _some(len(self.guards), "column")
        into = self.into.name if self.into else ""
        again = ", ".join(column.name for column in self.defaults)
        also = f" Also sets the default of {again} again." if self.columns and again else ""
        words = {
            Kind.CREATE_TABLE: f"Create the table {self.name}. Nobody uses it yet, so nobody waits.",
            Kind.ADD_COLUMNS: f"Add {_some(len(self.columns), 'column')} to {self.table}. Locks it for "
            f"milliseconds, because no row is rewritten; gives way at once to whoever is using it.{also}",
            Kind.SET_DEFAULTS: f"Set the default of {again} in {self.table} again, for new rows; the others "
            "stay as they are. Locks it for milliseconds.",
            Kind.DROP_INDEX: f"Drop {self.name}, left unfinished by an earlier run. Reads and writes go on.",
            Kind.CREATE_INDEX: f"Build {self.name} on {where}. Reads and writes go on; it takes as long as "
            "reading the table.",
            Kind.CREATE_INDEX_ON_ONLY: f"Declare {self.name} on {where}, without its partitions, which get "
            "theirs next. Locks it against writes for milliseconds.",
            Kind.ATTACH_INDEX: f"Make {self.name} of {where} a part of {into}. Locks that index for "
            "milliseconds.",
            Kind.GUARD_EMPTY: f"Keep {empties} of {self.table} empty by a check. Locks it for milliseconds.",
            Kind.VALIDATE_EMPTY: f"See whether {empties} of {self.table} are empty in every row. Reads and "
            "writes go on.",
            Kind.DROP_GUARDS: f"Take the checks on {self.table} away again. Locks it for milliseconds.",
            Kind.DROP_COLUMNS: f"Drop {empties} of {self.table}, empty in every row. Locks it for "
            "milliseconds.",
            Kind.DROP_TABLE: f"Drop the table {self.name}, which has no rows.",
            Kind.REMOVE_INDEX: f"Drop {self.name}. Reads and writes go on.",
            Kind.REMOVE_INDEX_OF_PARTITIONS: f"Drop {self.name} of all partitions. Locks {self.table} for "
            "milliseconds.",
        }
        return words[self.kind]


class Sent(Protocol):
    """A statement as it will be sent, with what it does in words."""

    @property
    def description(self) -> str: ...

    @property
    def sql(self) -> str: ...


def script(statements: Iterable[Sent]) -> str:
    """One script for people, each statement below a comment that says what it does. `CONCURRENTLY` runs
    outside of a transaction."""
    return "\n\n".join(f"-- {one.description}\n{one.sql.rstrip().rstrip(';')};" for one in statements)


def _some(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
