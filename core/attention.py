"""Which lessons need a look: what their figures say, and from where on it is said.

Pure; every threshold stands here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from heapq import nsmallest

from core.few import FEWEST_TOLD
from core.lesson_day import LessonTotal, Ranking, rank

LEAST_VIEWS = 20
"""Of fewer views nothing is said: one class more or less would turn it around."""

FELL_BY = 0.5
"""A lesson that lost so much of its views against the period before."""

LEAVES_EARLY = 0.35
"""A view plays less than this share of the video on average."""

REWATCHED = 2.0
"""So many views a viewer of a day has of it that day, on average."""

MOST_ASKED = 200
"""Of so many lessons, the most watched ones, it is asked how many views a viewer has."""

HALF_LEFT = 0.5
"""By its curve no more than this share is there after the first tenth of the video."""

FAILS_TO_START = 0.05
"""This share of the views of a lesson ended with an error before the first picture."""


class Concern(StrEnum):
    """Why a lesson needs a look."""

    UNWATCHED = "unwatched"
    FELL = "fell"
    LEFT_EARLY = "left_early"
    REWATCHED = "rewatched"
    FAILS_TO_START = "fails_to_start"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plays:
    """Views of a lesson at Mux, and the viewers of each day added up: who came on two days is two of them.
    `most_viewers` is how many the day with most of them had."""

    views: int
    viewers: int
    most_viewers: int

    @property
    def each(self) -> float:
        """Views of a viewer on a day, on average."""
        return self.views / self.viewers if self.viewers else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Starts:
    """Views of a lesson's video at Mux, and how many of them failed before the first picture."""

    views: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A lesson that needs a look. `weight` is how many views it is about, those that are lost or those that
    come again: what weighs more comes first. `views` None: they are few. `each`: how many views a viewer has
    on a day. `left`: the share of the audience that is there after the first tenth of the video, by its
    curve; None where that is not known."""

    lesson_id: str
    concern: Concern
    weight: float
    views: int | None
    views_before: int
    completion: float | None
    each: float | None = None
    starts: Starts | None = None
    left: float | None = None


def remarks(
    now: Mapping[str, LessonTotal],
    before: Mapping[str, LessonTotal],
    plays: Mapping[str, Plays] | None = None,
    starts: Mapping[str, Starts] | None = None,
    left: Mapping[str, float] | None = None,
) -> list[Remark]:
    """Lessons whose figures need a look, the heaviest first; of each lesson what weighs most. `left`: what
    curves say of how many are there after the first tenth."""
    worst: dict[str, Remark] = {}
    found = (
        *_fallen(now, before),
        *_left(now, before, left or {}),
        *_rewatched(now, before, plays or {}),
        *_failing(now, before, starts or {}),
    )
    for one in found:
        if one.lesson_id not in worst or one.weight > worst[one.lesson_id].weight:
            worst[one.lesson_id] = one
    return sorted(worst.values(), key=lambda one: (-one.weight, one.lesson_id))


def asked(now: Mapping[str, LessonTotal]) -> list[str]:
    """The most watched of these lessons, of which it is worth knowing how often a viewer comes."""
    enough = (one for one in now.values() if one.views >= LEAST_VIEWS)
    return [one.lesson_id for one in nsmallest(MOST_ASKED, enough, key=lambda one: rank(one, Ranking.VIEWS))]


def _fallen(now: Mapping[str, LessonTotal], before: Mapping[str, LessonTotal]) -> Iterator[Remark]:
    for lesson_id, then in before.items():
        left = now[lesson_id].views if lesson_id in now else 0
        if then.views >= LEAST_VIEWS and left <= then.views * (1 - FELL_BY):
            yield _remark(Concern.FELL, lesson_id, then.views - left, now, before)


def _left(
    now: Mapping[str, LessonTotal], before: Mapping[str, LessonTotal], left: Mapping[str, float]
) -> Iterator[Remark]:
    """By the curve; by what a view plays on average where there is none."""
    for lesson_id, one in now.items():
        by_curve = left.get(lesson_id)
        stay = one.completion if by_curve is None else by_curve
        is_early = stay is not None and (stay < LEAVES_EARLY if by_curve is None else stay <= HALF_LEFT)
        if is_early and one.views >= LEAST_VIEWS:
            lost = one.views * (1 - (stay or 0.0))
            yield replace(_remark(Concern.LEFT_EARLY, lesson_id, lost, now, before), left=by_curve)


def _rewatched(
    now: Mapping[str, LessonTotal], before: Mapping[str, LessonTotal], plays: Mapping[str, Plays]
) -> Iterator[Remark]:
    for lesson_id, one in plays.items():
        is_often = one.views >= LEAST_VIEWS and one.each >= REWATCHED
        if is_often and one.most_viewers >= FEWEST_TOLD:
            again = one.views * (1 - REWATCHED / one.each)
            yield replace(_remark(Concern.REWATCHED, lesson_id, again, now, before), each=one.each)


def _failing(
    now: Mapping[str, LessonTotal], before: Mapping[str, LessonTotal], starts: Mapping[str, Starts]
) -> Iterator[Remark]:
    for lesson_id, one in starts.items():
        is_often = one.views >= LEAST_VIEWS and one.failed >= one.views * FAILS_TO_START
        if is_often and one.failed >= FEWEST_TOLD:
            remark = _remark(Concern.FAILS_TO_START, lesson_id, one.failed, now, before)
            yield replace(remark, starts=one)


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
