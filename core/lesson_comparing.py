"""Comparing lessons: how a few of them are watched over the same days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core import syncing
from core.access import Person
from core.errors import NotAllowed, NotFound
from core.figures import Freshness
from core.library import LibraryFilter, LibrarySort
from core.period import Days, Period
from core.ports import Services
from core.retention_looking import LessonViewing, look
from core.viewing import reader_of

MOST_COMPARED = 5
MOST_OFFERED = 50
LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Lessons over the same days, in the order in which they were asked for.

    `missing` are those that are not there, or not the person's to see.
    """

    days: Days
    fresh: Freshness
    lessons: Sequence[LessonViewing]
    missing: Sequence[str]

    @property
    def known(self) -> frozenset[date]:
        """Days of which there are figures of any of them."""
        return frozenset().union(*(one.known for one in self.lessons))


def compare(lessons: Sequence[str], period: Period, *, by: Person, services: Services) -> Comparison:
    """The first `MOST_COMPARED` of these lessons as far as they are known here; what is due of each is asked
    for, and comes later. Raises `NotAllowed` for whoever sees no lesson's figures."""
    reader_of(by)
    fresh = syncing.freshness(services=services)
    days = fresh.days(period, now=services.clock(), zone=services.settings.school_timezone)
    found: list[LessonViewing] = []
    missing: list[str] = []
    for lesson_id in [*dict.fromkeys(lessons)][:MOST_COMPARED]:
        try:
            found.append(look(lesson_id, period, by=by, services=services))
        except (NotFound, NotAllowed):
            missing.append(lesson_id)
    return Comparison(days=days, fresh=fresh, lessons=found, missing=missing)


def offered(search: str, *, by: Person, services: Services) -> dict[str, str]:
    """Titles by id of lessons that can be compared and match all words, at most `MOST_OFFERED`, by title.
    Raises `NotAllowed`."""
    reader, words = reader_of(by), LibraryFilter(search=search.replace("\0", "")[:LONGEST_SEARCH])
    with services.uow("compare.offered.read") as tx:
        found = tx.library.page(words, LibrarySort.TITLE, reader=reader, number=1, size=MOST_OFFERED)
    return {one.lesson_id: one.title for one in found}
