"""The batch's report as CSV, made only when somebody asks for it."""

import csv
import io
from collections.abc import Callable, Iterable
from typing import IO

import streamlit as st

from core import batch_looking
from core.access import Action, Person
from core.ports import Services
from core.records import Batch, ItemRow
from core.report import harmless
from dashboard import access, words
from dashboard.batches import items
from dashboard.services import services

HEAD = ("key", "title", "state", "since", "what happened", "asset id", "tries", "bytes", "seconds")


def button(batch: Batch) -> None:
    """Download every item of the batch."""
    st.download_button(
        "Report (CSV)",
        data=maker(batch.id, services(), by=access.require_some(Action.SEE_BATCHES)),
        file_name=f"batch-{batch.id}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def maker(batch_id: int, at: Services, *, by: Person) -> Callable[[], bytes]:
    """A function that makes the report; Streamlit calls it on a thread of its own, hence services and person.

    Rows are streamed from the database; the text is held whole, because Streamlit hands out nothing else.
    """

    def make() -> bytes:
        text = io.StringIO(newline="")
        write(text, batch_looking.report(batch_id, by=by, services=at))
        return text.getvalue().encode("utf-8-sig")

    return make


def write(file: IO[str], found: Iterable[ItemRow]) -> None:
    """One line per item, under a head line."""
    lines = csv.writer(file)
    lines.writerow(HEAD)
    lines.writerows([harmless(cell) for cell in cells(row)] for row in found)


def cells(row: ItemRow) -> tuple[object, ...]:
    return (
        row.key,
        row.title or "",
        words.ITEM[row.state].word,
        row.since.isoformat(timespec="seconds"),
        items.what_happened(row),
        row.asset_id or "",
        row.attempts,
        row.size_bytes,
        "" if row.duration_s is None else row.duration_s,
    )
