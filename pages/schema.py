"""What the school's tables lack for Mux, the SQL that adds it, and the button."""

import streamlit as st

from core.access import Action
from dashboard import access, bones
from dashboard.schema import apply, history, live, offers, overview, profiles, sql

access.require(Action.SEE_SCHEMA)
with bones.head("Schema", "What the school's tables lack for Mux, and the SQL that adds it."):
    seen, now = overview.load(), live.look()
    found = seen.status
    apply.button(found, now.place)
st.caption(f"{live.place(now)} · {overview.as_of()}")
overview.answer(found)
history.newest(seen.runs, found)
if found.running_by:
    live.show(under_way=True, pending=found.pending > 0)
else:
    overview.drift(seen.parts)
overview.tables(seen.parts, live.sizes(now))
offers.show(found, now.place)
if not found.running_by:
    live.show(under_way=False, pending=found.pending > 0)
sql.show(seen.planned)
profiles.show(found, now.place)
history.show(seen.runs, found, now.place)
