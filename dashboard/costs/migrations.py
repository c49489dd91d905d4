"""What each migration cost, for whoever pays."""

from collections.abc import Sequence
from decimal import Decimal

import pandas as pd
import streamlit as st

from core import batch_costing
from core.access import Action, Person
from core.batch_cost import PastBatch
from core.bill import cents
from dashboard import access, bones, formats, rows
from dashboard.batches import cost_terms as terms
from dashboard.services import services

PURPOSE = "What moving videos to Mux cost, against what was said before, and what it adds or saves a month."
PICKED = "batch"
COLUMNS = {
    "name": st.column_config.TextColumn("Batch", width=240),
    "once": st.column_config.NumberColumn("Cost once", width=85, format="dollar"),
    "estimated": st.column_config.NumberColumn("Estimated", width=85, format="dollar"),
    "monthly": st.column_config.NumberColumn("Adds a month", width=100, format="dollar"),
    "payback": st.column_config.TextColumn("Paid back", width=200),
    "assets": st.column_config.NumberColumn("Copies", width=65, format="localized"),
    "ended": st.column_config.TextColumn("Ended", width=105),
}


def show(person: Person) -> None:
    """A line for each that is over, the newest; the one that is picked opens what its figures are made of."""
    bones.head("Migrations", PURPOSE)
    found = batch_costing.newest(by=person, services=services())
    if not found:
        way = {"page": "migrate.py", "label": "Go to Migrate"} if access.may(Action.MIGRATE) else {}
        hint = "What one cost stands here as soon as all of it has moved or failed."
        bones.nothing("No migration is over yet.", hint, **way)
        return
    _sums(found)
    ids = [str(one.batch.id) for one in found]
    rows.pick_one(table(found), ids, parameter=PICKED, columns=COLUMNS, alt="What migrations cost")
    picked = st.query_params.get(PICKED)
    if picked not in ids:
        st.caption("Pick a migration to see what its figures are made of.")
    for one in (one for one in found if str(one.batch.id) == picked):
        _lines(one)


def _sums(found: Sequence[PastBatch]) -> None:
    """Of the cents that stand in the rows."""
    priced = [cents(one.cost.once_usd) for one in found if one.cost]
    if priced:
        newest = "The newest " if len(found) == batch_costing.MOST else ""
        count = f"{newest}{formats.counted(len(priced), 'migration')}"
        st.markdown(formats.literal(f"{count} cost {formats.usd(sum(priced, Decimal(0)))} together, once."))


def _lines(past: PastBatch) -> None:
    st.subheader(formats.named(past.batch.name), anchor=False)
    if past.cost is None:
        st.markdown(formats.literal(past.unpriced))
    else:
        st.markdown("\n".join(f"- {line}" for line in terms.lines(past, past.cost)))
    if access.may(Action.SEE_BATCHES):
        bones.link("batch.py", "Go to the batch", query={"id": str(past.batch.id)})


def table(found: Sequence[PastBatch]) -> pd.DataFrame:
    """A row for each."""
    zone = formats.reader_zone()
    ends = [one.batch.finished_at for one in found]
    return pd.DataFrame(
        {
            "name": [one.batch.name for one in found],
            "once": [float(cents(one.cost.once_usd)) if one.cost else None for one in found],
            "estimated": [float(cents(one.kept.once_usd)) if one.kept else None for one in found],
            "monthly": [_monthly(one) for one in found],
            "payback": [
                terms.payback(one.cost) if one.cost else "no price card of its days" for one in found
            ],
            "assets": [sum(made.assets for made in one.use.made) for one in found],
            "ended": [formats.moment(at, zone=zone) if at else None for at in ends],
        }
    )


def _monthly(past: PastBatch) -> float | None:
    usd = past.cost.monthly_usd if past.cost else None
    return None if usd is None else float(cents(usd))
