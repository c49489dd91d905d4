"""Figures in a row, as every page shows them: six fit beside each other on a laptop, two on a phone."""

import streamlit as st

from core.estimate import Estimate
from dashboard import formats

WIDTH_PX = 128


def figure(label: str, value: str, *, help: str | None = None) -> None:
    """One figure, with its unit in `value`."""
    st.metric(label, value, width=WIDTH_PX, help=help)


def cost(estimate: Estimate) -> None:
    """What moving costs, and what keeping costs."""
    figure("Cost once", formats.usd(estimate.once_usd), help="Mux input and S3 egress, list prices")
    figure("Cost a month", formats.usd(estimate.monthly_usd), help="Mux storage, list price")
