"""The bar that stays in sight: what is ticked, and what moving it takes."""

import streamlit as st

from core.access import Action
from core.migration import PlanTotals
from core.selection import Selection
from dashboard import access, formats, navigation
from dashboard.sources import address, reading, ticks


def bar(at: address.Place, matching: int) -> None:
    """At the foot of the window: figures of the selection, and its actions."""
    chosen = ticks.current()
    ticked = reading.ticks_of(chosen, at)
    with st.bottom, st.container(gap="small"):
        st.markdown(_figures(chosen, at, ticked, matching) if ticked else _invitation(matching))
        with st.container(horizontal=True):
            _review(ticked)
            _select_all(chosen, ticked, matching)
            if ticked:
                st.button("Clear", on_click=ticks.choose, args=(ticks.NONE,), type="tertiary")


def _invitation(matching: int) -> str:
    return f"**0 of {formats.number(matching)} selected.** Tick videos to see what moving them takes."


def _figures(chosen: Selection, at: address.Place, ticked: int, matching: int) -> str:
    plan = reading.usual_plan(ticks.choice(chosen, at.filter))
    cost, totals = plan.estimate, plan.totals
    parts = [
        f"**{formats.number(ticked)} of {formats.number(matching)} selected**{_left_out(totals)}",
        formats.duration(totals.duration_s) + _unknown(totals),
        formats.size(totals.size_bytes),
        f"about {formats.usd(cost.once_usd)} once ({cost.quality}, {cost.tier})",
        f"{formats.usd(cost.monthly_usd)} a month",
        f"about {formats.duration(plan.time_s)} at Mux's limit",
    ]
    return " · ".join(parts).replace("$", r"\$")


def _left_out(totals: PlanTotals) -> str:
    skipped = sum(totals.skipped.values())
    return f", {formats.number(skipped)} of them will be skipped" if skipped else ""


def _unknown(totals: PlanTotals) -> str:
    count = totals.unknown_length
    return f" and {formats.number(count)} of unknown length" if count else ""


def _review(ticked: int) -> None:
    allowed = access.may(Action.MIGRATE)
    reason = None if allowed else "This needs the role admin."
    clicked = st.button(
        f"Review {formats.counted(ticked, 'video')}",
        type="primary",
        disabled=not ticked or not allowed,
        help=reason if ticked else "Tick at least one video.",
    )
    if clicked:
        st.switch_page(navigation.PAGES / "review.py", query_params=address.parameters())


def _select_all(chosen: Selection, ticked: int, matching: int) -> None:
    if matching and (chosen.mode == "some" or ticked < matching):
        st.button(
            f"Select all {formats.number(matching)} matching", on_click=ticks.choose, args=(Selection("all"),)
        )
