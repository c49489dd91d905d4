"""See what a migration will do, choose how, and start it."""

import streamlit as st

from core import migrating
from core.access import Action
from dashboard import access, bones
from dashboard.services import services, settings
from dashboard.sources import options, review

access.require(Action.MIGRATE)
review.leave_if_started()
bones.head("Review", "What will be created and changed. Nothing happens before you start.")
review.back()
review.refusal()

chosen = review.choice()
if chosen is None:
    bones.nothing("Nothing is selected.", "Go back to the list and tick the videos that should move.")
else:
    figures = st.container()
    name = review.name_of_batch()
    with st.expander("How they move", expanded=True):
        how, decided = options.choose(settings())
    plan = migrating.plan(chosen, how, services=services())
    with figures:
        review.answer(plan)
        review.consequences(plan.totals, how)
    reviewed = review.seen(plan.totals.create)
    if review.start_button(how, plan.totals.create, decided=decided):
        review.start(chosen, how, name, reviewed)
