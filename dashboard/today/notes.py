"""What needs a person today, gathered for each role, the worst first."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import streamlit as st

from core.batch import BatchState
from core.records import Facets
from core.selection import Standing
from dashboard import formats, navigation
from dashboard.batches.listing import Line
from dashboard.services import services
from dashboard.words import Term

FAILED = Term("Failed", "error", "red")
DECIDE = Term("Needs a look", "visibility", "orange")


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One thing that needs somebody, and where to deal with it."""

    term: Term
    sentence: str
    page: str = ""
    label: str = ""
    query: dict[str, str] = field(default_factory=dict)


def notes(found: Facets, lines: list[Line]) -> Iterator[Note]:
    """Failures first, then decisions. For people who may see batches and sources."""
    yield from (_failed(line) for line in lines if line[1].failed)
    yield from _failed_events()
    yield from (_paused(line) for line in lines if line[0].state is BatchState.PAUSED)
    yield from _waiting_rows()
    yield from _needs_look(found)


def show(found: list[Note]) -> None:
    """Each with its action beside it."""
    for i, note in enumerate(found):
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"note_{i}"):
            st.markdown(f"{note.term.badge} {note.sentence}", width="stretch")
            if note.page:
                st.page_link(
                    navigation.PAGES / note.page,
                    label=note.label,
                    icon=":material/arrow_forward:",
                    icon_position="right",
                    query_params=note.query,
                )


def _failed(line: Line) -> Note:
    batch, progress = line
    return Note(
        term=FAILED,
        sentence=f"{formats.counted(progress.failed, 'video')} of “{batch.name}” failed; "
        "the lessons play from S3 as before.",
        page="batch.py",
        label="See why",
        query={"id": str(batch.id), "state": "failed"},
    )


def _paused(line: Line) -> Note:
    batch, progress = line
    reason = f" {batch.pause_reason}" if batch.pause_reason else ""
    return Note(
        term=DECIDE,
        sentence=f"“{batch.name}” is paused with {formats.counted(progress.alive, 'video')} to go.{reason}",
        page="batch.py",
        label="Resume or cancel",
        query={"id": str(batch.id)},
    )


def _failed_events() -> Iterator[Note]:
    with services().uow("events.failed.read") as tx:
        count = len(tx.events.newest(limit=100, failed=True))
    if count:
        events = "100 events or more" if count == 100 else formats.counted(count, "event")
        yield Note(
            term=FAILED,
            sentence=f"{events} from Mux could not be ingested.",
            page="events.py",
            label="Look",
            query={"failed": "1"},
        )


def _waiting_rows() -> Iterator[Note]:
    with services().uow("pending.read") as tx:
        count = tx.host.pending_rows()
    if count:
        yield Note(
            term=DECIDE,
            sentence=f"{formats.counted(count, 'row')} of the school's tables wait for Mux's columns; "
            "until then these lessons play from S3. Ops adds the columns with "
            "`python cli.py schema apply --yes`.",
        )


def _needs_look(found: Facets) -> Iterator[Note]:
    count = found.standings.get(Standing.NEEDS_LOOK, 0)
    if count:
        yield Note(
            term=DECIDE,
            sentence=f"{formats.counted(count, 'source')} cannot move: missing, empty or unreadable.",
            page="migrate.py",
            label="See which",
            query={"standing": Standing.NEEDS_LOOK.value},
        )
