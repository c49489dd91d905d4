"""How a budget stands, as a bar with its words."""

from decimal import Decimal

import streamlit as st

from core import budgeting
from core.access import Action, Person, allows
from core.budget import Spending, Standing
from dashboard import bones, formats
from dashboard.components.budget_meter import budget_meter
from dashboard.costs import budget_terms as terms
from dashboard.services import services


def of_school(spending: Spending, person: Person) -> None:
    """The bar of the budget for all videos; where there is none, the way to set one."""
    found = budgeting.standings(spending, by=person, services=services())
    mine = next((one for one in found if one.budget.is_school), None)
    if mine:
        show(mine)
    elif allows(person, Action.SET_BUDGETS):
        bones.link("budgets.py", "Set a budget for all videos")


def show(standing: Standing) -> None:
    """Name, state, bar and figures."""
    term, spent = terms.STATES[standing.state], standing.spent
    likely = spent.spent_usd if spent.forecast_usd is None else spent.forecast_usd
    said = terms.used(standing)
    with st.container(gap="xsmall"):
        st.markdown(f"**{formats.named(terms.name(standing.budget))}** {term.badge}")
        budget_meter(
            used=float(standing.share),
            likely=_share(max(likely, spent.spent_usd), standing),
            color=term.color,
            words=said,
            key=f"budget_{standing.budget.id}",
        )
        st.caption(formats.literal(said))


def _share(usd: Decimal, standing: Standing) -> float:
    return float(usd / standing.budget.usd)
