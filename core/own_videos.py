"""A teacher's own videos: how many are on Mux, and which of them need the teacher."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.migration import Trouble
from core.source import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTrouble:
    """A video that needs its owner: by what was found in S3, or by why it did not move."""

    title: str | None
    key: str
    finding: Finding | None
    """MISSING, EMPTY or UNREADABLE; None when the file is there and `trouble` says more."""
    trouble: Trouble | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnVideos:
    """`troubled` has the first ones alone; `in_trouble` counts them all."""

    videos: int
    on_mux: int
    in_trouble: int
    troubled: Sequence[OwnTrouble]
