"""Figures in a row, as every page shows them: six fit beside each other on a laptop, two on a phone."""

import streamlit as st

from core.planning import Plan
from dashboard import formats

WIDTH_PX = 128


def figure(label: str, value: str, *, help: str | None = None) -> None:
    """One figure, with its unit in `value`."""
    st.metric(label, value, width=WIDTH_PX, help=help)


def cost(plan: Plan) -> None:
    """What moving costs, and what keeping costs; without a price why that is not known."""
    if plan.estimate is None:
        figure("Cost", formats.NOTHING, help=formats.literal(plan.unpriced))
        return
    figure("Cost once", formats.usd(plan.estimate.once_usd), help="Mux input and S3 egress")
    figure("Cost a month", formats.usd(plan.estimate.monthly_usd), help="Mux storage")
