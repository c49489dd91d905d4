"""Which videos are ticked: kept in the session, mirrored in the URL so that a reload brings them back."""

from collections.abc import Sequence

import streamlit as st

from core import keeping
from core.access import Action
from core.selection import Choice, Filter, Selection
from dashboard import access, state
from dashboard.services import services
from dashboard.sources import address
from dashboard.state import Ticked

NONE = Selection()
KEPT = "kept-"
"""Begins the URL's word for ticks that are too many for it; they are kept in the database."""


def current(at: address.Place) -> Selection:
    """The ticks; at a session's first look those of the URL. "All" holds for the filter it was said of."""
    mine = of_session(at)
    if mine.selection.mode == "all" and mine.within != at.filter:
        mine.selection, mine.dropped = NONE, True
        state.raise_ticks_epoch()
    return mine.selection


def of_session(at: address.Place) -> Ticked:
    """The session's own, to be changed in place."""
    mine = state.ticked()
    if mine is None:
        mine = Ticked(selection=_of_url(), within=at.filter)
        state.set_ticked(mine)
    return mine


def choose(chosen: Selection, within: Filter) -> None:
    """Tick these from now on, and have the grid show it."""
    mine = state.ticked()
    if mine is not None:
        mine.selection, mine.within, mine.dropped = chosen, within, False
    state.raise_ticks_epoch()


def fold_page(key: str, shown: Sequence[int]) -> None:
    """Take in what the grid under `key` has ticked; `shown` are the ids of its rows."""
    mine, rows = state.ticked(), st.session_state[key].selection.rows
    if mine is not None:
        mine.selection = mine.selection.with_page(shown, [shown[row] for row in rows])
        mine.dropped = False


def renew_if_spent() -> None:
    """After a start the list begins with nothing ticked."""
    mine = state.ticked()
    if mine is not None and mine.started is not None:
        state.set_ticked(Ticked())
        state.raise_ticks_epoch()


def mirror(at: address.Place) -> None:
    """Have the URL say what is ticked, on every draw: a way through the menu comes back without."""
    mine = of_session(at)
    text = address.as_text(mine.selection)
    if len(text) > address.MOST_TICKED_CHARACTERS:
        text = KEPT + _keep(mine, text)
    address.put_ticked(text)


def choice(chosen: Selection, within: Filter) -> Choice:
    """What an action works on: single ticks wherever the filter stands now; "all" is all that match."""
    return Choice(filter=within if chosen.mode == "all" else Filter(), selection=chosen)


def _keep(mine: Ticked, text: str) -> str:
    if mine.kept_id is None or mine.kept != mine.selection:
        person = access.require(Action.SEE_SOURCES)
        mine.kept_id = keeping.keep(text, kept_id=mine.kept_id, by=person, services=services())
        mine.kept = mine.selection
    return mine.kept_id


def _of_url() -> Selection:
    text = address.ticked()
    if not text.startswith(KEPT):
        return address.from_text(text[: address.MOST_TICKED_CHARACTERS])
    person = access.require(Action.SEE_SOURCES)
    return address.from_text(keeping.recall(text.removeprefix(KEPT), by=person, services=services()) or "")
