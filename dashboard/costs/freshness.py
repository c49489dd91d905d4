"""How far the figures go, what is in none of them, and that newer ones could not be fetched."""

from collections.abc import Sequence

import streamlit as st

from core import hole, phrases
from core.access import Action, Person, allows
from core.figures import Freshness
from core.month_costs import MonthCosts
from dashboard import bones, formats


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
    holes = [hole.said(costs.holes)] if costs.holes and is_asked else []
    return [*holes, *costs.left_out]


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
