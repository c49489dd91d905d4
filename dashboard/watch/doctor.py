"""Why a lesson does not play: each link from its row to the first picture, and what mends a broken one."""

import streamlit as st

from core import doctoring
from core.access import Action
from core.diagnosis import Check, CheckState, has_failed
from dashboard import access, errors, formats
from dashboard.services import services
from dashboard.state import Key
from dashboard.system.health import STATES, named


def show(lesson_id: str) -> None:
    """For whoever looks after playback; nothing is looked at before it is opened."""
    if not access.may(Action.DIAGNOSE):
        return
    box = st.expander("Playback doctor", icon=":material/stethoscope:", on_change="rerun", key=Key.DOCTOR)
    if box.open:
        with box:
            st.fragment(errors.guarded(_walk))(lesson_id)


def _walk(lesson_id: str) -> None:
    person = access.require(Action.DIAGNOSE)
    with st.skeleton(height=240):
        found = doctoring.walk(lesson_id, by=person, services=services())
    st.markdown(answer(found))
    for check in found:
        if check.state is not CheckState.SKIPPED:
            said = f"{formats.literal(check.sentence)} {check.hint}".strip()
            st.markdown(f"{STATES[check.state].badge} **{named(check.name)}** · {said}")
    if behind := [check.name for check in found if check.state is CheckState.SKIPPED]:
        st.caption(f"Not looked at before this one works: {', '.join(behind)}.")
    st.button("Look again", icon=":material/refresh:")


def answer(found: list[Check]) -> str:
    """Which link is broken, if any."""
    broken = next((check.name for check in found if has_failed([check])), "")
    if broken:
        return f"**The {broken} is broken.**"
    return f"**All {formats.counted(len(found), 'link')} hold: it plays.**"
