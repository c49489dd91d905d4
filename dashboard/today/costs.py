"""What moving the rest costs, for whoever pays."""

import streamlit as st

from core import migrating
from core.migration import Options
from core.planning import Plan
from core.selection import Choice, Facets, Filter, Standing
from dashboard import bones, formats, metrics
from dashboard.costs import price_now
from dashboard.services import services

REST = Choice(filter=Filter(standing=Standing.READY))


def show(found: Facets) -> None:
    """The figures, and what they are made of; there is nothing for finance to press here."""
    if not found.sources:
        bones.nothing(
            "No cost can be told yet.", "It will stand here as soon as somebody has scanned the buckets."
        )
        return
    plan = migrating.plan(REST, Options(), services=services())
    count = plan.totals.create
    st.subheader("What is left to move", anchor=False)
    if not count:
        st.markdown("**Nothing is left to move, so nothing more is due for moving.**")
        return
    with st.container(horizontal=True):
        metrics.figure("Videos", formats.number(count))
        metrics.cost(plan)
    st.caption(
        f"{_by(plan)} It is due when an admin starts the migration; the bill comes from Mux and from AWS."
    )


def _by(plan: Plan) -> str:
    cost = plan.estimate
    if cost is None:
        return formats.literal(plan.unpriced)
    return f"For quality {cost.quality} at {cost.tier} by {price_now.named()}, watching not included."
