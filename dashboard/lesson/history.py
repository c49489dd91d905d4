"""What happened: Mux's events about the video, and who did what to the lesson; each page by page."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core import lesson_telling
from core.access import Action
from core.records import AuditRow, EventRow
from dashboard import access, errors, formats, kept, query, rows
from dashboard.services import services
from dashboard.state import Key
from dashboard.system import events as event_terms

SIZE = 10
EVENTS_PAGE, AUDITS_PAGE = "events", "changes"
"""Names in the address."""

LONGEST = 60


def show(lesson_id: str) -> None:
    """For whoever may change the lesson or looks after events; nothing is read before it is opened."""
    box = st.expander("History", icon=":material/history:", on_change="rerun", key=Key.LESSON_HISTORY)
    if box.open:
        with box:
            st.fragment(errors.guarded(_draw))(lesson_id)


def _draw(lesson_id: str) -> None:
    _audits(lesson_id)
    _events(lesson_id)


def _audits(lesson_id: str) -> None:
    person, number = access.require(Action.SEE_LIBRARY), query.page_number(AUDITS_PAGE)
    found, count = lesson_telling.audits(lesson_id, number=number, size=SIZE, by=person, services=services())
    st.markdown("**Who did what**")
    if not found:
        st.caption("Nothing was done to it in Lectern yet.")
        return
    _table(
        {
            "When": [one.at for one in found],
            "Who": [formats.actor(one.actor) for one in found],
            "Did": [one.action for one in found],
            "What changed": [changes(one) for one in found],
        },
        "Who did what to this lesson",
    )
    _pages(found, count, number, Key.LESSON_AUDITS_PAGE, AUDITS_PAGE)


def _events(lesson_id: str) -> None:
    person, number = access.require(Action.SEE_LIBRARY), query.page_number(EVENTS_PAGE)
    found, count = lesson_telling.events(lesson_id, number=number, size=SIZE, by=person, services=services())
    st.markdown("**What Mux told of its video**")
    if not found:
        st.caption("Nothing (any more): events are forgotten in time.")
        return
    _table(
        {
            "When": [one.created_at for one in found],
            "Event": [one.type for one in found],
            "State": [event_terms.term_of(one).word for one in found],
            "About": [one.object_id for one in found],
        },
        "Events from Mux about this video",
    )
    _pages(found, count, number, Key.LESSON_EVENTS_PAGE, EVENTS_PAGE)


def _table(columns: Mapping[str, Sequence[Any]], alt: str) -> None:
    frame = pd.DataFrame(columns)
    at = st.column_config.DatetimeColumn(
        "When", width=130, format="D MMM, HH:mm:ss", timezone=formats.reader_zone()
    )
    st.dataframe(
        frame,
        hide_index=True,
        height=rows.ROW_PX * (len(frame) + 1) + 2,
        column_config={"When": at},
        placeholder=formats.NOTHING,
        alt=alt,
    )


def _pages(found: Sequence[AuditRow | EventRow], count: int, number: int, key: Key, name: str) -> None:
    first = (number - 1) * SIZE + 1
    said = f"{formats.number(first)} to {formats.number(first + len(found) - 1)} of {formats.number(count)}"
    kept.pager(said, key, name, number, pages=max(1, -(-count // SIZE)))


def changes(row: AuditRow) -> str:
    """`title: Sets → Maps, order: 1 → 2`, each value as far as there is room."""
    before, after = row.before or {}, row.after or {}
    named = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return ", ".join(_change(name, before, after) for name in named)


def _change(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    now = _short(after.get(name))
    return f"{name}: {_short(before[name])} → {now}" if name in before else f"{name}: {now}"


def _short(value: object) -> str:
    text = formats.NOTHING if value in (None, "") else " ".join(str(value).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
