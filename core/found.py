"""What was found of the host's tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundColumn:
    """`type` has its length and precision, `base_type` has not. `default` is the expression for new rows as
    PostgreSQL spells it, None where there is none; it counts only where `default_told`."""

    name: str
    type: str
    base_type: str
    default: str | None = None
    default_told: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Relation:
    """A table or index by its full name."""

    schema: str
    name: str

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundIndex:
    """An index over plain columns of all rows; `valid` is False where a concurrent build was cut off, or
    where not every partition has its own yet. `parent` is the name of the index it is attached to."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False
    valid: bool = True
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPartition:
    """A partition at whatever level below a table of the host's. A leaf holds rows, on another server where
    it is foreign. `may_create`: whether our role may create indexes in its schema."""

    relation: Relation
    parent: Relation
    is_leaf: bool = True
    is_foreign: bool = False
    owner: str = ""
    may_change: bool = True
    may_create: bool = True
    indexes: tuple[FoundIndex, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTable:
    """`may_change` says whether our role may alter it; PostgreSQL wants its owner for that."""

    name: str
    columns: Mapping[str, FoundColumn]
    indexes: tuple[FoundIndex, ...] = ()
    owner: str = ""
    may_change: bool = True
    partitioned: bool = False
    partitions: tuple[FoundPartition, ...] = ()
    """From the upper levels down."""
    guards: Mapping[str, bool] = field(default_factory=dict)
    """Columns that a check of ours keeps empty during an undo, and whether every row was looked at."""

    @property
    def foreign(self) -> tuple[FoundPartition, ...]:
        """Partitions whose rows lie on another server: they take no index, and their columns are not ours."""
        return tuple(part for part in self.partitions if part.is_foreign)

    @property
    def local_leaves(self) -> tuple[FoundPartition, ...]:
        return tuple(part for part in self.partitions if part.is_leaf and not part.is_foreign)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The part of the host's schema that concerns us, as it is."""

    schema: str
    role: str
    tables: Mapping[str, FoundTable]
    may_create: bool = True
    """Whether our role may create tables and indexes in the schema."""
    user_id_type: str = "text"
    """What the school numbers its people with; text where it has no table of them."""
    added: frozenset[tuple[str, str]] = frozenset()
    """Table and name of what runs of ours have added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Facts that were written late, and what stood there."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A host row some of whose facts wait for columns, and the batch items that wait with it."""

    table: str
    row_id: str
    item_ids: tuple[UUID, ...] = ()
