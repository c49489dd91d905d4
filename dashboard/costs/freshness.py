"""How far the figures go, what is in none of them, and that newer ones could not be fetched."""

import streamlit as st

from core.access import Action, Person, allows
from core.figures import Freshness
from core.month_costs import MonthCosts
from core.phrases import day
from dashboard import bones, formats
from dashboard.costs import daily


def said(costs: MonthCosts) -> str:
    """`Storage as of 10:05. Deliveries as of 9:40, final up to Thu 19 Nov; Mux tells them 12 hours late.`"""
    kept = "" if costs.is_over else f"Storage as of {_moment(costs)}. "
    fresh = costs.fresh
    if fresh.read_at is None:
        return f"{kept}Mux has not been asked for deliveries yet: they are in no figure."
    at = formats.moment(fresh.read_at, zone=formats.reader_zone())
    final = f", final up to {day(fresh.final_to)}" if fresh.final_to else ""
    return f"{kept}Deliveries as of {at}{final}; Mux tells them 12 hours late."


def missing(costs: MonthCosts) -> None:
    """What is in no figure: days, and assets. Nothing there: nothing shown."""
    holes = daily.missing(costs.holes).strip()
    if sentences := [*([holes] if holes else []), *costs.left_out]:
        st.warning(formats.literal(" ".join(sentences)), icon=":material/help:")


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
