"""What was told of budgets, and what became of each telling."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pandas as pd
import streamlit as st

from core import budgeting
from core.access import Person
from core.bill import cents
from core.budget_alert import Alert, Telling, TellingState
from core.cost_phrases import month_name
from dashboard import formats, rows
from dashboard.costs import budget_dialog
from dashboard.costs import budget_terms as terms
from dashboard.services import services

LATELY = timedelta(days=7)
COLUMNS = {
    "at": st.column_config.TextColumn("When"),
    "budget": st.column_config.TextColumn("For", width=150),
    "reached": st.column_config.TextColumn("Reached"),
    "usd": st.column_config.NumberColumn("Budget", format="dollar"),
    "spent": st.column_config.NumberColumn("Used then", format="dollar"),
    "likely": st.column_config.NumberColumn("Likely then", format="dollar"),
    "month": st.column_config.TextColumn("Month"),
    "told": st.column_config.TextColumn("Told", width=210),
}


def show(person: Person, *, has_budgets: bool) -> None:
    """The newest alerts, above them those that somebody still waits for; nothing where there never was one to
    tell of."""
    found = budgeting.history(by=person, services=services())
    if not found and not has_budgets:
        return
    st.subheader("What was told", anchor=False)
    reach = budgeting.reach(by=person, services=services())
    st.caption(
        f"When a budget reaches 50, 80 or 100 %, or is likely to be exceeded, {budget_dialog.who(reach)}."
    )
    for said in troubles(found, services().clock()):
        st.warning(formats.literal(said), icon=":material/hourglass_top:")
    if not found:
        st.markdown("Nothing was told yet.")
        return
    st.dataframe(
        rows.without_empty(table(found), "likely"),
        hide_index=True,
        height=min(rows.MOST_PX, rows.ROW_PX * (len(found) + 1) + 2),
        column_config=COLUMNS,
        placeholder=formats.NOTHING,
        alt="What was told of budgets",
    )


def troubles(found: Sequence[Alert], now: datetime) -> Iterator[str]:
    """The last trouble of each way by which something is still to be told, or was given up lately, once."""
    seen = set()
    for alert in found:
        for one in alert.tellings:
            if one.error and one.channel not in seen and _counts(one, now):
                seen.add(one.channel)
                ends = "was given up" if one.state is TellingState.GIVEN_UP else "is tried again every hour"
                yield f"{terms.CHANNELS[one.channel]}: {one.error} It {ends}."


def _counts(telling: Telling, now: datetime) -> bool:
    if telling.state is TellingState.GIVEN_UP:
        return now - telling.at < LATELY
    return telling.state is TellingState.WAITING


def table(found: Sequence[Alert]) -> pd.DataFrame:
    """A row for each alert."""
    zone = formats.reader_zone()
    likely = [one.forecast_usd for one in found]
    return pd.DataFrame(
        {
            "at": [formats.moment(one.noted_at, zone=zone) for one in found],
            "budget": [terms.name(one.budget) for one in found],
            "reached": [terms.REACHED[one.threshold] for one in found],
            "usd": [float(cents(one.budget.usd)) for one in found],
            "spent": [float(cents(one.spent_usd)) for one in found],
            "likely": [None if usd is None else float(cents(usd)) for usd in likely],
            "month": [month_name(one.month) for one in found],
            "told": [terms.told(one) for one in found],
        }
    )
