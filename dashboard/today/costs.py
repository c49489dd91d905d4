"""What this month costs, and what moving the rest would, for whoever pays."""

import streamlit as st

from core import migrating
from core.access import Person
from core.cost_phrases import month_name, so_far
from core.errors import UnknownPrice
from core.migration import Options
from core.planning import Plan
from core.selection import Choice, Facets, Filter, Standing
from dashboard import bones, errors, formats, metrics
from dashboard.costs import address, freshness, price_now, reading, screen
from dashboard.services import services

REST = Choice(filter=Filter(standing=Standing.READY))


def show(found: Facets, person: Person) -> None:
    """This month's figure first; there is nothing for finance to press here."""
    with errors.shown():  # whatever is wrong with the month, what is left to move can be told
        _month(person)
    _rest(found)


def _month(person: Person) -> None:
    month = address.this_month()
    st.subheader(f"Costs of {month_name(month)}", anchor=False)
    try:
        costs = reading.costs(month, person)
    except UnknownPrice as error:
        screen.no_price(error)
        return
    st.markdown(f"**{formats.literal(so_far(costs))}**")
    for sentence in screen.changes(costs, person)[:1]:
        st.markdown(formats.literal(sentence))
    st.caption(formats.literal(freshness.said(costs)))
    bones.link("costs.py", "See what it is made of")


def _rest(found: Facets) -> None:
    """What is left to move, and what it is made of."""
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
