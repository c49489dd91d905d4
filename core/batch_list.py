"""The list of batches: what narrows it, its orders, and what of it needs a person."""

from dataclasses import dataclass
from enum import StrEnum

from core.batch import Progress
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


@dataclass(frozen=True, slots=True, kw_only=True)
class StillFailed:
    """A batch with videos that are not on Mux because they failed in it."""

    batch_id: int
    name: str
    videos: int
