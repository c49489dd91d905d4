"""How far the figures go, what is in none of them, and that newer ones could not be fetched."""

from collections.abc import Sequence
from datetime import date, timedelta

import streamlit as st

from core import phrases
from core.access import Action, Person, allows
from core.figures import Freshness
from core.month_costs import MonthCosts
from dashboard import bones, formats

DAY = timedelta(days=1)
MOST_NAMED = 4
"""Days, or several in a row; of the rest it says how many."""


def said(costs: MonthCosts) -> str:
    """`Storage as of 10:05. Deliveries as of 9:40, final up to Thu 19 Nov; Mux tells them 12 hours late.`"""
    kept = "" if costs.is_over else f"Storage as of {_moment(costs)}. "
    fresh = costs.fresh
    if fresh.read_at is None:
        return f"{kept}Mux has not been asked for deliveries yet: they are in no figure."
    if fresh.final_to and fresh.final_to >= costs.month.last:
        return f"{kept}Mux's deliveries are final."
    at = formats.moment(fresh.read_at, zone=formats.reader_zone())
    final = f", final up to {phrases.day(fresh.final_to)}" if fresh.final_to else ""
    return f"{kept}Deliveries as of {at}{final}; Mux tells them 12 hours late."


def missing(costs: MonthCosts) -> None:
    """What is in no figure. Nothing there: nothing shown."""
    if sentences := left_out(costs):
        st.warning(formats.literal(" ".join(sentences)), icon=":material/help:")


def left_out(costs: MonthCosts) -> Sequence[str]:
    """What is in no figure, in sentences: days, assets, and what lies in S3."""
    is_asked = costs.fresh.read_at is not None  # before, `said` says that nothing is known of any day
    holes = [untold(costs.holes)] if costs.holes and is_asked else []
    return [*holes, *costs.left_out]


def untold(holes: Sequence[date]) -> str:
    """Which days have no deliveries.

    >>> untold([date(2026, 11, 2), date(2026, 11, 12), date(2026, 11, 13)])
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


def trouble(fresh: Freshness, person: Person) -> None:
    """Why newer figures are missing; what to do, for those who can."""
    if not fresh.error:
        return
    looks = allows(person, Action.SEE_HEALTH)
    hint = fresh.hint if looks else "Whoever runs Lectern sees it too."
    what = "Newer usage could not be fetched" if not fresh.is_partly else "A part of the usage is missing"
    st.warning(formats.literal(f"{what}: {fresh.error} {hint}"), icon=":material/sync_problem:")
    if looks:
        bones.link("health.py", "Go to Health")


def _moment(costs: MonthCosts) -> str:
    return formats.moment(costs.as_of, zone=formats.reader_zone())
