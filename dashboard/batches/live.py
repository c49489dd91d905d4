"""What changes while a batch runs: progress, rate, time left, what stands still. Redrawn every 2 s."""

from collections.abc import Iterator

import streamlit as st

from core import batch_looking
from core.access import Action, Person
from core.batch import BatchState, ItemState
from core.migrating import Status
from core.ports import Call
from dashboard import access, errors, formats, note
from dashboard.batches import actions, causes, figures, kinds
from dashboard.components.state_bar import Part, state_bar
from dashboard.note import Note
from dashboard.services import services

EVERY = "2s"
EVERY_PAUSED = "10s"
BAR_ORDER = (
    ItemState.DONE,
    ItemState.TESTED,
    ItemState.AWAITING_SCHEMA,
    ItemState.VERIFYING,
    ItemState.INGESTING,
    ItemState.SUBMITTING,
    ItemState.QUEUED,
    ItemState.FAILED,
    ItemState.SKIPPED,
    ItemState.CANCELLED,
    ItemState.ROLLED_BACK,
)


def is_live(status: Status) -> bool:
    """Whether anything can still change by itself: it runs, Mux has videos, or some are being rolled back."""
    at_mux = status.progress.alive > status.progress.to_post
    return status.batch.state is BatchState.RUNNING or at_mux or status.rolling_back > 0


def show(status: Status) -> None:
    """Draw it, and again while something moves, or while somebody else may resume it."""
    st.fragment(errors.guarded(_draw), run_every=_every(status))(status.batch.id, _frame(status))


def _every(status: Status) -> str | None:
    if is_live(status):
        return EVERY
    return EVERY_PAUSED if status.batch.state is BatchState.PAUSED else None


def _frame(status: Status) -> tuple[object, ...]:
    """What the rest of the page depends on."""
    return status.batch.state, actions.can_cancel(status), actions.can_roll_back(status), is_live(status)


def _draw(batch_id: int, drawn: tuple[object, ...]) -> None:
    person = access.require_some(Action.SEE_BATCHES)
    status = batch_looking.status(batch_id, by=person, services=services())
    if _frame(status) != drawn:
        st.rerun(scope="app")
    if status.batch.hold_reason:
        st.warning(held(status.batch.hold_reason), icon=":material/hourglass_top:")
    elif said := mux_is_silent(status) or stalled(status):
        st.warning(said, icon=":material/pause_circle:")
    if status.awaits:
        st.info(awaits(status.awaits), icon=":material/hourglass_top:")
    st.markdown(sentence(status))
    state_bar(parts(status), key="batch_states")
    st.caption(pace(status))
    note.show(waiting_for_columns(status, person))
    causes.show(status)


def held(reason: str) -> str:
    """Why nothing new is sent for now; the batch goes on by itself."""
    return f"**Waiting, and trying again by itself.** {formats.literal(reason)}"


def awaits(what: str) -> str:
    """That nothing is wrong, though nothing moves for long."""
    return f"{formats.literal(what)} That may take as long as the video does; it goes on by itself."


def mux_is_silent(status: Status) -> str:
    """Since when Mux does not answer, and that nobody has to do anything; "" while it does."""
    if status.mux_silent_since is None:
        return ""
    since = formats.moment(status.mux_silent_since, zone=formats.reader_zone())
    return (
        f"**Mux has not answered since {since}**, so nobody knows when this ends. Lectern keeps asking and "
        "goes on by itself. Nothing is made twice."
    )


def stalled(status: Status) -> str:
    """Since when nothing has moved, and why; "" while it does."""
    if status.stalled_since is None:
        return ""
    since = formats.moment(status.stalled_since, zone=formats.reader_zone())
    return f"**Nothing has moved since {since}.** {formats.literal(status.stall_reason)}"


def sentence(status: Status) -> str:
    """The answer first: how far it is, and how long it takes yet."""
    progress = status.progress
    said = [f"**{figures.far(status.batch, progress)}**"]
    if progress.failed:
        said.append(f"{formats.number(progress.failed)} failed")
    if status.rolling_back:
        said.append(f"{kinds.counted(status.batch.kind, status.rolling_back)} being rolled back")
    if status.batch.state is BatchState.RUNNING and status.eta_s and not status.stalled_since:
        said.append(f"about {formats.duration(status.eta_s)} left")
    return " · ".join(said)


def pace(status: Status) -> str:
    """Rate against the limit, and how often Mux said no."""
    if status.batch.state is not BatchState.RUNNING:
        return ""
    if not status.batch.kind.makes_copies:
        return f"Changes lessons at {formats.rate(status.rate_per_s)}"
    allowed = services().settings.mux_post_per_s
    said = f"Sends videos at {formats.rate(status.rate_per_s)} of {formats.rate(status.limit_per_s)} allowed"
    if allowed and status.limit_per_s < allowed * 0.99:
        said += f", slowed down from {formats.rate(allowed)} because Mux asked us to"
    if status.mux_silent_since:
        return f"{said} · {formats.counted(status.progress.unanswered, 'video')} sent without an answer"
    if allowed:
        refused = services().pace.refusals(Call.POST)
        said += f" · {formats.number(refused)} refused by Mux in the last minute"
    return said


def waiting_for_columns(status: Status, person: Person) -> Iterator[Note]:
    """What stands ready at Mux until ops adds the columns."""
    if count := status.progress.counts[ItemState.AWAITING_SCHEMA]:
        videos, verb = formats.counted(count, "video"), "waits" if count == 1 else "wait"
        yield note.columns_missing(f"{videos} at Mux {verb}", person)


def parts(status: Status) -> list[Part]:
    """The bar's shares, from done to what is left out."""
    terms, counts = kinds.items(status.batch.kind), status.progress.counts
    return [Part(word=terms[s].word, count=counts[s], color=terms[s].color) for s in BAR_ORDER]
