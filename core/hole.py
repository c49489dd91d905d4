"""Days of which Mux's deliveries are not known, in a sentence.

Pure.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from core import phrases

DAY = timedelta(days=1)
MOST_NAMED = 4
"""Days, or several in a row; of the rest it says how many."""


def said(holes: Sequence[date]) -> str:
    """Which days have no deliveries.

    >>> said([date(2026, 11, 2), date(2026, 11, 12), date(2026, 11, 13)])
    'What Mux delivered on Mon 2 Nov, Thu 12 to Fri 13 Nov is not known, and in no figure.'
    """
    runs = _in_a_row(holes)
    named = ", ".join(_run(days) for days in runs[:MOST_NAMED])
    more = sum(len(days) for days in runs[MOST_NAMED:])
    rest = f" and {phrases.counted(more, 'more day')}" if more else ""
    return f"What Mux delivered on {named}{rest} is not known, and in no figure."


def _in_a_row(days: Sequence[date]) -> list[list[date]]:
    """The same, each with those that follow it at once."""
    found: list[list[date]] = []
    for day in sorted(days):
        if found and day - found[-1][-1] == DAY:
            found[-1].append(day)
        else:
            found.append([day])
    return found


def _run(days: Sequence[date]) -> str:
    first, last = days[0], days[-1]
    return phrases.day(first) if first == last else f"{first:%a} {first.day} to {phrases.day(last)}"
