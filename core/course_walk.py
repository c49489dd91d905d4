"""How far learners come in a course, and how long those take who finish it: by the school's own progress.

Pure. Few learners are not told apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.few import FEWEST_TOLD


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Stops:
    """At which places before the last learners stop, and how many came `to_last`, of `learners` in all; None
    where that is not told. `others` are those of all places that are not told."""

    at: Mapping[int, int]
    to_last: int | None
    others: int
    learners: int

    @property
    def largest(self) -> int | None:
        """The place at which most stop, the first of several."""
        return min(self.at, key=lambda place: (-self.at[place], place), default=None)


def stops(course: CourseWalk) -> Stops:
    """Where learners stop. Places with fewer than `FEWEST_TOLD` are taken together, the last lesson like any
    other, with the smallest that is told where they are as few even so: none is known by what is missing."""
    furthest, last = course.walk.furthest, len(course.lessons) - 1
    told = {place: count for place, count in furthest.items() if count >= FEWEST_TOLD}
    others = course.walk.learners - sum(told.values())
    if told and 0 < others < FEWEST_TOLD:
        others += told.pop(min(told, key=lambda place: (told[place], place)))
    to_last = told.pop(last, None) if furthest.get(last) else 0
    return Stops(at=told, to_last=to_last, others=others, learners=course.walk.learners)


def finished_told(course: CourseWalk) -> int | None:
    """How many finished all; None where fewer than `FEWEST_TOLD` did, or came to the last lesson without."""
    finished, to_last = course.walk.finished, stops(course).to_last
    if to_last is None or finished < FEWEST_TOLD or 0 < to_last - finished < FEWEST_TOLD:
        return None
    return finished
