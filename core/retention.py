"""Retention: how many of those who began a video are still there as it goes on, read from its heatmap.

Pure. Mux does not publish the scale of a heatmap, so that every figure is taken relative to the video's own
opening: 1 is as much as at the start, more where a part is played again. Nothing is cut off at 1.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from statistics import fmean, median

from core.few import FEWEST_TOLD
from core.heatmap import Heatmap, Progress

LEAST_VIEWS = 5
"""Fewer are single people, and chance; fewer viewers are that as well."""

OPENING = 0.1
"""In this first part of the video the opening is looked for, where its very first figure is missing."""

AROUND = 0.12
"""What surrounds a part reaches so far to either side, as a share of the video. What stands out for as long
as that is taken for the video's own course."""

END = 0.95
"""Whoever comes here has watched to the end: what follows is credits and silence."""


class NoCurve(StrEnum):
    """Why there is nothing to draw."""

    NO_VIEWS = "no views"
    FEW_VIEWS = "few views"
    FEW_VIEWERS = "few viewers"
    NO_FIGURES = "no figures"
    """Mux counts views, but says nothing of the parts: their player was too old to tell."""
    NO_OPENING = "no opening"
    """There is no figure of the start to take the others by."""
    NO_LENGTH = "no length"


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """`shares` are equal parts of the video, relative to its opening; None where there is no figure."""

    shares: tuple[float | None, ...]
    duration_s: float

    def start_s(self, place: int) -> float:
        """Where the part of this number begins; that of the last one's end too."""
        return place * self.duration_s / len(self.shares)

    def place(self, at_s: float) -> int:
        """The number of the part in which this moment lies."""
        return min(max(int(at_s / self.duration_s * len(self.shares)), 0), len(self.shares) - 1)


class Basis(StrEnum):
    """What the share that watches to the end was worked out from."""

    HEATMAP = "heatmap"
    PROGRESS = "progress"
    PLAYING = "playing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """The share of viewers that watches to the end: an estimate, whatever it rests on."""

    share: float
    basis: Basis


def curve_of(heatmap: Heatmap, *, duration_s: float | None, viewers: int | None = None) -> Curve | NoCurve:
    """The heatmap over the video's own time, or why there is none to look at. `viewers` None: not known."""
    if heatmap.total_views == 0:
        return NoCurve.NO_VIEWS
    if heatmap.total_views is not None and heatmap.total_views < LEAST_VIEWS:
        return NoCurve.FEW_VIEWS
    if viewers is not None and viewers < FEWEST_TOLD:
        return NoCurve.FEW_VIEWERS
    if not any(heatmap.buckets):
        return NoCurve.NO_FIGURES
    if not duration_s:
        return NoCurve.NO_LENGTH
    shares = relative(heatmap.buckets)
    return Curve(shares=shares, duration_s=duration_s) if shares else NoCurve.NO_OPENING


def relative(buckets: Sequence[float | None]) -> tuple[float | None, ...]:
    """Each figure by that of the opening; nothing where there is none.

    >>> relative((0.8, 0.4, None, 1.0)), relative((0.0, 0.4))
    ((1.0, 0.5, None, 1.25), ())
    """
    first = buckets[: max(1, int(len(buckets) * OPENING))]
    opening = next((one for one in first if one is not None), None)
    if not opening or opening < 0:
        return ()
    return tuple(None if one is None else one / opening for one in buckets)


def thinned(shares: Sequence[float | None], most: int) -> tuple[float | None, ...]:
    """As `most` equal parts, where there are more: each the mean of what it takes together, a gap where that
    is none but gaps.

    >>> thinned((1.0, 0.5, None, 0.25), 2), thinned((1.0, None), 2)
    ((0.75, 0.25), (1.0, None))
    """
    if len(shares) <= most:
        return tuple(shares)
    edges = [place * len(shares) // most for place in range(most + 1)]
    parts = ([one for one in shares[start:end] if one is not None] for start, end in pairwise(edges))
    return tuple(fmean(part) if part else None for part in parts)


def around(shares: Sequence[float | None]) -> list[float | None]:
    """What surrounds each part: the middle of it and its neighbours, which keeps steps and slopes as they
    are, and leaves out what is short and stands out. A gap stays one."""
    most = int(len(shares) * AROUND)
    return [
        None if share is None else _middle(shares, place, min(most, place, len(shares) - 1 - place))
        for place, share in enumerate(shares)
    ]


def _middle(shares: Sequence[float | None], place: int, reach: int) -> float:
    return median(one for one in shares[place - reach : place + reach + 1] if one is not None)


def leaving(curve: Curve) -> tuple[float, ...]:
    """How many are left, part by part: the falling line that fits the curve best.

    What is played again or left out makes a curve rise and fall; nobody who left comes back. So parts that
    stand out are set aside, and where it still rises, neighbours are taken together at their mean (isotonic
    regression by least squares).
    """
    levels = list(_levels(around(curve.shares)))
    first = next(level for level in levels if level is not None)
    line: list[float] = []
    for level in levels:
        line.append(level if level is not None else line[-1] if line else first)
    return tuple(line)


def _levels(shares: Sequence[float | None]) -> Iterator[float | None]:
    blocks: list[tuple[float, int]] = []
    for share in shares:
        if share is None:
            continue
        mean, count = share, 1
        while blocks and blocks[-1][0] < mean:
            before, many = blocks.pop()
            mean, count = (before * many + mean * count) / (many + count), many + count
        blocks.append((mean, count))
    levels = iter([mean for mean, count in blocks for _ in range(count)])
    return (None if share is None else next(levels) for share in shares)


def half_gone_s(curve: Curve) -> float | None:
    """When half of the viewers have left; None where more than that stay."""
    line = leaving(curve)
    return next((curve.start_s(place) for place, left in enumerate(line) if left <= 0.5), None)


def left_at(curve: Curve, share: float) -> float:
    """How many are left at this share of the video's length."""
    return leaving(curve)[curve.place(share * curve.duration_s)]


def completion(
    curve: Curve | None, *, progress: Progress, playing_ms: int, whole_ms: int | None
) -> Completion | None:
    """By the heatmap's end, else by the platform's own record, else by what was played of what there was to
    play; None where none of them tells, and of a figure over 1, which is no share."""
    told = (
        (Basis.HEATMAP, left_at(curve, END) if curve else None),
        (Basis.PROGRESS, _share(progress.finished, progress.learners, least=LEAST_VIEWS)),
        (Basis.PLAYING, _share(playing_ms, whole_ms or 0)),
    )
    found = ((share, basis) for basis, share in told if share is not None and share <= 1)
    return next((Completion(share=share, basis=basis) for share, basis in found), None)


def _share(part: int, whole: int, *, least: int = 1) -> float | None:
    return part / whole if whole >= least else None
