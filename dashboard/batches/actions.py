"""What a person can do with a batch. Each action asks for its right again when it is done."""

from collections.abc import Callable
from uuid import UUID

import streamlit as st

from core import migrating
from core.access import Action
from core.batch import BatchState, ItemState
from core.migrating import Status
from dashboard import access, errors, formats, state
from dashboard.batches import dialogs, kinds
from dashboard.services import services
from dashboard.sources import reading


def bar(status: Status) -> None:
    """The buttons beside the title, as far as they make sense in this state."""
    if not steers():
        return
    with st.container(horizontal=True, horizontal_alignment="right"):
        if status.batch.state is BatchState.RUNNING:
            _button("Pause", "pause", pause, status.batch.id)
        if status.batch.state is BatchState.PAUSED:
            _button("Resume", "play_arrow", resume, status.batch.id, primary=True)
        if can_cancel(status):
            _dialog_button("Cancel rest …", "block", Action.MIGRATE, lambda: dialogs.open_cancel(status))
        if can_roll_back(status):
            _dialog_button("Roll back …", "undo", Action.ROLL_BACK, lambda: dialogs.open_roll_back(status))


def steers() -> bool:
    """Whether there are buttons: ops are told who may press them, whoever sees only their own has none."""
    return access.may(Action.SEE_BATCHES)


def can_cancel(status: Status) -> bool:
    """Whether anything waits that could be let go."""
    waiting = status.progress.counts[ItemState.QUEUED]
    return waiting > 0 and status.batch.state is not BatchState.CANCELLED


def can_roll_back(status: Status) -> bool:
    """Whether anything is on Mux that is not on its way back already."""
    return status.batch.kind.has_way_back and dialogs.on_mux(status) > status.rolling_back


def _button(
    label: str, icon: str, act: Callable[[int], None], batch_id: int, *, primary: bool = False
) -> None:
    why_not = access.why_not(Action.MIGRATE)
    st.button(
        label,
        icon=f":material/{icon}:",
        type="primary" if primary else "secondary",
        on_click=errors.acting(act),
        args=(batch_id,),
        disabled=bool(why_not),
        help=why_not,
    )


def _dialog_button(label: str, icon: str, action: Action, open_dialog: Callable[[], object]) -> None:
    why_not = access.why_not(action)
    if st.button(label, icon=f":material/{icon}:", disabled=bool(why_not), help=why_not):
        open_dialog()


def pause(batch_id: int) -> None:
    person = access.require(Action.MIGRATE)
    migrating.pause(batch_id, by=person, services=services())
    state.say_next("Paused. What is at Mux already runs to its end.")


def resume(batch_id: int) -> None:
    person = access.require(Action.MIGRATE)
    migrating.resume(batch_id, by=person, services=services())
    state.say_next("Going on.")


def retry(batch_id: int, item_ids: list[UUID] | None = None, thing: str = "video") -> None:
    """Queue failed items again, all or these, and draw the page anew."""
    person = access.require(Action.MIGRATE)
    count = migrating.retry(batch_id, by=person, services=services(), item_ids=item_ids)
    reading.forget()
    state.say_next(f"{formats.counted(count, thing)} queued again.")
    st.rerun()


def retry_button(status: Status) -> None:
    """Retry everything that failed; a cancelled batch stays as it is."""
    if status.batch.state is BatchState.CANCELLED or not steers():
        return
    why_not = access.why_not(Action.MIGRATE)
    st.button(
        f"Retry {kinds.counted(status.batch.kind, status.progress.failed)}",
        icon=":material/replay:",
        on_click=errors.acting(retry),
        args=(status.batch.id, None, kinds.thing(status.batch.kind)),
        disabled=bool(why_not),
        help=why_not,
    )
