"""The list of batches, narrowed and sorted as its address says, and batches in a line."""

import streamlit as st

from core.access import Action
from core.batch import BatchState, Progress
from core.batch_list import Line
from core.records import Batch
from dashboard import access, bones, errors, formats, kept, words
from dashboard.batches import figures, narrowing
from dashboard.services import services
from dashboard.state import Key

SIZE = 20
EVERY = "5s"


def show() -> None:
    """Filters, then the list; it is drawn again every 5 s while a batch runs."""
    with services().uow("batches.running.read") as tx:
        runs, some = bool(tx.batches.running()), tx.batches.count(narrowing.ALL) > 0
    if some:
        narrowing.show()
    st.fragment(errors.guarded(_draw), run_every=EVERY if runs else None)(runs)


def _draw(ran: bool) -> None:
    access.require(Action.SEE_BATCHES)
    at = narrowing.place()
    with services().uow("batches.page.read") as tx:
        total, count = tx.batches.count(narrowing.ALL), tx.batches.count(at.filter)
        pages = kept.pages(count, SIZE)
        number = min(at.page, pages)
        found = tx.batches.page(at.filter, at.sort, number=number, size=SIZE)
        runs = bool(tx.batches.running())
    if runs != ran:
        st.rerun(scope="app")
    for batch, progress in found:
        line(batch, progress)
    if found:
        said = f"{formats.number(count)} of {formats.counted(total, 'batch', 'batches')}"
        kept.pager(said, Key.BATCH_PAGE, narrowing.PAGE, number, pages=pages)
    else:
        _nothing(total)


def _nothing(total: int) -> None:
    if total:
        bones.nothing("No batch matches.", "Take a filter away to see the others.")
        st.button("Clear filters", on_click=narrowing.widen)
    else:
        bones.nothing(
            "No batch has been started yet.",
            "Tick videos on the Migrate page, review and start.",
            page="migrate.py",
            label="Go to Migrate",
        )


def line(batch: Batch, progress: Progress) -> None:
    """One batch: its name as a link, its state, how far it is."""
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            bones.link("batch.py", f"**{formats.literal(batch.name)}**", query={"id": str(batch.id)})
            st.markdown(words.BATCH[batch.state].badge, width="content")
        if batch.state in (BatchState.RUNNING, BatchState.PAUSED):
            st.progress(figures.share(progress))
        st.caption(summary((batch, progress)))


def summary(of: Line) -> str:
    """`182 of 268 on Mux · 3 failed · started 12 min ago by dana`"""
    batch, progress = of
    said = [figures.far(batch, progress)]
    if progress.failed:
        said.append(f"**{formats.number(progress.failed)} failed**")
    started = formats.ago(batch.started_at or batch.created_at, zone=formats.reader_zone())
    return " · ".join([*said, f"started {started} by {formats.literal(formats.actor(batch.created_by))}"])
