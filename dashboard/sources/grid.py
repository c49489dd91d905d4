"""The list itself: one page of sources with checkboxes."""

import hashlib
from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.selection import Selection, Standing
from core.source import Finding, Source
from dashboard import errors, formats, kept, rows, words
from dashboard.sources import address, reading, ticks
from dashboard.state import Key, ticks_epoch

HEIGHT_PX = 460
ORDER = ("title", "key", "course", "rows", "length", "size", "standing", "findings", "modified_at")
TERMS = (*words.STANDING.values(), *words.FINDING.values())


def grid(shown: Sequence[Source], chosen: Selection, *, with_standing: bool) -> None:
    """Tick rows; the ticks are folded into the selection at once."""
    ids = [source.id for source in shown]
    key = f"sources-{_fingerprint(ids)}-{ticks_epoch()}"
    ticked: Any = {"selection": {"rows": [i for i, one in enumerate(ids) if one in chosen]}}
    st.dataframe(
        table(shown),
        key=key,
        on_select=errors.acting(partial(ticks.fold_page, key, ids)),
        selection_mode="multi-row",
        selection_default=ticked,
        hide_index=True,
        height=min(HEIGHT_PX, 36 * (len(shown) + 1) + 2),
        column_config=columns(),
        column_order=order(with_standing=with_standing),
        placeholder=formats.NOTHING,
        alt="Sources in S3",
    )


def table(shown: Sequence[Source]) -> pd.DataFrame:
    """The rows as the grid shows them."""
    return pd.DataFrame(
        {
            "title": [source.title or source.key.rsplit("/", 1)[-1] for source in shown],
            "key": [f"{source.bucket}/{source.key}" for source in shown],
            "course": [source.course or "" for source in shown],
            "rows": [source.rows for source in shown],
            "length": [formats.clock(source.duration_s) for source in shown],
            "size": [_size(source) for source in shown],
            "standing": [[words.STANDING[Standing(source.standing)].word] for source in shown],
            "findings": [[words.FINDING[finding].word for finding in source.findings] for source in shown],
            "modified_at": [source.modified_at for source in shown],
        }
    )


def _size(source: Source) -> str:
    """Nothing where no object is known to have one."""
    return (
        "–" if {Finding.MISSING, Finding.UNLISTED} & set(source.findings) else formats.size(source.size_bytes)
    )


def order(*, with_standing: bool) -> list[str]:
    """As many columns as a laptop's screen takes; the rest can be switched on in the grid's corner."""
    left_out = "modified_at" if with_standing else "standing"
    return [name for name in ORDER if name != left_out]


def columns() -> dict[str, Any]:
    """How each column is shown."""
    config = st.column_config
    return {
        "title": config.TextColumn("Title", width=165),
        "key": config.TextColumn("Key", width=140, help="Bucket and key of the object"),
        "course": config.TextColumn("Course", width=105),
        "rows": config.NumberColumn("Rows", width=50, help="Rows of the school's tables that point here"),
        "length": config.TextColumn("Length", width=65, alignment="right"),
        "size": config.TextColumn("Size", width=68, alignment="right"),
        "standing": rows.term_column("State", TERMS, width=105),
        "findings": rows.term_column("Findings", TERMS, width=135),
        "modified_at": config.DatetimeColumn(
            "Changed", width=88, format="D MMM, HH:mm", timezone=formats.reader_zone()
        ),
    }


def pager(at: address.Place, count: int, shown: int) -> None:
    """`51 to 100 of 268` and the page numbers."""
    where = kept.part(at.page, reading.ROWS, shown, count)
    kept.pager(where, Key.PAGE_NUMBER, address.PAGE, at.page, pages=reading.pages(count))


def _fingerprint(ids: Sequence[int]) -> str:
    """The same rows keep the same grid, with its scroll position; other rows get a new one."""
    return hashlib.sha1(repr(ids).encode(), usedforsecurity=False).hexdigest()[:12]
