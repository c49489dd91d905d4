"""The month by group: a card for each, with its change against as many days before, and its lines."""

from collections.abc import Mapping
from decimal import Decimal

import streamlit as st

from core import cost_phrases, phrases
from core.bill import cents
from core.cost_phrases import compared
from core.month_costs import Group, MonthCosts, by_group, group_cents, group_of
from core.usage import least_sure
from dashboard import formats
from dashboard.costs import lines, terms

WIDTH_PX = 165


def show(costs: MonthCosts) -> None:
    """In whole cents that sum up to the total."""
    more = changed(costs)
    found = group_cents(costs.bill)
    with st.grid(len(found), min_column_width=WIDTH_PX):
        for group, usd in found.items():
            with st.container(border=True, gap="xsmall", height="stretch"):
                _card(costs, group, usd, more.get(group))
    st.caption(formats.literal(f"{_compared(costs)}Cards sum up to the total."))


def changed(costs: MonthCosts) -> Mapping[Group, Decimal]:
    """By how much each group grew or fell, in cents; none where nothing can be compared."""
    if costs.alike is None:
        return {}
    now, before = by_group(costs.alike.bill), by_group(costs.alike.before)
    zero = Decimal(0)
    return {one: cents(now.get(one, zero) - before.get(one, zero)) for one in {*now, *before}}


def _compared(costs: MonthCosts) -> str:
    """What the changes are about; "" where there are none."""
    if costs.alike is None:
        return ""
    days, before = compared(costs.month, costs.alike)
    return f"Changes are those {days}, against {before}. " if days else f"Changes are against {before}. "


def _card(costs: MonthCosts, group: Group, usd: Decimal, more: Decimal | None) -> None:
    sure = least_sure([line.basis for line in costs.bill.lines if group_of(line) is group])
    st.metric(
        cost_phrases.GROUP[group],
        formats.usd(usd),
        delta=None if not more else formats.usd(more).replace(phrases.MINUS, "-"),
        delta_color="inverse",
        delta_description=None if more else "as before" if more is not None else "not compared",
        help=f"{terms.HELP[group]} Its quantities are {cost_phrases.BASIS[sure]}.",
    )
    opens = st.button(
        "Lines",
        key=f"costs_lines_{group.value}",
        type="tertiary",
        icon=":material/list:",
        help=f"What {cost_phrases.GROUP[group]} is made of",
    )
    if opens:
        lines.open_group(costs, group)
