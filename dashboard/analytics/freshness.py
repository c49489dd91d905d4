"""How far the figures go, and that newer ones could not be fetched."""

import streamlit as st

from core.access import Action, Person, allows
from core.figures import Freshness
from dashboard import bones, formats
from dashboard.analytics import terms


def said(fresh: Freshness) -> str:
    """`as of 10:05, final up to Thu 19 Nov`; where nothing was fetched, that."""
    if fresh.read_at is None:
        return "nothing fetched from Mux yet"
    at = formats.moment(fresh.read_at, zone=formats.reader_zone())
    final = f", final up to {terms.day(fresh.final_to)}" if fresh.final_to else ""
    return f"as of {at}{final}"


def trouble(fresh: Freshness, person: Person) -> None:
    """Why newer figures are missing, or what failed beside them; what to do, for those who can."""
    if not fresh.error:
        return
    tried = f" on {formats.moment(fresh.tried_at, zone=formats.reader_zone())}" if fresh.tried_at else ""
    what = "Not all could be fetched" if fresh.is_partly else "Newer figures could not be fetched"
    stays = " The figures below are those of before." if fresh.read_at and not fresh.is_partly else ""
    looks = allows(person, Action.SEE_HEALTH)
    hint = fresh.hint if looks else "Whoever runs Lectern sees it too."
    st.warning(
        formats.literal(f"{what}{tried}: {fresh.error} {hint}{stays}"),
        icon=":material/sync_problem:",
    )
    if looks:
        bones.link("health.py", "Go to Health")
