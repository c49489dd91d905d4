"""Which lessons are ticked: kept in the session, mirrored in the URL so that a reload brings them back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from secrets import token_hex

import streamlit as st

from core import keeping
from core.access import Action
from core.bulk import Picked, as_text, from_text
from core.library import LibraryFilter, LibraryLine
from dashboard import access, query
from dashboard.library.address import Place
from dashboard.services import services
from dashboard.state import Key

TICKED = "ticked"
"""In the address."""

KEPT = "kept-"
"""Begins the address's word for ticks that are too many for it; they are kept in the database."""

MOST_CHARACTERS = 3_000
NONE = Picked()


@dataclass(slots=True)
class Ticked:
    """What is ticked, changed in place: no click can break in between."""

    picked: Picked = NONE
    within: LibraryFilter = LibraryFilter()
    """The filter for which "all" was said."""
    dropped: bool = False
    """"All" was given up because the filter became another one."""
    kept_id: str | None = None
    kept: Picked = NONE
    once: str = field(default_factory=lambda: token_hex(8))
    """Under it one batch is started, however often somebody clicks."""
    spent: tuple[str, int] = ("", 0)
    """The word under which the last one was started, and its number."""
    going: int | None = None
    """The batch that was just started, until its page is on its way."""


def of_session(at: Place) -> Ticked:
    """The session's own; at its first look, what the URL says."""
    mine: Ticked | None = st.session_state.get(Key.LIBRARY_TICKED)
    if mine is None:
        mine = st.session_state[Key.LIBRARY_TICKED] = Ticked(picked=_of_url(), within=at.filter)
    return mine


def current(at: Place) -> Picked:
    """The ticks; "all" holds for the filter that it was said of."""
    mine = of_session(at)
    if mine.picked.mode == "all" and mine.within != at.filter:
        mine.picked, mine.dropped = NONE, True
        _draw_anew()
    return mine.picked


def choose(picked: Picked, within: LibraryFilter) -> None:
    """Tick these from now on, and have the boxes show it."""
    mine: Ticked | None = st.session_state.get(Key.LIBRARY_TICKED)
    if mine is not None:
        mine.picked, mine.within, mine.dropped = picked, within, False
    _draw_anew()


def box(line: LibraryLine, title: str, picked: Picked) -> None:
    """The tick of one lesson."""
    key = f"tick-{epoch()}-{line.lesson_id}"
    st.checkbox(
        f"Select {title}",
        value=line.lesson_id in picked,
        key=key,
        label_visibility="collapsed",
        on_change=_tick,
        args=(key, line.lesson_id),
    )


def fold(key: str, shown: Sequence[str]) -> None:
    """Take in what the table under `key` has ticked; `shown` are the ids of its rows."""
    mine: Ticked | None = st.session_state.get(Key.LIBRARY_TICKED)
    if mine is not None:
        rows = st.session_state[key].selection.rows
        mine.picked, mine.dropped = mine.picked.with_page(shown, [shown[row] for row in rows]), False


def spend(mine: Ticked, batch_id: int) -> None:
    """A batch was started with the ticks: nothing is ticked from now on."""
    mine.picked, mine.spent, mine.once = NONE, (mine.once, batch_id), token_hex(8)
    mine.going = batch_id
    _draw_anew()


def mirror(at: Place) -> None:
    """Have the URL say what is ticked, on every draw: a way through the menu comes back without."""
    mine = of_session(at)
    text = as_text(mine.picked)
    if len(text) > MOST_CHARACTERS:
        text = KEPT + _keep(mine, text)
    if st.query_params.get(TICKED, "") != text:
        query.put(TICKED, text)


def _tick(key: str, lesson_id: str) -> None:
    mine: Ticked | None = st.session_state.get(Key.LIBRARY_TICKED)
    if mine is not None:
        ticked = [lesson_id] if st.session_state[key] else []
        mine.picked, mine.dropped = mine.picked.with_page([lesson_id], ticked), False


def _keep(mine: Ticked, text: str) -> str:
    if mine.kept_id is None or mine.kept != mine.picked:
        person = access.require(Action.SEE_LIBRARY)
        mine.kept_id = keeping.keep(
            text, kept_id=mine.kept_id, by=person, services=services(), action=Action.SEE_LIBRARY
        )
        mine.kept = mine.picked
    return mine.kept_id


def _of_url() -> Picked:
    text: str = st.query_params.get(TICKED, "")
    if not text.startswith(KEPT):
        return from_text(text[:MOST_CHARACTERS])
    person = access.require(Action.SEE_LIBRARY)
    kept_id = text.removeprefix(KEPT)
    found = keeping.recall(kept_id, by=person, services=services(), action=Action.SEE_LIBRARY)
    return from_text(found or "")


def epoch() -> int:
    """Raised, it has boxes and table take their ticks from what is picked."""
    return int(st.session_state.get(Key.LIBRARY_EPOCH, 0))


def _draw_anew() -> None:
    """Boxes of another name take their ticks from what is picked."""
    st.session_state[Key.LIBRARY_EPOCH] = epoch() + 1
