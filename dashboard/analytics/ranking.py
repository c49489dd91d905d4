"""The lessons of the period, by what somebody wants to know first, page by page."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from core import browsing
from core.access import Person
from core.library import LibraryLine
from core.period import Period
from core.viewings import Overview, Watched
from dashboard import errors, formats, kept, navigation
from dashboard.analytics import address, export, reading, terms, ticks
from dashboard.analytics.address import ORDER, PAGE, Place
from dashboard.library import cards
from dashboard.services import services
from dashboard.state import Key

SIZE = 15
ROW_PX, HEAD_PX = 54, 38
SVG = Path(cards.NO_PICTURE).read_bytes()
NO_PICTURE = f"data:image/svg+xml;base64,{base64.b64encode(SVG).decode()}"
COLUMNS = ("picture", "title", "views", "change", "watch", "completion", "finished")


def show(found: Overview, at: Place, person: Person) -> None:
    """The order to choose, the table, and its pages."""
    _leave_if_opened(at.period)
    ranked = found.ranked(at.order)
    pages = kept.pages(len(ranked), SIZE)
    number = min(at.page, pages)
    shown = ranked[(number - 1) * SIZE : number * SIZE]
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        st.subheader("Lessons", anchor=False, width="content")
        orders = {order.value: words for order, words in terms.ORDER.items()}
        kept.choose("Order", Key.VIEWING_ORDER, ORDER, at.order.value, orders, page=PAGE, width=180)
    _grid(shown, reading.lines([one.lesson_id for one in shown], person), is_compared=found.is_compared)
    if any(one.views is None for one in shown):
        st.caption(f"Without figures: lessons of few views, which are {terms.FEW_IS}.")
    said = kept.part(number, SIZE, len(shown), len(ranked))
    kept.pager(said, Key.VIEWING_PAGE, PAGE, number, pages=pages)
    ticks.bar(at.period)
    export.buttons(found, at, person)


def _grid(shown: Sequence[Watched], named: Mapping[str, LibraryLine], *, is_compared: bool) -> None:
    ids = tuple(one.lesson_id for one in shown)
    hidden = {
        *(() if is_compared else ("change",)),
        *(() if any(one.finished for one in shown) else ("finished",)),
    }
    key = f"viewing-{_fingerprint(ids)}-{ticks.epoch()}"
    st.dataframe(
        table(shown, named),
        key=key,
        hide_index=True,
        row_height=ROW_PX,
        height=HEAD_PX + ROW_PX * len(shown) + 2,
        column_config=_columns(ids),
        column_order=[name for name in COLUMNS if name not in hidden],
        placeholder=formats.NOTHING,
        alt="Lessons that were watched",
        **ticks.of_grid(key, ids),
    )


def table(shown: Sequence[Watched], named: Mapping[str, LibraryLine]) -> pd.DataFrame:
    """The rows as the table shows them."""
    lines = [named.get(one.lesson_id) for one in shown]
    return pd.DataFrame(
        {
            # The address of a signed picture holds a token: made for this look, for the browser alone.
            "picture": [_picture(line) for line in lines],
            "title": [cards.title(line) if line else terms.GONE for line in lines],
            "views": [one.views for one in shown],
            "change": [terms.change(one.change) for one in shown],
            "watch": [terms.watch_time(one.watch_ms) for one in shown],
            "completion": [_percent(one.completion) for one in shown],
            "finished": [None if one.finished is None else terms.learners(one.finished) for one in shown],
        }
    )


def _percent(share: float | None) -> float | None:
    return None if share is None else share * 100


def _picture(line: LibraryLine | None) -> str:
    return (browsing.picture(line, services=services()) if line else None) or NO_PICTURE


def _columns(ids: tuple[str, ...]) -> dict[str, Any]:
    config = st.column_config
    return {
        "picture": config.ImageColumn("", width=88),
        "title": config.ButtonColumn(
            "Lesson",
            width=236,
            type="tertiary",
            alignment="left",
            help="Opens what is known of how this lesson is watched.",
            key=Key.VIEWING_OPEN,
            on_click=errors.acting(_open),
            args=(ids,),
        ),
        "views": config.NumberColumn("Views", width=66, format="localized"),
        "change": config.TextColumn(
            "Change", width=72, alignment="right", help="Of its views, against as many days before."
        ),
        "watch": config.TextColumn("Watch time", width=92, alignment="right"),
        "completion": config.ProgressColumn(
            "Of its length",
            width=118,
            format="%.0f %%",
            min_value=0,
            max_value=100,
            help="How much of the video a view at Mux plays on average. An estimate.",
        ),
        "finished": config.TextColumn(
            "Finished",
            width=104,
            alignment="right",
            help="Learners who came to its end, by the platform's own progress.",
        ),
    }


def _leave_if_opened(period: Period) -> None:
    if lesson_id := st.session_state.pop(Key.VIEWING_OPENED, None):
        query = address.of_lesson(lesson_id, period)
        st.switch_page(navigation.PAGES / terms.LESSON_PAGE, query_params=query)


def _open(ids: Sequence[str]) -> None:
    st.session_state[Key.VIEWING_OPENED] = ids[st.session_state[Key.VIEWING_OPEN].row]


def _fingerprint(ids: Sequence[str]) -> str:
    """The same rows keep the same grid; other rows get a new one."""
    return hashlib.sha1(repr(ids).encode(), usedforsecurity=False).hexdigest()[:12]
