"""The batch's videos, one page at a time, with state, reason and what to do."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core import batch_looking
from core.access import Action
from core.batch import BatchKind, ItemState
from core.migrating import Status
from core.migration import SkipReason, Trouble
from core.records import Item, ItemRow
from dashboard import access, bones, errors, formats, kept, query, reasons, rows, words
from dashboard.batches import kinds, live
from dashboard.services import services
from dashboard.state import Key

SIZE = 50
WIDTH_PX = 230
STATE, TROUBLE, PAGE, ITEM = "state", "trouble", "items", "item"
"""Names in the URL."""


def show(status: Status, picked: Item | None) -> None:
    """The list, redrawn with the progress while something moves; `picked` is the item shown beside it."""
    every = live.EVERY if live.is_live(status) else None
    st.fragment(errors.guarded(_draw), run_every=every)(status.batch.id, picked)


def _draw(batch_id: int, picked: Item | None) -> None:
    person = access.require_some(Action.SEE_BATCHES)
    if picked and _has_moved(picked):
        st.rerun(scope="app")
    state, trouble = query.known(STATE, ItemState), query.known(TROUBLE, Trouble)
    status = batch_looking.status(batch_id, by=person, services=services())
    counts, causes = status.progress.counts, _causes(status, state)
    count = causes[Trouble(trouble)] if trouble else _count(counts, state)
    pages = kept.pages(count, SIZE)
    page = min(query.page_number(PAGE), pages)
    with services().uow("batch.items.read") as tx:
        found = tx.batches.items(batch_id, state=state, trouble=trouble, number=page, size=SIZE)
    kind = status.batch.kind
    _filters(kind, state, trouble, counts, causes)
    if not found:
        nothing = f"No {kinds.thing(kind)} stands here (any more)."
        bones.nothing(nothing, "Choose another state or cause above.")
        return
    ids = [str(row.id) for row in found]
    shown = rows.without_empty(table(found, kind), "remedy")
    alt = f"{kinds.thing(kind).capitalize()}s of the batch"
    rows.pick_one(shown, ids, parameter=ITEM, columns=columns(kind), alt=alt)
    said = f"{formats.number(count)} of {kinds.counted(kind, status.progress.total)}"
    kept.pager(said, Key.ITEM_PAGE, PAGE, page, pages=pages)


def _causes(status: Status, state: str) -> Counter[Trouble]:
    """How many videos have each cause: those that failed, and those that a rollback left as they were."""
    failed = Counter(status.troubles)
    return failed if state == ItemState.FAILED else failed + Counter(status.not_rolled_back)


def _has_moved(picked: Item) -> bool:
    with services().uow("batch.picked.read") as tx:
        work = tx.batches.work(picked.id) or tx.bulk.change(picked.id)
    return work is not None and work.item.state is not picked.state


def table(found: Sequence[ItemRow], kind: BatchKind = BatchKind.MIGRATION) -> pd.DataFrame:
    """The rows as the grid shows them; a lesson has no file whose length and size could be told."""
    shown = pd.DataFrame(
        {
            "title": [row.title or row.key.rsplit("/", 1)[-1] for row in found],
            "state": [[kinds.items(kind)[row.state].word] for row in found],
            "reason": [what_happened(row) for row in found],
            "remedy": [what_to_do(row) for row in found],
            "since": [row.since for row in found],
            "length": [formats.clock(row.duration_s) for row in found],
            "size": [formats.size(row.size_bytes) for row in found],
            "attempts": [row.attempts or None for row in found],
            "key": [row.key for row in found],
        }
    )
    return shown.drop(columns=["length", "size"]) if kind.is_bulk else shown


def what_happened(row: ItemRow) -> str:
    """The item's reason in words, the cause's own words first."""
    if row.trouble:
        return f"{reasons.TROUBLE[row.trouble].short}. {row.reason or ''}".strip()
    if row.state is ItemState.SKIPPED and row.reason in set(SkipReason):
        return reasons.SKIP[SkipReason(row.reason)].sentence
    terms = kinds.LESSON if row.lesson_id else words.ITEM
    return row.reason or terms[row.state].sentence


def what_to_do(row: ItemRow) -> str:
    """The remedy of a failure; the panel of a picked video has its buttons."""
    return reasons.TROUBLE[row.trouble or Trouble.UNEXPECTED].remedy if row.state is ItemState.FAILED else ""


def columns(kind: BatchKind = BatchKind.MIGRATION) -> dict[str, Any]:
    """How each column is shown."""
    config = st.column_config
    return {
        "title": config.TextColumn(kinds.thing(kind).capitalize(), width=200),
        "state": rows.term_column("State", list(kinds.items(kind).values()), width=130),
        "reason": config.TextColumn("What happened", width=285),
        "remedy": config.TextColumn("What to do", width=130, help="Pick it: its buttons come up."),
        "since": config.DatetimeColumn(
            "Since", width=100, format="D MMM, HH:mm", timezone=formats.reader_zone()
        ),
        "length": config.TextColumn("Length", width=70, alignment="right"),
        "size": config.TextColumn("Size", width=75, alignment="right"),
        "attempts": config.NumberColumn("Retries", width=65),
        "key": config.TextColumn("Id" if kind.is_bulk else "Key", width=220),
    }


def _filters(
    kind: BatchKind,
    state: str,
    trouble: str,
    counts: Mapping[ItemState, int],
    troubles: Mapping[Trouble, int],
) -> None:
    terms = kinds.items(kind)
    states = {s.value: f"{terms[s].word} · {formats.number(n)}" for s in ItemState if (n := counts[s])}
    causes = {t.value: f"{reasons.TROUBLE[t].short} · {formats.number(n)}" for t, n in troubles.items()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kept.choose("State", Key.ITEM_STATE, STATE, state, kept.any_of(states), page=PAGE, width=WIDTH_PX)
        if causes:
            any_cause = kept.any_of(causes)
            kept.choose("Cause", Key.ITEM_TROUBLE, TROUBLE, trouble, any_cause, page=PAGE, width=WIDTH_PX)


def _count(counts: Mapping[ItemState, int], state: str) -> int:
    return counts[ItemState(state)] if state else sum(counts.values())
