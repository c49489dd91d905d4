"""What a bench says: a figure, its limit, and what stands beside it."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

TIME = 3.0
RATIO = 1.25
EXACT = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """`figure` must not exceed `most` (or, with `least`, must reach it).

    The full run holds to the limit. The quick one, small and beside other work, allows `slack` times as much:
    `TIME` for milliseconds, which a busy machine stretches, `RATIO` for two figures of the same minute,
    `EXACT` for bytes and counts, which no load changes.
    """

    name: str
    figure: float
    unit: str
    most: float | None = None
    least: float | None = None
    slack: float = RATIO
    beside: str = ""
    """Absolute figures and the baseline, for the reader."""

    def holds(self, *, quick: bool = False) -> bool:
        """Whether the figure keeps its limit; a quick run's limit is the wider one."""
        slack = self.slack if quick else 1.0
        low = self.least is None or self.figure >= self.least / slack
        return low and (self.most is None or self.figure <= self.most * slack)

    def line(self, *, quick: bool = False) -> str:
        """`near` is within the slack and beyond the limit itself."""
        limit = f"≤ {self.most:g}" if self.most is not None else f"≥ {self.least:g}"
        mark = "ok  " if self.holds() else "near" if self.holds(quick=quick) else "FAIL"
        return f"{mark} {self.name}: {self.figure:.3g} {self.unit} ({limit}) {self.beside}"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def medians_s(*works: Callable[[], object], runs: int) -> list[float]:
    """Median wall seconds of each over `runs`, after one run that does not count. They take turns, so that a
    machine that slows down meanwhile slows each of them."""
    rounds = [[_timed(work) for work in works] for _ in range(runs + 1)][1:]
    return [statistics.median(took) for took in zip(*rounds, strict=True)]


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def peak_mb() -> float:
    """This process's largest resident size so far, in MB.

    Not `ru_maxrss`: a child starts with what its parent's was, through `exec`.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
