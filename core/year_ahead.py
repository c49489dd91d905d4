"""A year ahead: minutes a day, in blocks of 28 days, carried on in the way that missed least when tried.

Pure. Blocks have four of each weekday, and thirteen of them make a year but a day, so that neither the length
of months nor weekends look like a season. Minutes are no money: as usage they become Decimal.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import takewhile
from math import isfinite
from typing import Protocol

from core.usage import Month

BLOCK_D = 28
KNOWN_D = 14
"""A block of which fewer days are known is not known."""

YEAR_BLOCKS = 13
TREND_BLOCKS = 6
"""Of fewer a trend would be a guess."""

MOST_HELD = 6
"""Blocks that are kept back at most to try a way of forecasting on."""


class Way(StrEnum):
    """How it is carried on, the simplest first."""

    RECENT = "recent"
    """As in the last 28 days."""
    YEAR_AGO = "year ago"
    """As in the same weeks a year before."""
    TREND = "trend"
    """A trend that levels off, with the seasons of a year where two years are known."""


class Forecaster(Protocol):
    """What finds a trend and seasons in a row of figures."""

    def ahead(self, past: Sequence[float], *, steps: int, season: int) -> Sequence[float]:
        """So many more figures; `season` is how many make a year, 0: none are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How far one way was off the blocks that were kept back."""

    way: Way
    missed: float
    """The mean of what it was off, in minutes a day, whichever way."""
    share: float | None
    """Of what was counted; None where nothing was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YearAhead:
    """Minutes a day in the blocks after `last`."""

    last: date
    blocks: int
    """Of the past, without a gap up to `last`."""
    held: int
    """Of these, kept back for the trials."""
    trials: Sequence[Trial]
    way: Way
    per_day: Sequence[float]

    @property
    def missed(self) -> float | None:
        """What the way that is used was off, in minutes a day; None where it could not be tried."""
        return next((one.missed for one in self.trials if one.way is self.way), None)

    def minutes(self, first: date, last: date, *, off: float = 0.0) -> float:
        """From `first` to `last`, both in it and after the past; each day `off` more, never below zero."""
        days = range((first - self.last).days - 1, (last - self.last).days)
        return sum(max(0.0, self.per_day[back // BLOCK_D] + off) for back in days)


def year_ahead(
    by_day: Mapping[date, float],
    *,
    first: date,
    last: date,
    holes: Collection[date] = (),
    months: Sequence[Month],
    forecaster: Forecaster | None,
) -> YearAhead | None:
    """Up to the end of `months`; None where no block is known. A day without a figure is zero, one among
    `holes` unknown. Without a `forecaster` no trend is looked for."""
    past = blocks(by_day, first=first, last=last, holes=holes)
    if not past:
        return None
    steps = -(-(months[-1].last - last).days // BLOCK_D)
    held = min(MOST_HELD, max(1, len(past) // 3)) if len(past) > 1 else 0
    trials = tried(past, held, forecaster)
    way = min(trials, key=lambda one: one.missed).way if trials else Way.RECENT
    seasonal = len(past) - held >= 2 * YEAR_BLOCKS
    per_day = carried_on(way, past, steps=steps, seasonal=seasonal, forecaster=forecaster)
    return YearAhead(last=last, blocks=len(past), held=held, trials=trials, way=way, per_day=per_day)


def blocks(
    by_day: Mapping[date, float], *, first: date, last: date, holes: Collection[date] = ()
) -> list[float]:
    """The mean of a day in each block of 28 days that ends with `last`, back to a gap or to `first`.

    >>> blocks({date(2026, 1, 28): 56.0}, first=date(2026, 1, 1), last=date(2026, 1, 28))
    [2.0]
    """
    count = ((last - first).days + 1) // BLOCK_D
    ends = [last - timedelta(days=BLOCK_D * back) for back in range(count)]
    means = takewhile(lambda mean: mean is not None, (_mean(by_day, end, frozenset(holes)) for end in ends))
    return [mean for mean in means if mean is not None][::-1]


def _mean(by_day: Mapping[date, float], end: date, holes: frozenset[date]) -> float | None:
    days = [day for back in range(BLOCK_D) if (day := end - timedelta(days=back)) not in holes]
    return sum(by_day.get(day, 0.0) for day in days) / len(days) if len(days) >= KNOWN_D else None


def tried(past: Sequence[float], held: int, forecaster: Forecaster | None) -> Sequence[Trial]:
    """Each way for which there is enough without the last `held` blocks, tried on these."""
    known, kept_back = past[: len(past) - held], past[len(past) - held :]
    least = {Way.RECENT: 1, Way.YEAR_AGO: YEAR_BLOCKS} | ({Way.TREND: TREND_BLOCKS} if forecaster else {})
    seasonal = len(known) >= 2 * YEAR_BLOCKS
    ways = [way for way, needed in least.items() if held and len(known) >= needed]
    return [
        trial_of(way, carried_on(way, known, steps=held, seasonal=seasonal, forecaster=forecaster), kept_back)
        for way in ways
    ]


def trial_of(way: Way, told: Sequence[float], counted: Sequence[float]) -> Trial:
    """What was told against what was counted.

    >>> trial_of(Way.RECENT, [10.0, 10.0], [12.0, 8.0])
    Trial(way=<Way.RECENT: 'recent'>, missed=2.0, share=0.2)
    """
    off, whole = sum(abs(a - b) for a, b in zip(told, counted, strict=True)), sum(counted)
    return Trial(way=way, missed=off / len(counted), share=off / whole if whole else None)


def carried_on(
    way: Way, past: Sequence[float], *, steps: int, seasonal: bool, forecaster: Forecaster | None
) -> Sequence[float]:
    """So many more blocks, never below zero."""
    if way is Way.YEAR_AGO:
        return [past[len(past) - YEAR_BLOCKS + step % YEAR_BLOCKS] for step in range(steps)]
    if way is Way.TREND and forecaster:
        found = forecaster.ahead(past, steps=steps, season=YEAR_BLOCKS if seasonal else 0)
        return [max(0.0, one) if isfinite(one) else past[-1] for one in found]
    return [past[-1]] * steps
