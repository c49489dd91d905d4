"""What a migration that is over cost, against what was said when it was started."""

import streamlit as st

from core import batch_costing
from core.access import Action
from core.migrating import Status
from dashboard import access, formats, metrics
from dashboard.batches import cost_terms as terms
from dashboard.services import services


def show(status: Status) -> None:
    """For those who may see costs; nothing while it goes on."""
    if not access.may(Action.SEE_COSTS):
        return
    person = access.require(Action.SEE_COSTS)
    past = batch_costing.of_batch(status.batch.id, by=person, services=services())
    if past is None:
        return
    if past.cost is None:
        st.info(f"What it cost cannot be told. {formats.literal(past.unpriced)}", icon=":material/payments:")
        return
    with st.expander("What it cost", icon=":material/payments:"):
        with st.container(horizontal=True):
            metrics.figure("Cost once", terms.usd(past.cost.once_usd))
            if past.kept:
                metrics.figure("Estimated", terms.usd(past.kept.once_usd))
            monthly = past.cost.monthly_usd
            if monthly is not None:
                metrics.figure("Adds a month" if monthly >= 0 else "Saves a month", terms.usd(abs(monthly)))
        st.markdown("\n".join(f"- {line}" for line in terms.lines(past, past.cost)))
        st.caption("At the first steps of the price cards; free minutes and credit are no batch's own.")
