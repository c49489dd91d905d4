"""How far learners come in a course, and how long those take who finish it: by the school's own progress.

Pure. Few learners are not told apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.attention import FEWEST_TOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Learners of some lessons in their order. `furthest`: how many came no further than the lesson at this
    place, from 0. `finished` came to the end of each lesson; half of them within so many `days`, the first
    and the last among them."""

    furthest: Mapping[int, int]
    finished: int = 0
    days: int | None = None

    @property
    def learners(self) -> int:
        return sum(self.furthest.values())

    @property
    def days_told(self) -> int | None:
        """None where too few finished."""
        return self.days if self.finished >= FEWEST_TOLD else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseWalk:
    """A course's published lessons, id and title, and how learners walk through them."""

    lessons: Sequence[tuple[str, str]]
    walk: Walk

    @property
    def to_last(self) -> int:
        """How many came to the last lesson."""
        return self.walk.furthest.get(len(self.lessons) - 1, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stops:
    """At which places learners stop, of `learners` in all; `others` stop where fewer than five do."""

    at: Mapping[int, int]
    others: int
    learners: int

    @property
    def largest(self) -> int | None:
        """The place at which most stop, the first of several."""
        return min(self.at, key=lambda place: (-self.at[place], place), default=None)


def stops(course: CourseWalk) -> Stops:
    """Where learners stop before the last lesson. Places with fewer than `FEWEST_TOLD` are taken together,
    with the smallest of the others where they are as few even so."""
    last = len(course.lessons) - 1
    before = {place: count for place, count in course.walk.furthest.items() if place < last}
    told = {place: count for place, count in before.items() if count >= FEWEST_TOLD}
    others = sum(before.values()) - sum(told.values())
    if told and 0 < others < FEWEST_TOLD:
        others += told.pop(min(told, key=lambda place: (told[place], place)))
    return Stops(at=told, others=others, learners=course.walk.learners)
