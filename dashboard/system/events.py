"""Webhook events from Mux: the newest, those that failed, and ingesting one again."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core import ingesting
from core.access import Action
from core.event import WAKING
from core.records import EventRow
from dashboard import access, bones, errors, formats, query, rows, state
from dashboard.components.reveal import reveal
from dashboard.services import services
from dashboard.state import Key
from dashboard.words import Term

LIMIT = 100
EVERY = "5s"
EVENT, FAILED, TYPE = "event", "failed", "type"
"""Names in the URL."""

INGESTED = Term("Ingested", "check_circle", "green")
WAITING = Term("Waiting", "schedule", "gray")
KEPT = Term("Kept", "inventory_2", "gray", "Nothing follows from events of this type.")
FAILED_TERM = Term("Failed", "error", "red")
TERMS = (INGESTED, WAITING, KEPT, FAILED_TERM)
TYPES = ("", *sorted(WAKING))


@st.fragment(run_every=EVERY)
@errors.guarded
def listing() -> None:
    """The newest events, redrawn every few seconds."""
    access.require(Action.SEE_EVENTS)
    kind, failed = st.query_params.get(TYPE, ""), FAILED in st.query_params
    with services().uow("events.read") as tx:
        last_at = tx.events.last_received_at()
        found = tx.events.newest(limit=LIMIT, type=kind, failed=failed)
    if last_at is None:
        bones.nothing(
            "Mux has not told us anything yet.",
            "At Mux, enter the public address of webhook.py, which ends in /api/videos/mux/webhook. "
            "Set the signing secret that Mux shows there as MUX_WEBHOOK_SECRET.",
            page="health.py",
            label="See what is missing",
        )
        return
    st.markdown(f"The last event came **{formats.ago(last_at, zone=formats.reader_zone())}**.")
    _filters(kind, failed)
    if found:
        _list(found, place=(kind, failed))
    else:
        bones.nothing("No event matches.", "Choose another type, or look at all of them.")


def _list(found: Sequence[EventRow], *, place: object) -> None:
    rows.pick_one(
        rows.without_empty(table(found), "error"),
        [row.id for row in found],
        parameter=EVENT,
        columns=columns(),
        place=place,
        alt="Events from Mux",
    )
    newest = f"The newest {LIMIT}. " if len(found) == LIMIT else ""
    st.caption(f"{newest}Pick an event to ingest it again.")


def term_of(row: EventRow) -> Term:
    """Where an event stands."""
    if row.error:
        return FAILED_TERM
    if row.ingested_at:
        return INGESTED
    return WAITING if row.type in WAKING else KEPT


def table(found: Sequence[EventRow]) -> pd.DataFrame:
    """The rows as the grid shows them."""
    return pd.DataFrame(
        {
            "received_at": [row.received_at for row in found],
            "type": [row.type for row in found],
            "state": [[term_of(row).word] for row in found],
            "error": [row.error or "" for row in found],
            "object_id": [row.object_id for row in found],
            "id": [row.id for row in found],
        }
    )


def columns() -> dict[str, Any]:
    """How each column is shown."""
    config = st.column_config
    return {
        "received_at": config.DatetimeColumn(
            "Received", width=125, format="D MMM, HH:mm:ss", timezone=formats.reader_zone()
        ),
        "type": config.TextColumn("Type", width=190),
        "state": rows.term_column("State", TERMS, width=95, help="Kept: nothing follows from it"),
        "object_id": config.TextColumn("About", width=320, help="Mux's id of the asset or upload"),
        "error": config.TextColumn("What went wrong", width=260),
        "id": config.TextColumn("Event", width=240),
    }


def replay_panel() -> None:
    """Ingest the picked event once more; what it says already holds stays as it is."""
    event_id = st.query_params.get(EVENT)
    if not event_id:
        return
    why_not = access.why_not(Action.REPLAY_EVENTS)
    reveal(event_id, key="reveal_event")
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.code(event_id, language=None, width="stretch")
        st.button(
            "Ingest this event again",
            icon=":material/replay:",
            on_click=errors.acting(replay),
            args=(event_id,),
            disabled=bool(why_not),
            help=why_not,
        )


def replay(event_id: str) -> None:
    person = access.require(Action.REPLAY_EVENTS)
    ingesting.replay(event_id, by=person, services=services())
    state.say_next("The event is being ingested again.")


def _filters(kind: str, failed: bool) -> None:
    types = TYPES if kind in TYPES else (*TYPES, kind)
    st.session_state[Key.EVENT_TYPE], st.session_state[Key.EVENT_FAILED] = kind, failed
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Type",
            types,
            format_func=lambda one: one or "Any",
            key=Key.EVENT_TYPE,
            width=280,
            on_change=_changed,
        )
        st.toggle("Failed only", key=Key.EVENT_FAILED, on_change=_changed)


def _changed() -> None:
    query.put(TYPE, st.session_state[Key.EVENT_TYPE])
    query.put(FAILED, "1" if st.session_state[Key.EVENT_FAILED] else "")
