"""Few: figures of so few views or people that they are not told, and which others would tell them.

Pure. Fewer than five views are fewer than five people, whoever counted them. What is told of anything that is
cut into cells beside its sum (the days of a period, its lessons, the weeks of a lesson) asks here which.
"""

from collections.abc import Collection, Hashable, Mapping
from datetime import date
from heapq import nsmallest
from typing import TypeVar

from core.period import Grain, piece_of

FEWEST_TOLD = 5
"""Fewer learners, viewers or views than these are not told."""

Cell = TypeVar("Cell", bound=Hashable)


def fewer(count: int) -> int | None:
    """A count as it may be told: None where it is of so few that each could be known.

    >>> fewer(0), fewer(4), fewer(5)
    (0, None, 5)
    """
    return None if 0 < count < FEWEST_TOLD else count


def hidden(counts: Mapping[Cell, int]) -> frozenset[Cell]:
    """The cells that are not told beside their sum: those of few, and the smallest of the others where the
    sum would tell them without it. Cells of none are told as none.

    >>> sorted(hidden({"Mon": 30, "Tue": 3, "Wed": 7, "Thu": 0})), sorted(hidden({"Mon": 30, "Tue": 30}))
    (['Tue', 'Wed'], [])
    """
    few = [cell for cell, count in counts.items() if fewer(count) is None]
    if not few or _is_enough([counts[cell] for cell in few]):
        return frozenset(few)
    others = (cell for cell, count in counts.items() if count >= FEWEST_TOLD)
    return frozenset([*few, *nsmallest(1, others, key=lambda cell: (counts[cell], str(cell)))])


def hidden_days(counts: Mapping[date, int]) -> frozenset[date]:
    """The same of days, beside the sums of their weeks as well: so that a week that is told elsewhere, or a
    period that begins with another one, tells none of them.

    >>> week = {date(2026, 11, day): count for day, count in ((16, 9), (17, 3), (18, 30), (25, 4))}
    >>> [day.day for day in sorted(hidden_days(week))]
    [16, 17, 25]
    """
    weeks: dict[date, dict[date, int]] = {}
    for day, count in counts.items():
        weeks.setdefault(piece_of(day, Grain.WEEK), {})[day] = count
    unseen = frozenset(day for week in weeks.values() for day in hidden(week))
    return unseen if not unseen or _is_enough([counts[day] for day in unseen]) else unseen | hidden(counts)


def told_sum(counts: Mapping[Cell, int]) -> int | None:
    """The sum of the cells as it may be told beside those that are not hidden; None where that would tell
    of a hidden one.

    >>> told_sum({"Mon": 30, "Tue": 3}), told_sum({"Mon": 3}), told_sum({day: 1 for day in range(5)})
    (33, None, None)
    """
    unseen = [counts[cell] for cell in hidden(counts)]
    return sum(counts.values()) if not unseen or _is_enough(unseen) else None


def _is_enough(counts: Collection[int]) -> bool:
    """Whether their sum tells none of them: neither one alone, nor each where all are one."""
    return len(counts) > 1 and sum(counts) >= FEWEST_TOLD and sum(counts) > len(counts)
