"""What happened in a batch, newest first, as long as somebody has it open."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core import batch_looking
from core.access import Action
from core.batch import BatchKind, BatchState, ItemState
from core.migrating import Status
from core.migration import SkipReason, Trouble
from core.records import ChangeRow
from dashboard import access, bones, errors, formats, words
from dashboard.batches import kinds, live
from dashboard.reasons import SKIP, TROUBLE
from dashboard.services import services
from dashboard.state import Key

LIMIT = 200


def show(status: Status) -> None:
    """Closed, it costs nothing; open, it is redrawn with the progress while something moves."""
    with st.expander("History", on_change="rerun", key=Key.HISTORY) as expander:
        if expander.open:
            every = live.EVERY if live.is_live(status) else None
            st.fragment(errors.guarded(_draw), run_every=every)(status.batch.id, status.batch.kind)


def _draw(batch_id: int, kind: BatchKind) -> None:
    person = access.require_some(Action.SEE_BATCHES)
    found = batch_looking.history(batch_id, limit=LIMIT, by=person, services=services())
    if not found:
        bones.nothing("Nothing has happened yet.", f"Each step of each {kinds.thing(kind)} will stand here.")
        return
    config = st.column_config
    st.dataframe(
        table(found, kind),
        hide_index=True,
        height=320,
        column_config={
            "at": config.DatetimeColumn(
                "At", format="D MMM, HH:mm:ss", timezone=formats.reader_zone(), width=130
            ),
            "what": config.TextColumn("What", width=130),
            "video": config.TextColumn(kinds.thing(kind).capitalize(), width=260),
            "reason": config.TextColumn("Why", width=420),
        },
        placeholder=formats.NOTHING,
        alt="History of the batch",
    )
    if len(found) == LIMIT:
        st.caption(f"The newest {LIMIT} steps; the report has every {kinds.thing(kind)}.")


def table(found: Sequence[ChangeRow], kind: BatchKind = BatchKind.MIGRATION) -> pd.DataFrame:
    """The lines as the grid shows them."""
    return pd.DataFrame(
        {
            "at": [line.at for line in found],
            "what": [what(line, kind) for line in found],
            "video": [video(line) for line in found],
            "reason": [why(line.reason) for line in found],
        }
    )


def what(line: ChangeRow, kind: BatchKind = BatchKind.MIGRATION) -> str:
    """The state it came to, in the words of the rest of the page."""
    if line.item_id is None:
        return words.BATCH[BatchState(line.what)].word
    return kinds.items(kind)[ItemState(line.what)].word


def video(line: ChangeRow) -> str:
    """Its title, else its file; the batch itself where it is about no video."""
    if line.item_id is None:
        return "The batch"
    return line.title or (line.key or "").rsplit("/", 1)[-1]


def why(reason: str | None) -> str:
    """In words: where nobody said more, the reason is the name of its cause."""
    if reason in set(SkipReason):
        return SKIP[SkipReason(reason)].short
    return TROUBLE[Trouble(reason)].short if reason in set(Trouble) else reason or ""
