"""What a person does about a cause, as buttons: the same beside a group and beside one video."""

from collections.abc import Callable

import streamlit as st

from core.access import Action
from dashboard import access, errors, navigation, state
from dashboard.reasons import Remedy
from dashboard.sources import scan


def show(remedy: Remedy, *, name: str, retry: Callable[[], None] | None, label: str = "Retry these") -> None:
    """The buttons of a remedy, for those who may press them; `name` tells them from others on the page.

    `retry` is None where the same file would fail the same way.
    """
    if remedy is Remedy.SCAN_AND_RETRY and access.may(Action.SCAN):
        st.button(
            "Scan again",
            key=f"scan_{name}",
            icon=":material/refresh:",
            on_click=errors.acting(_scan),
            help="Retry when the scan is through.",
        )
    if remedy is Remedy.SETTINGS and access.may(Action.SEE_HEALTH):
        st.page_link(
            navigation.PAGES / "health.py", label="Check the settings", icon=":material/monitor_heart:"
        )
    if retry and access.may(Action.MIGRATE):
        st.button(label, key=f"retry_{name}", icon=":material/replay:", on_click=retry)


def _scan() -> None:
    scan.ask()
    state.say_next("The scan has started. Retry when it is through.")
    st.rerun()
