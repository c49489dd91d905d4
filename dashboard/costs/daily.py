"""What each day added, stacked by group."""

from collections.abc import Sequence
from decimal import Decimal

import plotly.graph_objects as go

from core import cost_phrases, phrases
from core.bill import cents
from core.month_costs import DayCosts, Group, MonthCosts
from dashboard import charts, formats

HEIGHT_PX = 300


def show(costs: MonthCosts) -> None:
    """The chart, with its answer and its words."""
    charts.show(draw(costs), title=answer(costs.days), said=in_words(costs), key="costs_daily")


def draw(costs: MonthCosts) -> go.Figure:
    """A bar for each day; a group keeps its colour where others have no cost. What a credit pays hangs below
    zero. A cross marks days of which Mux's deliveries are missing."""
    days = [one.day for one in costs.days]
    made = charts.figure(x="Day (UTC)", y="US dollars", height=HEIGHT_PX)
    made.update_layout(barmode="relative")
    for group in Group:
        amounts = [cents(one.usd[group]) if group in one.usd else None for one in costs.days]
        made.add_bar(
            x=days,
            y=[None if usd is None else float(usd) for usd in amounts],
            customdata=[phrases.usd(usd) if usd is not None else "" for usd in amounts],
            name=cost_phrases.GROUP[group],
            showlegend=any(amounts),
            hovertemplate="%{customdata}",
        )
    holes = [one.day for one in costs.days if one.is_hole]
    if holes:
        made.add_scatter(
            x=holes,
            y=[0] * len(holes),
            mode="markers",
            marker={"symbol": "x", "color": charts.QUIET, "size": 9},
            name="deliveries missing",
            hovertemplate="Mux's deliveries are missing",
        )
    charts.add_legend(made)
    made.update_xaxes(hoverformat="%a %-d %b %Y", tickformat="%-d %b", range=_ends(costs))
    return made


def answer(found: Sequence[DayCosts]) -> str:
    """What the chart shows, for its title."""
    most = max(found, key=lambda one: one.total_usd)
    mean = sum((one.total_usd for one in found), Decimal(0)) / len(found)
    best = f"{phrases.day(most.day)}: {formats.usd(cents(most.total_usd))}"
    return f"{formats.usd(cents(mean))} a day, most on {best}"


def in_words(costs: MonthCosts) -> str:
    """The same for whoever does not see it."""
    first, last = costs.days[0].day, costs.days[-1].day
    total = formats.usd(cents(costs.bill.total_usd))
    crosses = " A cross marks a day whose deliveries are missing." if costs.holes else ""
    plan = " A plan's credit goes by the costs of the day, its fee evenly." if _has_plan(costs) else ""
    last_day = "" if costs.is_over else " The last days grow as Mux tells of their deliveries."
    return (
        f"What each day of UTC from {phrases.day(first)} to {phrases.day(last)} added, {total} together; "
        f"volume steps and free minutes are spread over all days.{plan}{last_day}{crosses}"
    )


def _has_plan(costs: MonthCosts) -> bool:
    return any(Group.PLAN in one.usd for one in costs.days)


def _ends(costs: MonthCosts) -> list[str]:
    """The whole month, so that what is still to come is seen."""
    return [f"{costs.month.before.last} 12:00", f"{costs.month.last} 12:00"]
