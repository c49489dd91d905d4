"""Lessons of the ranking, ticked to be compared: in the address, so that no page or order loses them."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from core.lesson_comparing import MOST_COMPARED
from core.period import Period
from dashboard import errors, formats, kept, navigation
from dashboard.compare import address
from dashboard.state import Key

TICKED = "ticked"


def of_grid(key: str, ids: Sequence[str]) -> dict[str, Any]:
    """What makes the rows of a table tickable; `ids` are its lessons."""
    ticked = address.lessons(TICKED)
    return {
        "on_select": errors.acting(partial(_fold, key, ids)),
        "selection_mode": "multi-row",
        "selection_default": {"selection": {"rows": [n for n, one in enumerate(ids) if one in ticked]}},
    }


def epoch() -> int:
    """Part of the table's key: raised, it has the table take its ticks from the address."""
    return int(st.session_state.get(Key.VIEWING_EPOCH, 0))


def bar(period: Period) -> None:
    """How many are ticked, and the way to see them beside each other."""
    ticked = address.lessons(TICKED)
    if not ticked:
        st.caption(f"Tick up to {MOST_COMPARED} lessons to compare them.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{formats.counted(len(ticked), 'lesson')} ticked.**", width="content")
        why = _why_not(len(ticked))
        goes = st.button(
            f"Compare {formats.counted(len(ticked), 'lesson')}",
            key=Key.VIEWING_COMPARE,
            icon=":material/compare_arrows:",
            disabled=bool(why),
            help=why,
        )
        kept.clear(False, _clear)
    if goes:
        st.switch_page(navigation.PAGES / address.PAGE, query_params=address.way(ticked, period))


def _why_not(count: int) -> str | None:
    if count < 2:
        return "Tick at least two lessons."
    return f"At most {MOST_COMPARED} are compared: untick some." if count > MOST_COMPARED else None


def _fold(key: str, shown: Sequence[str]) -> None:
    """Take in what the table has ticked; what is ticked on other pages stays."""
    rows = st.session_state[key].selection.rows
    others = [one for one in address.lessons(TICKED) if one not in shown]
    address.put([*others, *(shown[row] for row in rows)], TICKED)


def _clear() -> None:
    address.put([], TICKED)
    st.session_state[Key.VIEWING_EPOCH] = epoch() + 1
