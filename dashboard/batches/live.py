"""What changes while a batch runs: progress, rate, time left, failures by cause. Redrawn every 2 s."""

import streamlit as st

from core import migrating
from core.access import Action
from core.batch import BatchState, ItemState, Progress
from core.migrating import Status
from core.migration import Trouble
from dashboard import access, errors, formats, state, words
from dashboard.batches import actions
from dashboard.components.state_bar import Part, state_bar
from dashboard.reasons import TROUBLE, Remedy
from dashboard.services import services

EVERY = "2s"
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
    """Whether anything can still change by itself."""
    at_mux = status.progress.alive > status.progress.to_post
    return status.batch.state is BatchState.RUNNING or at_mux or state.is_watching()


def show(status: Status) -> None:
    """Draw it, and again every 2 s while something moves."""
    every = EVERY if is_live(status) else None
    st.fragment(errors.guarded(_draw), run_every=every)(status.batch.id, _frame(status))


def _frame(status: Status) -> tuple[object, ...]:
    """What the rest of the page depends on."""
    return status.batch.state, actions.can_cancel(status), actions.can_roll_back(status), is_live(status)


def _draw(batch_id: int, drawn: tuple[object, ...]) -> None:
    access.require(Action.SEE_BATCHES)
    status = migrating.status(batch_id, services=services())
    if _frame(status) != drawn:
        st.rerun(scope="app")
    st.markdown(sentence(status))
    state_bar(parts(status.progress), key="batch_states")
    st.caption(pace(status))
    if status.troubles:
        _failures(status)


def sentence(status: Status) -> str:
    """The answer first: how far it is, and how long it takes yet."""
    progress = status.progress
    to_move = progress.total - progress.counts[ItemState.SKIPPED]
    moved = "tested" if status.batch.options.test else "on Mux"
    said = [f"**{formats.number(progress.done)} of {formats.number(to_move)} {moved}**"]
    if progress.failed:
        said.append(f"{formats.number(progress.failed)} failed")
    if status.batch.state is BatchState.RUNNING and status.eta_s:
        said.append(f"about {formats.duration(status.eta_s)} left")
    return " · ".join(said)


def pace(status: Status) -> str:
    """Rate against the limit, and whether Mux has asked us to slow down."""
    if status.batch.state is not BatchState.RUNNING:
        return ""
    allowed = services().settings.mux_post_per_s
    said = f"{formats.rate(status.rate_per_s)} of {formats.rate(status.limit_per_s)} allowed"
    if allowed and status.limit_per_s < allowed * 0.99:
        said += f", slowed down from {formats.rate(allowed)} because Mux asked us to"
    return said


def parts(progress: Progress) -> list[Part]:
    """The bar's shares, from done to what is left out."""
    return [
        Part(word=words.ITEM[s].word, count=progress.counts[s], color=words.ITEM[s].color) for s in BAR_ORDER
    ]


def _failures(status: Status) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.markdown(f"**{formats.counted(status.progress.failed, 'video')} failed**", width="content")
            actions.retry_button(status)
        for trouble, count in sorted(status.troubles.items(), key=lambda pair: -pair[1]):
            _cause(trouble, count)


def _cause(trouble: Trouble, count: int) -> None:
    reason = TROUBLE[trouble]
    text, action = st.columns([6, 1], vertical_alignment="center")
    text.markdown(f":red-badge[{formats.number(count)}] **{reason.short}.** {reason.sentence}")
    if reason.remedy is Remedy.SCAN_AND_RETRY:
        with action:
            actions.scan_button(trouble)
