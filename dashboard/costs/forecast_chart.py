"""The year as it is and as it would be, by month or added up, and the same as a table."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.bill import cents
from core.forecasting import YearCosts
from core.what_if import Years
from dashboard import charts, formats
from dashboard.costs import forecast_terms as terms
from dashboard.costs.what_if_address import Look

HEIGHT_PX = 320
COLUMNS = {
    "month": st.column_config.TextColumn("Month", width=90),
    "as_is": st.column_config.TextColumn("As it is", alignment="right"),
    "low": st.column_config.TextColumn("From", alignment="right"),
    "high": st.column_config.TextColumn("To", alignment="right"),
    "then": st.column_config.TextColumn("With the changes", alignment="right"),
    "difference": st.column_config.TextColumn("Difference, added up", alignment="right"),
}


def show(year: YearCosts, years: Years, look: Look, *, changes: bool) -> None:
    """The chart with its answer above and its words below."""
    charts.show(
        draw(year, years, look, changes=changes),
        title=answer(years, changes=changes),
        said=in_words(year, years, changes=changes),
        key="forecast_chart",
    )


def draw(year: YearCosts, years: Years, look: Look, *, changes: bool) -> go.Figure:
    """A line as it is over the band of its range; one with the changes, and where it has paid."""
    made = charts.figure(x="Month (UTC)", y="US dollars", height=HEIGHT_PX)
    months = [terms.month(one) for one in years.months]
    low, high = (_drawn(year.usd(which), look) for which in (year.low, year.high))
    if low != high:
        quiet = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
        made.add_scatter(x=months, y=low, **quiet)
        made.add_scatter(x=months, y=high, fill="tonexty", fillcolor=charts.BAND, **quiet)
    _line(made, months, _drawn(years.as_is_usd, look), "As it is", dash="dot" if changes else "solid")
    if changes:
        _line(made, months, _drawn(years.then_usd, look), "With the changes", dash="solid")
    if changes and years.break_even:
        made.add_vline(x=years.months.index(years.break_even), line={"color": charts.QUIET, "dash": "dash"})
    charts.add_legend(made)
    return made


def _line(made: go.Figure, months: Sequence[str], usd: Sequence[float], name: str, *, dash: str) -> None:
    made.add_scatter(
        x=list(months),
        y=list(usd),
        mode="lines+markers",
        name=name,
        line={"dash": dash},
        hovertemplate="$%{y:,.2f}",
    )


def _drawn(usd: Sequence[Decimal], look: Look) -> list[float]:
    shown = accumulate(usd) if look is Look.SUM else usd
    return [float(cents(one)) for one in shown]


def answer(years: Years, *, changes: bool) -> str:
    """What the chart shows, for its title."""
    as_is = terms.usd(sum(years.as_is_usd, Decimal(0)))
    if not changes:
        return f"{as_is} from {terms.month(years.months[0])} to {terms.month(years.months[-1])}"
    then = terms.usd(sum(years.then_usd, Decimal(0)))
    return f"{as_is} as it is, {then} with the changes: {terms.signed(years.difference_usd)}"


def in_words(year: YearCosts, years: Years, *, changes: bool) -> str:
    """The same for whoever does not see it."""
    first, last = terms.month(years.months[0]), terms.month(years.months[-1])
    said = f"As it is {_ends(years.as_is_usd, first, last)}"
    if changes:
        said += f"; with the changes {_ends(years.then_usd, first, last)}"
    if changes and years.break_even:
        said += f". It has paid in {terms.month(years.break_even)}, at the dashed line"
    if year.usd(year.low) == year.usd(year.high):
        return f"{said}. There is no range: nothing could be tried yet."
    off = "The grey band is as far off as forecasting was when it was tried; further ahead it may be more."
    return f"{said}. {off}"


def _ends(usd: Sequence[Decimal], first: str, last: str) -> str:
    return f"{terms.usd(usd[0])} in {first} and {terms.usd(usd[-1])} in {last}"


def table(year: YearCosts, years: Years) -> None:
    """The months line by line."""
    added = accumulate(b - a for a, b in zip(years.as_is_usd, years.then_usd, strict=True))
    st.dataframe(
        pd.DataFrame(
            {
                "month": [terms.month(one) for one in years.months],
                "as_is": [terms.usd(one) for one in years.as_is_usd],
                "low": [terms.usd(one) for one in year.usd(year.low)],
                "high": [terms.usd(one) for one in year.usd(year.high)],
                "then": [terms.usd(one) for one in years.then_usd],
                "difference": [terms.usd(one) for one in added],
            }
        ),
        key="forecast_table",
        hide_index=True,
        column_config=COLUMNS,
        placeholder=formats.NOTHING,
        alt="Costs by month, as it is and with the changes",
    )
