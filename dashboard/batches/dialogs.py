"""The questions before what cannot be undone: what, how many, where, and what stays untouched."""

from uuid import UUID

import streamlit as st

from core import migrating
from core.access import Action
from core.batch import BatchKind, ItemState
from core.migrating import ROLLS_BACK, Status
from core.naming import existing
from dashboard import access, errors, formats, state
from dashboard.batches import kinds
from dashboard.services import services, settings
from dashboard.sources import reading
from dashboard.state import Key


def on_mux(status: Status) -> int:
    """How many videos could be rolled back."""
    return sum(status.progress.counts[one] for one in ROLLS_BACK)


def open_cancel(status: Status) -> None:
    _cancel_dialog(status)


def open_roll_back(status: Status, item_id: UUID | None = None, title: str = "") -> None:
    """Ask about the whole batch, or about one video; what was ticked at the last question is forgotten."""
    deletes, typed = _keys(status.batch.id, item_id)
    st.session_state[deletes], st.session_state[typed] = False, ""
    _roll_back_dialog(status, item_id, title)


@st.dialog("Cancel the rest?")
@errors.guarded
def _cancel_dialog(status: Status) -> None:
    waiting = kinds.counted(status.batch.kind, status.progress.counts[ItemState.QUEUED])
    left = (
        "be changed. What is done stays done."
        if status.batch.kind.is_bulk
        else "be sent. What is at Mux already runs to its end; what is done stays done. Cancelled videos can "
        "move in another batch."
    )
    st.write(f"{waiting} of “{formats.literal(status.batch.name)}” that wait will not {left}")
    st.button(
        f"Cancel {waiting}",
        type="primary",
        on_click=errors.acting(_cancel),
        args=(status.batch.id,),
    )


def _cancel(batch_id: int) -> None:
    person = access.require(Action.MIGRATE)
    migrating.cancel(batch_id, by=person, services=services())
    reading.forget()
    state.say_next("Cancelled what was waiting.")
    st.rerun()


@st.dialog("Roll back?")
@errors.guarded
def _roll_back_dialog(status: Status, item_id: UUID | None, title: str) -> None:
    access.require(Action.ROLL_BACK)
    count = 1 if item_id else on_mux(migrating.status(status.batch.id, services=services()))
    things, batch = kinds.counted(status.batch.kind, count), formats.literal(status.batch.name)
    what = f"“{formats.literal(title)}”" if item_id else f"{things} of “{batch}”"
    st.write(f"{what} {_comes_back(status)}")
    delete = status.batch.kind.makes_copies and _asks_to_delete(status.batch.id, item_id)
    st.button(
        f"Roll back {things}" + (" and delete" if delete else ""),
        type="primary",
        on_click=errors.acting(_roll_back),
        args=(status.batch.id, item_id),
        disabled=delete and not _is_confirmed(status.batch.id, item_id, count),
    )


def _comes_back(status: Status) -> str:
    if status.batch.kind is BatchKind.CAPTIONS:
        return (
            "lose the captions that this batch had written, at Mux and in S3. What somebody changed since is "
            "left and reported."
        )
    if status.batch.kind.is_bulk:
        return "get back what stood there before. A lesson that somebody changed since is left and reported."
    return (
        "will play from S3 again: the school's rows get back what stood there before. "
        "A row that somebody changed since is left as it is and reported. The files in S3 stay."
    )


def _asks_to_delete(batch_id: int, item_id: UUID | None) -> bool:
    delete = st.checkbox(
        "Delete the copies at Mux too",
        key=_keys(batch_id, item_id)[0],
        help="Deleted copies cannot be brought back.",
    )
    if not delete:
        st.caption("The copies stay at Mux and go on costing storage.")
    return delete


def _is_confirmed(batch_id: int, item_id: UUID | None, count: int) -> bool:
    """At the real Mux, deleting takes a typed word with the number."""
    if not settings().mux_is_real:
        return True
    phrase = f"delete {count}"
    typed = st.text_input(f"Type “{phrase}” to confirm", key=_keys(batch_id, item_id)[1])
    return typed.strip().lower() == phrase


def _keys(batch_id: int, item_id: UUID | None) -> tuple[str, str]:
    """Of the tick and of the typed word: each question has its own."""
    name = f"{batch_id}-{item_id or 'all'}"
    return f"{Key.ROLL_BACK_DELETES}-{name}", f"{Key.ROLL_BACK_TYPED}-{name}"


def _roll_back(batch_id: int, item_id: UUID | None) -> None:
    person = access.require(Action.ROLL_BACK)
    with services().uow("batch.kind.read") as tx:
        kind = existing(tx, batch_id).kind
    count = migrating.roll_back(
        batch_id,
        by=person,
        services=services(),
        item_ids=[item_id] if item_id else None,
        delete_assets=bool(st.session_state.get(_keys(batch_id, item_id)[0])),
    )
    reading.forget()
    state.say_next(f"{kinds.counted(kind, count)} being rolled back.")
    st.rerun()
