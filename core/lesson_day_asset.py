"""Which asset was whose on which day of the school, and which days of lessons follow from it.

Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Protocol
from zoneinfo import ZoneInfo

from core.lesson_day_joint import LessonAndDay, Sides


class LessonAssets(Protocol):
    """`mux_admin.lesson_assets`, and all that is known of lessons on a day."""

    def note_assets(self, *, today: date, zone: ZoneInfo) -> Mapping[str, date]:
        """Keep which assets the school's lessons play at this moment, since when, and until when they played
        others. Returns the lessons of which that changed, and from which day on."""

    def days_of(self, changed: Mapping[str, date]) -> Iterator[Sequence[LessonAndDay]]:
        """By chunks, the days of these lessons that are known to have been watched, from the day given on;
        with them those of lessons that share an asset with them."""

    def lessons_of(self, day: date) -> Sequence[str]:
        """Lessons that something is known of on this day, or was."""

    def sides(self, wanted: Sequence[LessonAndDay]) -> Sequence[Sides]:
        """What is known of each; until the transaction ends nobody else joins figures."""
