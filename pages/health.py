"""Whether everything that Lectern leans on works."""

import streamlit as st

from core.access import Action
from dashboard import access, bones
from dashboard.system import health, leftovers

access.require(Action.SEE_HEALTH)
with (
    bones.head("Health", "Whether everything that Lectern leans on works, as seen from here."),
    st.container(horizontal=True),
):
    health.actions()
if health.show():
    leftovers.show()
