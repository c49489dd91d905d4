"""Which lessons need a look: what their figures say, and from where on it is said.

Pure; every threshold stands here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.lesson_day import LessonTotal

LEAST_VIEWS = 20
"""Of fewer views nothing is said: one class more or less would turn it around."""

FELL_BY = 0.5
"""A lesson that lost so much of its views against the period before."""

LEAVES_EARLY = 0.35
"""A view plays less than this share of the video on average."""

FEWEST_TOLD = 5
"""Fewer learners than these are not told apart."""


class Concern(StrEnum):
    """Why a lesson needs a look."""

    UNWATCHED = "unwatched"
    FELL = "fell"
    LEFT_EARLY = "left_early"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A lesson that needs a look. `weight` is how many views are lost by it: what weighs more comes first."""

    lesson_id: str
    concern: Concern
    weight: float
    views: int
    views_before: int
    completion: float | None


def remarks(now: Mapping[str, LessonTotal], before: Mapping[str, LessonTotal]) -> list[Remark]:
    """Lessons whose figures need a look, the heaviest first; of each lesson what weighs most."""
    worst: dict[str, Remark] = {}
    for one in (*_fallen(now, before), *_left(now, before)):
        if one.lesson_id not in worst or one.weight > worst[one.lesson_id].weight:
            worst[one.lesson_id] = one
    return sorted(worst.values(), key=lambda one: (-one.weight, one.lesson_id))


def fewer(count: int) -> int | None:
    """A count of learners as it may be told: None where they are so few that each could be known.

    >>> fewer(0), fewer(4), fewer(5)
    (0, None, 5)
    """
    return None if 0 < count < FEWEST_TOLD else count


def _fallen(now: Mapping[str, LessonTotal], before: Mapping[str, LessonTotal]) -> Iterator[Remark]:
    for lesson_id, then in before.items():
        left = now[lesson_id].views if lesson_id in now else 0
        if then.views >= LEAST_VIEWS and left <= then.views * (1 - FELL_BY):
            yield _remark(Concern.FELL, lesson_id, then.views - left, now, before)


def _left(now: Mapping[str, LessonTotal], before: Mapping[str, LessonTotal]) -> Iterator[Remark]:
    for lesson_id, one in now.items():
        is_early = one.completion is not None and one.completion < LEAVES_EARLY
        if is_early and one.views >= LEAST_VIEWS:
            lost = one.views * (1 - (one.completion or 0.0))
            yield _remark(Concern.LEFT_EARLY, lesson_id, lost, now, before)


def _remark(
    concern: Concern,
    lesson_id: str,
    weight: float,
    now: Mapping[str, LessonTotal],
    before: Mapping[str, LessonTotal],
) -> Remark:
    one, then = now.get(lesson_id), before.get(lesson_id)
    return Remark(
        lesson_id=lesson_id,
        concern=concern,
        weight=weight,
        views=one.views if one else 0,
        views_before=then.views if then else 0,
        completion=one.completion if one else None,
    )
