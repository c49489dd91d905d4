"""The forecast page: the year ahead, what would change it, and what it rests on."""

from decimal import Decimal

import streamlit as st

from core import what_if
from core.access import Action
from core.bill import cents
from core.errors import UnknownPrice
from core.forecasting import YearCosts
from core.phrases import MINUS, day
from core.what_if import Scenario, Years
from dashboard import access, bones, errors, formats, kept
from dashboard.costs import ahead_reading
from dashboard.costs import forecast_chart as chart
from dashboard.costs import forecast_terms as terms
from dashboard.costs import what_if_address as address
from dashboard.costs import what_if_controls as controls
from dashboard.costs.screen import no_price
from dashboard.costs.what_if_address import LOOK, Look, Wish
from dashboard.state import Key

PURPOSE = "What the twelve months after this one are likely to cost, and what would change that."
LOOKS = {Look.MONTHS.value: "Month by month", Look.SUM.value: "Added up"}
FIGURE_PX = 200


def show() -> None:
    """All of it; a slider draws the scenario anew and nothing else."""
    person = access.require(Action.SEE_COSTS)
    try:
        year = ahead_reading.year(person)
    except UnknownPrice as error:
        no_price(error)
        return
    if year is None:
        ahead_reading.year.clear()  # once there is something, it is seen at once
        bones.nothing(
            "Nothing is at Mux yet, and no video is known in S3 that could move.",
            "A forecast stands here once somebody has scanned the buckets.",
            page="migrate.py" if access.may(Action.SCAN) else "",
            label="Go to Migrate",
        )
    else:
        _scenario()


@st.fragment
@errors.guarded
def _scenario() -> None:
    year = ahead_reading.year(access.require(Action.SEE_COSTS))
    if year is None:
        st.rerun()
    wished = address.wish()
    scenario = address.scenario(wished, year)
    with st.container(border=True):
        st.markdown("**What if**")
        controls.show(wished, year)
    with errors.shown():  # a card without a price for something: the choices stay
        found = what_if.years(year.months, scenario, year.left, price=year.price)
        _told(year, found, scenario, wished)
    _rests_on(year, scenario)


def _told(year: YearCosts, found: Years, scenario: Scenario, wished: Wish) -> None:
    changes = scenario != Scenario()
    _figures(year, found, changes=changes)
    kept.segments(
        "Drawn",
        Key.FORECAST_LOOK,
        LOOKS,
        wished.look.value,
        label_visibility="collapsed",
        on_change=address.changed,
        args=(Key.FORECAST_LOOK, LOOK, Look.MONTHS.value),
    )
    chart.show(year, found, wished.look, changes=changes)
    with st.expander("Month by month, as a table"):
        chart.table(year, found, changes=changes)


def _figures(year: YearCosts, found: Years, *, changes: bool) -> None:
    as_is = sum(found.as_is_usd, Decimal(0))
    with st.grid(min_column_width=FIGURE_PX):
        st.metric("The year as it is", terms.usd(as_is), border=True, height="stretch")
        if changes:
            _changed(found)
        elif year.has_range:
            low, high = (sum(year.usd(which), Decimal(0)) for which in (year.low, year.high))
            st.metric("As little as", terms.usd(low), border=True)
            st.metric("As much as", terms.usd(high), border=True)
        else:
            st.metric("Range", "Not known yet", border=True, help=NO_RANGE)


def _changed(found: Years) -> None:
    more = cents(found.difference_usd)
    st.metric(
        "With the changes",
        terms.usd(sum(found.then_usd, Decimal(0))),
        delta=formats.usd(more).replace(MINUS, "-") if more else None,
        delta_color="inverse",
        delta_description="a year" if more else "the same",
        border=True,
        height="stretch",
    )
    paid, more_of_it = terms.pays(found)
    st.metric("Paid back", paid, delta_description=more_of_it, border=True, height="stretch", help=PAID)


NO_RANGE = "It is as wide as forecasting was off when it was tried, for which too little is known."
PAID = (
    "The first month at whose end all that was paid, with what is paid once, is no more than if nothing had "
    "changed."
)


def _rests_on(year: YearCosts, scenario: Scenario) -> None:
    st.subheader("What this rests on", anchor=False)
    lines = [
        terms.rests_on("Watched", year.delivered, otherwise="it stays as it is now"),
        terms.rests_on("Uploaded", year.uploaded, otherwise="nothing is added"),
        *(formats.literal(one) for one in terms.assumptions(year, scenario)),
    ]
    st.markdown("\n".join(f"- {one}" for one in lines))
    at = formats.moment(year.made_at, zone=formats.reader_zone())
    known = f" Deliveries are known up to {day(year.now.last)}." if year.delivered else ""
    st.caption(
        f"Made at {at}; a forecast is kept for an hour, or until usage is read. Its figures are assumed, "
        f"never measured.{known}"
    )
