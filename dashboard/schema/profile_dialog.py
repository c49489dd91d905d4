"""The question before a profile is switched: what each role reads and may change before and after."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from core import profile_switching
from core.access import Action
from core.profile import Profile
from core.profile_trial import Basis, RoleLook, Trial
from core.profiling import DryRun, ProfileStatus
from core.schema_live import Place
from dashboard import access, errors, formats, rows, state
from dashboard.schema import confirm
from dashboard.services import services
from dashboard.state import Key
from dashboard.words import Term

NAMES: Mapping[Profile, str] = {
    Profile.ROW_SECURITY: "Row-level security",
    Profile.STATUS_TRIGGER: "Status trigger",
}

BASES: Mapping[Basis, Term] = {
    Basis.TRIED: Term("Tried", "science", "blue", "Asked as the role, and taken back at once."),
    Basis.COMPUTED: Term(
        "Computed",
        "calculate",
        "orange",
        "From its grants and the rule, without policies of the school's own: the table was in use, or the "
        "database does not let Lectern act as the role.",
    ),
    Basis.BYPASSES: Term("Bypasses", "key", "gray", "Policies do not hold it."),
}


@st.dialog("Switch a profile?", width="large")
@errors.guarded
def show(status: ProfileStatus, dry: DryRun, place: Place, *, on: bool) -> None:
    """Names the profile, the database and how many statements; with losses, only says who loses what."""
    planned = status.on if on else status.off
    st.write(
        f"Switch “{NAMES[status.profile]}” {_word(on)}: {formats.counted(len(planned), 'statement')} on "
        f"lessons in {confirm.database(place)}. No row is changed; the worker gives "
        "way to whoever uses the table."
    )
    if dry.trial:
        roles(dry.trial)
    for lost in dry.losses:
        st.error(formats.literal(lost), icon=":material/block:")
    if not dry.losses:
        _confirm(status, place, on=on)


def _confirm(status: ProfileStatus, place: Place, *, on: bool) -> None:
    confirm.button(
        f"Switch {NAMES[status.profile].lower()} {_word(on)}",
        place.database,
        key="switch_profile_now",
        typed=Key.PROFILE_TYPED,
        on_click=errors.acting(_switch),
        args=(status.profile, on),
    )


def _switch(profile: Profile, on: bool) -> None:
    profile_switching.request(profile, on=on, by=access.require(Action.APPLY_SCHEMA), services=services())
    state.say_next(f"The worker switches “{NAMES[profile]}” {_word(on)} now.")
    st.rerun()


def roles(trial: Trial) -> None:
    """One line for each role with rights on lessons."""
    st.dataframe(
        _frame(trial.roles),
        hide_index=True,
        height=min(320, rows.ROW_PX * (len(trial.roles) + 1) + 2),
        column_config={
            "role": st.column_config.TextColumn("Role", width=130),
            "reads_before": st.column_config.NumberColumn("Reads now", format="localized", width=80),
            "reads_after": st.column_config.NumberColumn("Reads after", format="localized", width=85),
            "changes_before": st.column_config.NumberColumn("Changes now", format="localized", width=95),
            "changes_after": st.column_config.NumberColumn("Changes after", format="localized", width=100),
            "writes": st.column_config.TextColumn("May write", width=140),
            "basis": rows.term_column("How", tuple(BASES.values()), width=95),
        },
        placeholder=formats.NOTHING,
        alt="What each role reads and may change",
    )
    which = "lessons" if trial.all_rows else "lessons, the first of the table"
    there = dict.fromkeys(look.basis for look in trial.roles)
    said = " ".join(f"{BASES[one].word}: {BASES[one].sentence}" for one in BASES if one in there)
    st.caption(f"Of {formats.number(trial.looked_at)} {which}, with nobody signed in. {said}")


def _frame(looks: Sequence[RoleLook]) -> pd.DataFrame:
    figures = ("reads_before", "reads_after", "changes_before", "changes_after")
    words = {
        "role": [look.role for look in looks],
        "writes": [", ".join(one.lower() for one in look.writes) or "nothing" for look in looks],
        "basis": [[BASES[look.basis].word] for look in looks],
    }
    counts = {name: pd.array([getattr(look, name) for look in looks], dtype="Int64") for name in figures}
    return pd.DataFrame(words | counts)[["role", *figures, "writes", "basis"]]


def _word(on: bool) -> str:
    return "on" if on else "off"
