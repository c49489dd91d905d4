"""How a copy is kept at Mux: the choices that a migration and an upload both offer."""

import streamlit as st

from core.asset import Quality
from core.migration import PolicyRule
from core.settings import Settings
from dashboard import words
from dashboard.state import Key


def policy(settings: Settings, key: Key) -> PolicyRule | None:
    """Ask who may play; None while that is not decided: where signing is off it is nobody's to guess."""
    rules = list(PolicyRule) if settings.can_sign else [PolicyRule.PUBLIC]
    usual = PolicyRule(settings.mux_playback_policy)
    chosen: PolicyRule | None = st.selectbox(
        "Playback",
        rules,
        index=rules.index(usual) if usual in rules else None,
        placeholder="Choose who may play",
        format_func=words.POLICY.__getitem__,
        key=key,
    )
    if not settings.can_sign:
        st.caption("Signed playback needs MUX_SIGNING_KEY and MUX_PRIVATE_KEY; neither is set.")
    return chosen


def quality(key: Key, *, usual: Quality) -> Quality:
    """Ask for Mux's quality tier."""
    tiers = list(Quality)
    return st.selectbox(
        "Quality", tiers, index=tiers.index(usual), format_func=words.QUALITY.__getitem__, key=key
    )
