"""A scan as people follow it: who asked, how far it is, and how it ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

TAKEN_WITHIN = timedelta(seconds=20)
"""A worker that runs takes a scan within a second or two."""

MOVES_WITHIN = timedelta(minutes=3)
"""A page of a listing takes a second, linking the rows of a large school a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRun:
    """One scan of all configured buckets; it ends when rows are linked and findings computed."""

    id: int
    asked_by: str
    asked_at: datetime
    started_at: datetime | None = None
    moved_at: datetime | None = None
    finished_at: datetime | None = None
    objects: int = 0
    """Seen so far."""
    buckets: int = 0
    """Walked to their end."""
    sources: int = 0
    rows: int = 0
    """Host rows that point at a source."""
    error: str | None = None
    hint: str = ""

    @property
    def is_open(self) -> bool:
        return self.finished_at is None

    def is_stuck(self, now: datetime) -> bool:
        """Whether nobody seems to work on it, so that waiting makes no sense."""
        if not self.is_open:
            return False
        if self.moved_at is None:
            return now - self.asked_at > TAKEN_WITHIN
        return now - self.moved_at > MOVES_WITHIN


class ScanRuns(Protocol):
    """`mux_admin.scan_runs`; at most one is open."""

    def ask(self, asked_by: str) -> ScanRun:
        """The open run, else a new one."""

    def begin(self, asked_by: str) -> ScanRun:
        """The same, marked as started."""

    def moved(self, run_id: int, *, objects: int) -> None:
        """So many more objects were seen."""

    def close(
        self, run_id: int, *, buckets: int, sources: int, rows: int, error: str | None, hint: str
    ) -> None:
        """End it, unless it has ended."""

    def newest(self) -> ScanRun | None:
        """The last scan, under way or ended; None before the first."""
