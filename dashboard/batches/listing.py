"""The list of batches, narrowed and sorted as its address says, and batches in a line."""

import streamlit as st

from core import batch_looking
from core.access import Action, Person
from core.batch import BatchState, Progress
from core.batch_list import Line
from core.batch_looking import BatchPage
from core.records import Batch
from dashboard import access, bones, errors, formats, kept, words
from dashboard.batches import figures, narrowing
from dashboard.services import services
from dashboard.state import Key

SIZE = 20
EVERY = "5s"


def purpose() -> str:
    """Whose batches they are."""
    if access.may(Action.SEE_BATCHES):
        return "Every job over many videos or lessons that was started."
    return "The jobs over many lessons that you started."


def show() -> None:
    """Filters, then the list; it is drawn again every 5 s while a batch runs."""
    person = access.require_some(Action.SEE_BATCHES)
    runs = batch_looking.runs(by=person, services=services())
    if batch_looking.count(by=person, services=services()):
        narrowing.show()
    st.fragment(errors.guarded(_draw), run_every=EVERY if runs else None)(runs)


def _draw(ran: bool) -> None:
    person = access.require_some(Action.SEE_BATCHES)
    found = _page(narrowing.place(), person)
    if batch_looking.runs(by=person, services=services()) != ran:
        st.rerun(scope="app")
    for batch, progress in found.lines:
        line(batch, progress)
    if found.lines:
        pages = kept.pages(found.matching, SIZE)
        said = f"{formats.number(found.matching)} of {formats.counted(found.total, 'batch', 'batches')}"
        kept.pager(said, Key.BATCH_PAGE, narrowing.PAGE, found.number, pages=pages)
    else:
        _nothing(found.total)


def _page(at: narrowing.Place, person: Person) -> BatchPage:
    return batch_looking.page(at.filter, at.sort, number=at.page, size=SIZE, by=person, services=services())


def _nothing(total: int) -> None:
    if total:
        bones.nothing("No batch matches.", "Take a filter away to see the others.")
        st.button("Clear filters", on_click=narrowing.widen)
    elif not access.may(Action.SEE_BATCHES):
        bones.nothing(
            "You have not started any yet.",
            "Tick lessons in the Library and change them at once.",
            page="library.py",
            label="Go to the Library",
        )
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
