"""The usual curve of videos of about the same length, to see one against: a band in which the middle half of
them lies.

Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles

from core.heatmap import Heatmap
from core.retention import LEAST_VIEWS, relative

POINTS = 100
ALIKE = 0.25
"""Videos are alike that are at most this share shorter or longer."""

LEAST_VIDEOS = 5
"""Of fewer nothing is usual, and single ones could be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Quartiles at `POINTS` places of equal distance, relative to the opening, of so many videos."""

    low: tuple[float, ...]
    middle: tuple[float, ...]
    high: tuple[float, ...]
    videos: int


def lengths(duration_s: float) -> tuple[float, float]:
    """The shortest and the longest that is alike.

    >>> lengths(600.0)
    (450.0, 750.0)
    """
    return duration_s * (1 - ALIKE), duration_s * (1 + ALIKE)


def band(heatmaps: Sequence[Heatmap]) -> Band | None:
    """None where too few of them tell."""
    watched = (one for one in heatmaps if (one.total_views or 0) >= LEAST_VIEWS)
    curves = [found for one in watched if (found := resampled(relative(one.buckets)))]
    if len(curves) < LEAST_VIDEOS:
        return None
    low, middle, high = zip(*(quantiles(at, n=4) for at in zip(*curves, strict=True)), strict=True)
    return Band(low=low, middle=middle, high=high, videos=len(curves))


def resampled(shares: Sequence[float | None]) -> list[float]:
    """The curve at `POINTS` places, whatever number of parts it has; a gap is as what was before it."""
    line: list[float] = []
    for point in range(POINTS if shares else 0):
        share = shares[point * len(shares) // POINTS]
        line.append(share if share is not None else line[-1] if line else 1.0)
    return line
