"""The year as it is and as it would be, by month or added up, and the same as a table."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import accumulate

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.bill import cents
from core.forecasting import MONTHS, YearCosts
from core.usage import Month
from core.what_if import Years
from dashboard import charts, formats
from dashboard.costs import forecast_terms as terms
from dashboard.costs.what_if_address import Look
from dashboard.rows import ROW_PX

HEIGHT_PX = 320
AS_IS, THEN, RANGE, PAID = "As it is", "With the changes", "Range as it is", "paid back"
COLUMNS = {
    "month": st.column_config.TextColumn("Month", width=90),
    "as_is": st.column_config.TextColumn(AS_IS, alignment="right"),
    "low": st.column_config.TextColumn("As little as", alignment="right"),
    "high": st.column_config.TextColumn("As much as", alignment="right"),
    "then": st.column_config.TextColumn(THEN, alignment="right"),
    "difference": st.column_config.TextColumn("Difference, added up", alignment="right"),
}


def show(year: YearCosts, years: Years, look: Look, *, changes: bool) -> None:
    """The chart with its answer above and its words below."""
    charts.show(
        draw(year, years, look, changes=changes),
        title=answer(years, look, changes=changes),
        said=in_words(year, years, changes=changes),
        key="forecast_chart",
    )


def draw(year: YearCosts, years: Years, look: Look, *, changes: bool) -> go.Figure:
    """A line as it is over the band of its range; one with the changes, and where that is paid back."""
    made = charts.figure(x="Month (UTC)", y="US dollars", height=HEIGHT_PX)
    months = [terms.month(one) for one in years.months]
    _line(made, months, _drawn(years.as_is_usd, look), AS_IS, dash="dot" if changes else "solid")
    if changes:
        _line(made, months, _drawn(years.then_usd, look), THEN, dash="solid")
    if changes and years.break_even:
        _paid_back(made, years.months.index(years.break_even), look)
    if year.has_range:
        _band(made, months, *(_drawn(year.usd(which), look) for which in (year.low, year.high)))
    made.update_xaxes(tickvals=months, ticktext=ticks(years.months), tickangle=0)
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


def _paid_back(made: go.Figure, at: int, look: Look) -> None:
    """A dashed line, with its word where there is room: below lines that go level, above those that rise."""
    place = f"{'top' if look is Look.SUM else 'bottom'} {'right' if at < MONTHS / 2 else 'left'}"
    made.add_vline(
        x=at, line={"color": charts.QUIET, "dash": "dash"}, annotation_text=PAID, annotation_position=place
    )


def _band(made: go.Figure, months: Sequence[str], low: Sequence[float], high: Sequence[float]) -> None:
    """Behind the lines, though added after them: a line has the same colour with and without a range."""
    quiet = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "zorder": -1}
    made.add_scatter(x=list(months), y=list(low), showlegend=False, **quiet)
    made.add_scatter(x=list(months), y=list(high), name=RANGE, fill="tonexty", fillcolor=charts.BAND, **quiet)


def ticks(months: Sequence[Month]) -> list[str]:
    """Short enough to stand beside each other on a phone, a year with its January and with the first month.

    >>> ticks([Month(2026, 11), Month(2026, 12), Month(2027, 1)]), ticks([Month(2026, 12), Month(2027, 1)])
    (['Nov<br>2026', 'Dec', 'Jan<br>2027'], ['Dec', 'Jan<br>2027'])
    """
    first = months[0] if months[0].after.number != 1 else months[1]  # no two years touch
    return [
        f"{one.first:%b<br>%Y}" if one == first or one.number == 1 else f"{one.first:%b}" for one in months
    ]


def _drawn(usd: Sequence[Decimal], look: Look) -> list[float]:
    shown = accumulate(usd) if look is Look.SUM else usd
    return [float(cents(one)) for one in shown]


def answer(years: Years, look: Look, *, changes: bool) -> str:
    """What the chart shows, for its title: what a month costs, or what they have come to at the end."""
    as_is, then = (sum(usd, Decimal(0)) for usd in (years.as_is_usd, years.then_usd))
    if look is Look.SUM:
        with_them = f", {terms.usd(then)} with the changes" if changes else ""
        return f"{terms.usd(as_is)} by the end of {terms.month(years.months[-1])}{with_them}"
    count = len(years.months)
    with_them = f" as it is, {terms.usd(then / count)} with the changes" if changes else ""
    return f"On average {terms.usd(as_is / count)} a month{with_them}"


def in_words(year: YearCosts, years: Years, *, changes: bool) -> str:
    """The same for whoever does not see it."""
    first, last = terms.month(years.months[0]), terms.month(years.months[-1])
    said = f"As it is {_ends(years.as_is_usd, first, last)}"
    if changes:
        said += f"; with the changes {_ends(years.then_usd, first, last)}"
    if changes and years.break_even:
        said += f". Paid back in {terms.month(years.break_even)}, at the dashed line"
    if not year.has_range:
        return f"{said}. There is no range: nothing could be tried yet."
    off = "The grey band is as far off as forecasting was when it was tried; further ahead it may be more."
    return f"{said}. {off}"


def _ends(usd: Sequence[Decimal], first: str, last: str) -> str:
    return f"{terms.usd(usd[0])} in {first} and {terms.usd(usd[-1])} in {last}"


def table(year: YearCosts, years: Years, *, changes: bool) -> None:
    """The months line by line, with what there is of them."""
    columns = {"month": [terms.month(one) for one in years.months], "as_is": _told(years.as_is_usd)}
    if year.has_range:
        columns |= {"low": _told(year.usd(year.low)), "high": _told(year.usd(year.high))}
    if changes:
        more = (b - a for a, b in zip(years.as_is_usd, years.then_usd, strict=True))
        columns |= {"then": _told(years.then_usd), "difference": _told(accumulate(more))}
    st.dataframe(
        pd.DataFrame(columns),
        key="forecast_table",
        hide_index=True,
        height=ROW_PX * (len(years.months) + 1) + 2,
        column_config=COLUMNS,
        placeholder=formats.NOTHING,
        alt="Costs by month, as it is and with the changes" if changes else "Costs by month, as it is",
    )


def _told(usd: Iterable[Decimal]) -> list[str]:
    return [terms.usd(one) for one in usd]
