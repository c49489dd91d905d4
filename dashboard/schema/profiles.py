"""Optional profiles of the school's schema: what each does, its SQL, and switching it on or off."""

from collections.abc import Mapping

import streamlit as st

from core import profiling
from core.access import Action
from core.inspecting import SchemaStatus
from core.profile import ProfileState
from core.profiling import ProfileStatus
from core.schema_live import Place
from dashboard import access, errors, formats
from dashboard.schema import confirm, profile_dialog, sql
from dashboard.schema.profile_dialog import NAMES
from dashboard.services import services
from dashboard.words import Term

STATES: Mapping[ProfileState, Term] = {
    ProfileState.OFF: Term("Off", "toggle_off", "gray"),
    ProfileState.ON: Term("On", "check_circle", "green"),
    ProfileState.INCOMPLETE: Term(
        "Not complete",
        "report",
        "orange",
        "A run was cut off, or the school has changed since. Switch it on again, or off.",
    ),
    ProfileState.THEIRS: Term("The school's own", "lock", "gray"),
}


def show(found: SchemaStatus, place: Place) -> None:
    """Each profile with its state, in one sentence what it does, and what can be done."""
    st.markdown("**Optional profiles**")
    for status in profiling.status(services=services()):
        with st.container(border=True):
            _profile(status, found, place)


def _profile(status: ProfileStatus, found: SchemaStatus, place: Place) -> None:
    term = STATES[status.state]
    head = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    head.markdown(f"{term.badge} **{NAMES[status.profile]}**", width="content")
    _buttons(head.container(horizontal=True, width="content"), status, found, place)
    st.markdown(formats.literal(status.does))
    for finding in status.findings:
        st.markdown(f":orange[:material/report:] {formats.literal(finding)}")
    st.caption(" ".join(formats.literal(one) for one in [term.sentence, *status.notes] if one))
    if status.state is not ProfileState.ON:
        for obstacle in status.obstacles:
            st.markdown(f":orange[:material/block:] {formats.literal(obstacle)}")
    _sql(status)


def _buttons(
    place_for: st.delta_generator.DeltaGenerator, status: ProfileStatus, found: SchemaStatus, place: Place
) -> None:
    if status.state in (ProfileState.OFF, ProfileState.INCOMPLETE):
        _button(place_for, status, found, place, on=True)
    if status.state in (ProfileState.ON, ProfileState.INCOMPLETE):
        _button(place_for, status, found, place, on=False)


def _button(
    place_for: st.delta_generator.DeltaGenerator,
    status: ProfileStatus,
    found: SchemaStatus,
    place: Place,
    *,
    on: bool,
) -> None:
    word = "on" if on else "off"
    why_not = _why_not(status, found, on=on)
    pressed = place_for.button(
        f"Switch {word} …",
        key=f"{status.profile}-{word}",
        disabled=why_not is not None,
        help=why_not or "Shows what it would mean first.",
    )
    if pressed:
        _ask(status, place, on=on)


@errors.guarded
def _ask(status: ProfileStatus, place: Place, *, on: bool) -> None:
    """The roles are asked once, here: each change within the dialog draws it anew."""
    with st.spinner("Trying it out as each role …"):
        person = access.require(Action.APPLY_SCHEMA)
        dry = profiling.dry_run(status.profile, on=on, by=person, services=services())
    profile_dialog.show(status, dry, place, on=on)


def _why_not(status: ProfileStatus, found: SchemaStatus, *, on: bool) -> str | None:
    if reason := confirm.why_not(found):
        return reason
    return "Something is in the way, see beside it." if on and status.obstacles else None


def _sql(status: ProfileStatus) -> None:
    """What switching would send; of one that is on, how to take it back."""
    on = bool(status.on)
    planned = status.on or status.off
    if planned and status.state is not ProfileState.THEIRS:
        word = "on" if on else "off"
        title = f"See the SQL that switches it {word} · {formats.counted(len(planned), 'statement')}"
        with st.expander(title):
            sql.listed(planned)
