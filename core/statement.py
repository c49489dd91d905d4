"""What a plan consists of: statements that change the host's tables, each with what it locks in words."""

from dataclasses import dataclass
from enum import StrEnum

from core.target import Column, Index


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


def _some(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
