"""Moments of a retention curve that have a name: where the beginning loses viewers, where a part is played
again or left out, where nearly all stay.

Pure. All that decides stands here, in shares of those who began.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

from core.audience import most_viewers
from core.heatmap import LessonHeatmap
from core.retention import Curve, around, curve_of, leaving, left_at, thinned

INTRO_S = 30.0
INTRO_SHARE = 0.2
"""The beginning is so long, at most this share of a short video."""

INTRO_LOSS = 0.15
"""So many leave in the beginning before it is named."""

STANDS_OUT = 0.1
"""A part that lies so much over or under what surrounds it."""

STEADY_LOSS = 0.03
STEADY_SHARE = 0.25
"""Where no more than so many leave for at least this share of the video."""

MOST_OF_A_KIND = 3


EARLY = 0.1
EARLY_PARTS = 50
"""Who leaves in the first tenth of a video leaves early; of so many parts that is told well enough."""


class Named(StrEnum):
    INTRO_DROP = "intro drop"
    SPIKE = "spike"
    DIP = "dip"
    STEADY = "steady"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """`size` is by how many of those who began: how many leave, how much more or less than around it."""

    named: Named
    start_s: float
    end_s: float
    size: float


def moments(curve: Curve) -> list[Moment]:
    """What stands out, in the order of the video."""
    out = _out(curve)
    found = [
        *_intro_drop(curve),
        *_largest(_runs(curve, Named.SPIKE, out)),
        *_largest(_runs(curve, Named.DIP, [-one for one in out])),
        *_steady(curve),
    ]
    return sorted(found, key=lambda one: (one.start_s, one.end_s))


def left_early(found: Mapping[str, LessonHeatmap]) -> dict[str, float]:
    """How many are left of each after the first tenth of the video, by its curve; without those that have
    none which may be told."""
    curves = {
        lesson_id: curve_of(
            replace(one.heatmap, buckets=thinned(one.heatmap.buckets, EARLY_PARTS)),
            duration_s=one.duration_s,
            viewers=most_viewers(one.audience),
        )
        for lesson_id, one in found.items()
    }
    return {
        lesson_id: left_at(curve, EARLY) for lesson_id, curve in curves.items() if isinstance(curve, Curve)
    }


def _intro_drop(curve: Curve) -> Iterator[Moment]:
    end_s = min(INTRO_S, curve.duration_s * INTRO_SHARE)
    line, place = leaving(curve), curve.place(end_s)
    loss = line[0] - line[place]
    if loss >= INTRO_LOSS:
        yield Moment(named=Named.INTRO_DROP, start_s=0.0, end_s=end_s, size=loss)


def _out(curve: Curve) -> list[float]:
    """How far each part lies over what surrounds it; a gap lies nowhere."""
    pairs = zip(curve.shares, around(curve.shares), strict=True)
    return [0.0 if share is None or middle is None else share - middle for share, middle in pairs]


def _runs(curve: Curve, named: Named, out: Sequence[float]) -> Iterator[Moment]:
    for stands_out, run in groupby(enumerate(out), lambda one: one[1] >= STANDS_OUT):
        if stands_out:
            places = [*run]
            yield Moment(
                named=named,
                start_s=curve.start_s(places[0][0]),
                end_s=curve.start_s(places[-1][0] + 1),
                size=max(size for _, size in places),
            )


def _largest(found: Iterator[Moment]) -> list[Moment]:
    return sorted(found, key=lambda one: -one.size)[:MOST_OF_A_KIND]


def _steady(curve: Curve) -> Iterator[Moment]:
    """The longest stretch that loses next to nobody; nothing is said of a video that loses nobody at all."""
    line = leaving(curve)
    start, end = _longest(line)
    is_long = (end - start) / len(line) >= STEADY_SHARE
    if is_long and line[0] - line[-1] > STEADY_LOSS:
        size = line[start] - line[end - 1]
        yield Moment(named=Named.STEADY, start_s=curve.start_s(start), end_s=curve.start_s(end), size=size)


def _longest(line: Sequence[float]) -> tuple[int, int]:
    """First and after the last place of the longest run that loses no more than `STEADY_LOSS`."""
    best, start = (0, 0), 0
    for end, left in enumerate(line, 1):
        while line[start] - left > STEADY_LOSS:
            start += 1
        if end - start > best[1] - best[0]:
            best = (start, end)
    return best
