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
    if not is_asked(fresh):
        return f"{kept}Mux has not been asked for deliveries yet: they are in no figure."
    but = " but for days that are not known" if costs.holes else ""
    if fresh.final_to and fresh.final_to >= costs.month.last:
        return f"{kept}Mux's deliveries are final{but}."
    at = formats.moment(fresh.read_at, zone=formats.reader_zone()) if fresh.read_at else ""
    read = f"as of {at}" if at else "are read for the first time"
    final = f", final up to {phrases.day(fresh.final_to)}{but}" if fresh.final_to else ""
    return f"{kept}Deliveries {read}{final}; Mux tells them 12 hours late."


def is_asked(fresh: Freshness) -> bool:
    """Whether anything is known of deliveries: of a first run that broke off some days are."""
    return fresh.read_at is not None or fresh.final_to is not None


def missing(costs: MonthCosts) -> None:
    """What is in no figure. Nothing there: nothing shown."""
    if sentences := left_out(costs):
        st.warning(formats.literal(" ".join(sentences)), icon=":material/help:")


def left_out(costs: MonthCosts) -> Sequence[str]:
    """What is in no figure, in sentences: days, assets, and what lies in S3. Where nothing is known of any
    day, `said` says so."""
    holes = [hole.said(costs.holes)] if costs.holes and is_asked(costs.fresh) else []
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
