"""The list of batches, and batches in a line."""

import streamlit as st

from core.batch import BatchState, Progress
from core.records import Batch
from dashboard import formats, navigation, words
from dashboard.services import services

LIMIT = 50
Line = tuple[Batch, Progress]


def newest() -> list[Line]:
    """The newest batches with where they stand."""
    with services().uow("batches.newest.read") as tx:
        return tx.batches.newest(limit=LIMIT)


def line(batch: Batch, progress: Progress) -> None:
    """One batch: its name as a link, its state, how far it is."""
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.page_link(
                navigation.PAGES / "batch.py", label=f"**{batch.name}**", query_params={"id": str(batch.id)}
            )
            st.markdown(words.BATCH[batch.state].badge, width="content")
        if batch.state in (BatchState.RUNNING, BatchState.PAUSED):
            st.progress(progress.done / max(progress.total, 1))
        st.caption(figures(batch, progress))


def figures(batch: Batch, progress: Progress) -> str:
    """`182 of 268 on Mux · 3 failed · started 12 min ago by dana`"""
    said = [f"{formats.number(progress.done)} of {formats.number(progress.total)} on Mux"]
    if progress.failed:
        said.append(f"**{formats.number(progress.failed)} failed**")
    started = formats.ago(batch.started_at or batch.created_at, zone=formats.reader_zone())
    return " · ".join([*said, f"started {started} by {batch.created_by}"])
