"""One batch: how far it is, what failed and why, and what can be done about it."""

import streamlit as st

from core.access import Action
from dashboard import access
from dashboard.batches import costs, head, history, item, items, live, report

access.require_some(Action.SEE_BATCHES)
status = head.load()
head.show(status)
live.show(status)
costs.show(status)

work = item.chosen(status.batch.id)
listed, detail = st.columns([3, 2]) if work else (st.container(), None)
with listed:
    items.show(status, work.item if work else None)
    report.button(status.batch)
if work and detail:
    with detail:
        item.show(work)
history.show(status)
