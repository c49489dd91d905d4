"""The bar that stays in sight: what is ticked, and what moving it takes."""

import streamlit as st

from core.access import Action
from core.migration import PlanTotals
from core.planning import Plan
from core.selection import Filter, Selection
from dashboard import access, errors, formats, kept, navigation
from dashboard.costs.what_if_address import of_ticked
from dashboard.sources import address, reading, ticks


def bar(at: address.Place, matching: int) -> None:
    """At the foot of the window: figures of the selection, and its actions."""
    chosen = ticks.current(at)
    ticked = chosen.count(matching)
    with st.bottom, st.container(gap="small"):
        figures = st.container()
        with st.container(horizontal=True):
            _review(ticked)
            _forecast(chosen, at, ticked)
            _select_all(chosen, at, ticked, matching)
            kept.clear(chosen == ticks.NONE, ticks.choose, ticks.NONE, Filter())
        with figures, errors.shown():
            st.markdown(_figures(chosen, at, ticked, matching) if ticked else _invitation(at, matching))


def _invitation(at: address.Place, matching: int) -> str:
    if ticks.of_session(at).dropped:
        return "**Nothing is selected any more:** “all matching” was said of another filter."
    if not matching:
        return "**Nothing here to select.**"
    return f"**0 of {formats.number(matching)} selected.** Tick videos to see what moving them takes."


def _figures(chosen: Selection, at: address.Place, ticked: int, matching: int) -> str:
    plan = reading.usual_plan(ticks.choice(chosen, at.filter))
    totals = plan.totals
    parts = [
        f"**{_count(chosen, at, ticked, matching)}**{_left_out(totals)}",
        formats.duration(totals.duration_s) + _unknown(totals),
        formats.size(totals.size_bytes),
        *_cost(plan),
        f"about {formats.duration(plan.time_s)} at Mux's limit",
    ]
    return " · ".join(parts).replace("$", r"\$")


def _cost(plan: Plan) -> list[str]:
    cost = plan.estimate
    if cost is None:
        return [f"cost not known: {formats.literal(plan.unpriced)}"]
    once = f"about {formats.usd(cost.once_usd)} once ({cost.quality}, {cost.tier})"
    return [once, f"{formats.usd(cost.monthly_usd)} a month"]


def _count(chosen: Selection, at: address.Place, ticked: int, matching: int) -> str:
    if hidden := reading.hidden(chosen, at):
        return f"{formats.number(ticked)} selected, {formats.number(hidden)} hidden by the filter"
    return f"{formats.number(ticked)} of {formats.number(matching)} selected"


def _left_out(totals: PlanTotals) -> str:
    skipped = sum(totals.skipped.values())
    return f", {formats.number(skipped)} of them will be skipped" if skipped else ""


def _unknown(totals: PlanTotals) -> str:
    count = totals.unknown_length
    return f" and {formats.number(count)} of unknown length" if count else ""


def _review(ticked: int) -> None:
    why_not = access.why_not(Action.MIGRATE) if ticked else "Tick at least one video."
    clicked = st.button(
        f"Review {formats.counted(ticked, 'video')}", type="primary", disabled=bool(why_not), help=why_not
    )
    if clicked:
        st.switch_page(navigation.PAGES / "review.py", query_params=address.parameters())


def _forecast(chosen: Selection, at: address.Place, ticked: int) -> None:
    """To what a year costs with these at Mux."""
    if ticked and access.may(Action.SEE_COSTS) and st.button("See a year's costs", type="tertiary"):
        totals = reading.usual_plan(ticks.choice(chosen, at.filter)).totals
        query = of_ticked(totals.create, totals.duration_s, totals.size_bytes)
        st.switch_page(navigation.PAGES / "forecast.py", query_params=query)


def _select_all(chosen: Selection, at: address.Place, ticked: int, matching: int) -> None:
    if matching and (chosen.mode == "some" or ticked < matching):
        kept.select_all(matching, ticks.choose, Selection("all"), at.filter)
