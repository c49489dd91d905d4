"""The platform's own view of who watched what: the school's `lesson_progress`, as it grows.

Pure. A row says how much somebody has watched so far and when that was written last, not what was watched on
which day: so what came to it since the last look counts to the school's day of its `updated_at`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from core.lesson_day_joint import LessonAndDay

OVERLAP = timedelta(hours=1)
"""Rows are looked at again that were written so long before the last look: a transaction may have been slow
to commit them. Nothing counts twice, because each row is compared with what was seen of it."""

SLICE = 100_000
"""Rows that one transaction takes in, more where more have the very same time. Each reads the school's table
whole where it has no index on `updated_at`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One slice: the days of lessons that grew, and up to which time of the rows it went; None: no row was
    left."""

    grew: Sequence[LessonAndDay] = ()
    up_to: datetime | None = None


class OwnProgress(Protocol):
    """The school's `lesson_progress`, what was seen of it, and `mux_admin.own_days`."""

    def own_up_to(self) -> datetime | None:
        """Up to which time of the rows all was taken in."""

    def hold_own(self) -> None:
        """Nobody else takes in rows until the transaction ends."""

    def take_own(self, *, after: datetime | None, today: date, zone: ZoneInfo) -> Taken:
        """Take in the next slice of rows written after that time. Nothing where the school has no such table
        or columns."""

    def note_own(self, up_to: datetime) -> None:
        """Everything up to this time was taken in."""
