"""Lessons without any video that read "ready" only because their columns came with it: set to "pending"."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

STATUS_COLUMNS = frozenset({"processing_status", "video_status"})
"""Where they come new into the school's lessons, a correction is due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One walk through all lessons, in rounds: rows that somebody holds (`left`) take another round.

    `after` is the id it goes on behind; None before the first page of a round.
    """

    started_at: datetime
    finished_at: datetime | None = None
    after: str | None = None
    looked: int = 0
    corrected: int = 0
    left: int = 0


class Corrections(Protocol):
    """`mux_admin.lesson_corrections`, and the lessons themselves."""

    def begin(self) -> None:
        """Have all lessons looked through, from the first one on."""

    def is_due(self) -> bool:
        """Whether a walk has been begun and not finished."""

    def next_page(self, *, limit: int) -> Correction | None:
        """Correct among the next `limit` lessons, in the order of their ids, those that still read what they
        were given and have no video; rows that somebody holds are passed over. None where there is nothing
        to walk through: no walk was begun, or the columns are not there yet."""

    def newest(self) -> Correction | None:
        """The last walk; None before the first."""
