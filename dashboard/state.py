"""The few values that live in the session state, under the keys of `dashboard.keys`."""

from dataclasses import dataclass, field
from secrets import token_hex

import streamlit as st

from core.selection import Filter, Selection
from dashboard.keys import Key as Key


@dataclass(slots=True)
class Ticked:
    """What is ticked, and what became of it.

    One object that is changed in place: each access to the session state is a place where Streamlit may
    break off for the next click, a change within an object is none.
    """

    selection: Selection = Selection()
    within: Filter = Filter()
    """The filter for which "all" was said."""
    dropped: bool = False
    """"All" was given up because the filter became another one."""
    kept_id: str | None = None
    kept: Selection = Selection()
    """What lies in the database under the id."""
    once: str = field(default_factory=lambda: token_hex(8))
    """Under it one batch is started, however often somebody clicks."""
    started: int | None = None
    """The batch."""
    refused: str = ""
    """Why the last start did not happen, until it is said."""


def ticked() -> Ticked | None:
    """The ticks of the migrate page; None before the first look at it in this session."""
    mine: Ticked | None = st.session_state.get(Key.SELECTION)
    return mine


def set_ticked(mine: Ticked) -> None:
    st.session_state[Key.SELECTION] = mine


def ticks_epoch() -> int:
    """Part of the grid's key: raised, it makes the grid take its ticks from the selection afresh."""
    return int(st.session_state.get(Key.TICKS_EPOCH, 0))


def raise_ticks_epoch() -> None:
    st.session_state[Key.TICKS_EPOCH] = ticks_epoch() + 1


def say_next(sentence: str) -> None:
    """Show a sentence on the next full run: what an action did."""
    st.session_state[Key.FLASH] = sentence


def said() -> str | None:
    """The sentence to show now, once."""
    sentence: str | None = st.session_state.pop(Key.FLASH, None)
    return sentence
