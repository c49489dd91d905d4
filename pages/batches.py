"""All batches, newest first."""

import streamlit as st

from core.access import Action
from dashboard import access, bones
from dashboard.batches import listing

access.require(Action.SEE_BATCHES)
bones.head("Batches", "Every migration that was started, newest first.")

found = listing.newest()
if not found:
    bones.nothing("No batch has been started yet.", "Tick videos on the Migrate page, review and start.")
for batch, progress in found:
    listing.line(batch, progress)
if len(found) == listing.LIMIT:
    st.caption(f"The newest {listing.LIMIT} batches.")
