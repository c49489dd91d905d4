"""What happened in a batch, newest first."""

import pandas as pd
import streamlit as st

from dashboard import formats
from dashboard.services import services

LIMIT = 200


def show(batch_id: int) -> None:
    """The newest lines; the report has all items."""
    with services().uow("batch.history.read") as tx:
        found = tx.batches.history(batch_id, limit=LIMIT)
    if not found:
        st.caption("Nothing yet.")
        return
    table = pd.DataFrame(
        {
            "at": [line.at for line in found],
            "what": [line.what for line in found],
            "reason": [line.reason for line in found],
            "item": [str(line.item_id or "") for line in found],
        }
    )
    config = st.column_config
    st.dataframe(
        table,
        hide_index=True,
        height=320,
        column_config={
            "at": config.DatetimeColumn(
                "At", format="D MMM, HH:mm:ss", timezone=formats.reader_zone(), width=140
            ),
            "what": config.TextColumn("What", width=220),
            "reason": config.TextColumn("Why", width=420),
            "item": config.TextColumn("Item", width=300),
        },
        alt="History of the batch",
    )
