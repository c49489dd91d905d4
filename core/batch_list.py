"""The list of batches: what narrows it, its orders, and what of it needs a person."""

from dataclasses import dataclass
from enum import StrEnum

from core.batch import BatchKind, Progress
from core.records import Batch

Line = tuple[Batch, Progress]


class BatchSort(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    NAME = "name"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFilter:
    """Which batches to list; an empty field does not narrow. All values are text, as in a URL."""

    search: str = ""
    """Part of the name, whatever its case."""
    state: str = ""
    starter: str | None = None
    """Only those that this person started over lessons, by subject; None: anybody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StillFailed:
    """A batch with videos that are not on Mux because they failed in it, or lessons that are as they were."""

    batch_id: int
    name: str
    items: int
    kind: BatchKind = BatchKind.MIGRATION
