"""Lessons as a dense table with ticks, for those who compare many."""

import hashlib
from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.bulk import Picked
from core.library import LibraryLine
from dashboard import errors, formats, navigation, rows
from dashboard.library import cards, terms, ticks
from dashboard.state import Key

HEIGHT_PX = 560
ORDER = (
    *("title", "course", "provider", "film", "length", "captions", "quality", "owner", "published"),
    "changed_at",
)
"""They fit beside each other on a laptop's screen; the id can be switched on in the table's corner."""


def show(shown: Sequence[LibraryLine], picked: Picked | None) -> None:
    """One page of them; with `picked`, each can be ticked."""
    ids = [line.lesson_id for line in shown]
    key = f"lessons-{_fingerprint(ids)}-{ticks.epoch()}"
    can_tick: dict[str, Any] = {"on_select": "ignore"}
    if picked is not None:
        can_tick = {
            "on_select": errors.acting(partial(ticks.fold, key, ids)),
            "selection_mode": "multi-row",
            "selection_default": {"selection": {"rows": [n for n, one in enumerate(ids) if one in picked]}},
        }
    st.dataframe(
        table(shown),
        key=key,
        hide_index=True,
        height=min(HEIGHT_PX, 36 * (len(shown) + 1) + 2),
        column_config=columns(ids),
        column_order=ORDER,
        placeholder=formats.NOTHING,
        alt="Lessons",
        **can_tick,
    )


def table(shown: Sequence[LibraryLine]) -> pd.DataFrame:
    """The rows as the table shows them."""
    return pd.DataFrame(
        {
            "title": [cards.title(line) for line in shown],
            "course": [line.course or "" for line in shown],
            "provider": [[terms.PROVIDER[line.provider].word] for line in shown],
            "film": [[terms.FILM[line.film].word] for line in shown],
            "length": [formats.clock(line.duration_s) if line.duration_s else "" for line in shown],
            "captions": ["Yes" if line.captions else "" for line in shown],
            "quality": [(line.quality or "").capitalize() for line in shown],
            "owner": [line.owner or "" for line in shown],
            "published": [_published(line) for line in shown],
            "changed_at": [line.changed_at for line in shown],
            "id": [line.lesson_id for line in shown],
        }
    )


def columns(ids: Sequence[str]) -> dict[str, Any]:
    """How each column is shown."""
    config = st.column_config
    return {
        "title": config.ButtonColumn(
            "Title",
            width=144,
            type="tertiary",
            alignment="left",
            help="Opens the lesson.",
            key=Key.LIBRARY_OPEN,
            on_click=errors.acting(_open),
            args=(tuple(ids),),
        ),
        "course": config.TextColumn("Course", width=85),
        "provider": rows.term_column("Plays from", list(terms.PROVIDER.values()), width=80),
        "film": rows.term_column("State", list(terms.FILM.values()), width=78),
        "length": config.TextColumn("Length", width=56, alignment="right"),
        "captions": config.TextColumn("Captions", width=68),
        "quality": config.TextColumn("Quality", width=60),
        "owner": config.TextColumn("Owner", width=80),
        "published": config.TextColumn("Published", width=78),
        "changed_at": config.DatetimeColumn(
            "Changed", width=88, format="D MMM, HH:mm", timezone=formats.reader_zone()
        ),
        "id": config.TextColumn("Id"),
    }


def leave_if_opened() -> None:
    """To the page of the lesson whose button was pressed."""
    if lesson_id := st.session_state.pop(Key.LIBRARY_OPENED, None):
        st.switch_page(navigation.PAGES / "lesson.py", query_params={"lesson": lesson_id})


def _open(ids: Sequence[str]) -> None:
    st.session_state[Key.LIBRARY_OPENED] = ids[st.session_state[Key.LIBRARY_OPEN].row]


def _published(line: LibraryLine) -> str:
    if line.is_published is None:
        return ""
    return "Yes" if line.is_published else terms.DRAFT.word


def _fingerprint(ids: Sequence[str]) -> str:
    """The same rows keep the same grid, with its scroll position; other rows get a new one."""
    return hashlib.sha1(repr(ids).encode(), usedforsecurity=False).hexdigest()[:12]
