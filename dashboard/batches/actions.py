"""What a person can do with a batch. Each action asks for its right again when it is done."""

from collections.abc import Callable
from uuid import UUID

import streamlit as st

from core import migrating
from core.access import Action
from core.batch import BatchState, ItemState
from core.migrating import Status
from core.migration import Trouble
from dashboard import access, errors, formats, state
from dashboard.services import services
from dashboard.sources import reading, scan
from dashboard.state import Key

NEEDS_ADMIN = "This needs the role admin."


def bar(status: Status) -> None:
    """The buttons beside the title, as far as they make sense in this state."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        if status.batch.state is BatchState.RUNNING:
            _button("Pause", "pause", pause, status.batch.id)
        if status.batch.state is BatchState.PAUSED:
            _button("Resume", "play_arrow", resume, status.batch.id, primary=True)
        if can_cancel(status):
            _dialog_button("Cancel rest …", "block", lambda: cancel_dialog(status))
        if can_roll_back(status):
            _dialog_button("Roll back …", "undo", lambda: roll_back_dialog(status.batch.id))


def can_cancel(status: Status) -> bool:
    """Whether anything waits that could be let go."""
    waiting = status.progress.counts[ItemState.QUEUED]
    return waiting > 0 and status.batch.state is not BatchState.CANCELLED


def can_roll_back(status: Status) -> bool:
    return _done(status) > 0


def _done(status: Status) -> int:
    return sum(status.progress.counts[state] for state in migrating.ROLLS_BACK)


def _button(
    label: str, icon: str, act: Callable[[int], None], batch_id: int, *, primary: bool = False
) -> None:
    allowed = access.may(Action.MIGRATE)
    st.button(
        label,
        icon=f":material/{icon}:",
        type="primary" if primary else "secondary",
        on_click=errors.guarded(act),
        args=(batch_id,),
        disabled=not allowed,
        help=None if allowed else NEEDS_ADMIN,
    )


def _dialog_button(label: str, icon: str, open_dialog: Callable[[], None]) -> None:
    allowed = access.may(Action.MIGRATE)
    if st.button(
        label, icon=f":material/{icon}:", disabled=not allowed, help=None if allowed else NEEDS_ADMIN
    ):
        open_dialog()


def pause(batch_id: int) -> None:
    person = access.require(Action.MIGRATE)
    migrating.pause(batch_id, by=person, services=services())
    state.say_next("Paused. What is at Mux already runs to its end.")


def resume(batch_id: int) -> None:
    person = access.require(Action.MIGRATE)
    migrating.resume(batch_id, by=person, services=services())
    state.say_next("Going on.")


def retry(batch_id: int, item_ids: list[UUID] | None = None) -> None:
    """Queue failed items again, all or these, and draw the page anew."""
    person = access.require(Action.MIGRATE)
    count = migrating.retry(batch_id, by=person, services=services(), item_ids=item_ids)
    reading.forget()
    state.say_next(f"{formats.counted(count, 'video')} queued again.")
    st.rerun()


def retry_button(status: Status) -> None:
    """Retry everything that failed."""
    allowed = access.may(Action.MIGRATE)
    st.button(
        f"Retry {formats.counted(status.progress.failed, 'video')}",
        icon=":material/replay:",
        on_click=errors.guarded(retry),
        args=(status.batch.id,),
        disabled=not allowed,
        help=None if allowed else NEEDS_ADMIN,
    )


def scan_button(trouble: Trouble) -> None:
    """Scan first, where the object is not what it was."""
    if access.may(Action.SCAN):
        st.button(
            "Scan again",
            key=f"scan_{trouble}",
            icon=":material/refresh:",
            type="tertiary",
            on_click=errors.guarded(_scan),
        )


def _scan() -> None:
    scan.ask()
    state.say_next("The scan has started. Retry when it is through.")
    st.rerun()


@st.dialog("Cancel the rest?")
def cancel_dialog(status: Status) -> None:
    """Names what is let go and what is not."""
    waiting = status.progress.counts[ItemState.QUEUED]
    st.write(
        f"{formats.counted(waiting, 'video')} of “{status.batch.name}” that wait will not be sent. "
        "What is at Mux already runs to its end; what is done stays done. Cancelled videos can move "
        "in another batch."
    )
    st.button(
        f"Cancel {formats.counted(waiting, 'video')}",
        type="primary",
        on_click=errors.guarded(_cancel),
        args=(status.batch.id,),
    )


def _cancel(batch_id: int) -> None:
    person = access.require(Action.MIGRATE)
    migrating.cancel(batch_id, by=person, services=services())
    reading.forget()
    state.say_next("Cancelled what was waiting.")
    st.rerun()


@st.dialog("Roll back?")
def roll_back_dialog(batch_id: int, item_id: UUID | None = None, title: str = "") -> None:
    """Names what plays from S3 again, and what happens to the copies."""
    status = migrating.status(batch_id, services=services())
    count = 1 if item_id else _done(status)
    what = f"“{title}”" if item_id else f"{formats.counted(count, 'video')} of “{status.batch.name}”"
    st.write(
        f"{what} will play from S3 again: the school's rows get back what stood there before. "
        "A row that somebody changed since is left as it is and reported. The files in S3 stay."
    )
    delete = st.checkbox(
        "Delete the copies at Mux too",
        key=Key.ROLL_BACK_DELETES,
        help="Deleted copies cannot be brought back.",
    )
    if not delete:
        st.caption("The copies stay at Mux and go on costing storage.")
    st.button(
        f"Roll back {formats.counted(count, 'video')}" + (" and delete" if delete else ""),
        type="primary",
        on_click=errors.guarded(_roll_back),
        args=(batch_id, item_id),
    )


def _roll_back(batch_id: int, item_id: UUID | None) -> None:
    person = access.require(Action.ROLL_BACK)
    count = migrating.roll_back(
        batch_id,
        by=person,
        services=services(),
        item_ids=[item_id] if item_id else None,
        delete_assets=bool(st.session_state.get(Key.ROLL_BACK_DELETES)),
    )
    reading.forget()
    state.watch()
    state.say_next(f"{formats.counted(count, 'video')} being rolled back.")
    st.rerun()
