"""Which videos are ticked: kept in the session, mirrored in the URL so that a reload brings them back."""

from collections.abc import Sequence

import streamlit as st

from core.selection import Choice, Filter, Selection
from dashboard import state
from dashboard.sources import address

NONE = Selection()


def current() -> Selection:
    """The ticks of this session; at its first look those of the URL."""
    chosen = state.selection()
    if chosen is None:
        chosen = address.ticked()
        state.set_selection(chosen)
    return chosen


def choose(chosen: Selection) -> None:
    """Tick these from now on, and have the grid show it."""
    fold(chosen)
    state.raise_ticks_epoch()


def fold(chosen: Selection) -> None:
    state.set_selection(chosen)
    address.put_ticked(chosen)


def fold_page(key: str, shown: Sequence[int]) -> None:
    """Take in what the grid under `key` has ticked; `shown` are the ids of its rows."""
    rows = st.session_state[key].selection.rows
    fold(current().merge_page(shown, [shown[row] for row in rows]))


def choice(chosen: Selection, within: Filter) -> Choice:
    """What an action works on: single ticks wherever the filter stands now; "all" is all that match."""
    return Choice(filter=within if chosen.mode == "all" else Filter(), selection=chosen)


def narrowed() -> None:
    """The filter changed: single ticks stay, "all matching" would mean something else now."""
    if current().mode == "all":
        choose(NONE)
