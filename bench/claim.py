"""What a bench says: a figure, its limit, and what stands beside it."""

import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """`figure` must not exceed `most` (or, with `least`, must reach it)."""

    name: str
    figure: float
    unit: str
    most: float | None = None
    least: float | None = None
    beside: str = ""
    """Absolute figures and the baseline, for the reader."""

    def holds(self, *, slack: float = 1.0) -> bool:
        """Whether the figure keeps its limit, widened `slack` times."""
        low = self.least is None or self.figure >= self.least / slack
        return low and (self.most is None or self.figure <= self.most * slack)

    def line(self, *, slack: float = 1.0) -> str:
        """`near` is within the slack and beyond the limit itself."""
        limit = f"≤ {self.most:g}" if self.most is not None else f"≥ {self.least:g}"
        mark = "ok  " if self.holds() else "near" if self.holds(slack=slack) else "FAIL"
        return f"{mark} {self.name}: {self.figure:.3g} {self.unit} ({limit}) {self.beside}"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median_s(work: Callable[[], object], *, runs: int) -> float:
    """Median wall seconds over `runs`, after one run that does not count."""
    work()
    return statistics.median(_timed(work) for _ in range(runs))


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def peak_mb() -> float:
    """This process's largest resident size so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
