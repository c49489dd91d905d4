"""A table of which one row can be picked; the pick is kept by id, so that it survives new rows above it."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import errors, formats, query
from dashboard.words import Term

ROW_PX = 35
"""Of a row of Streamlit's grid, and of its head."""

MOST_PX = 420


def pick_one(
    table: pd.DataFrame,
    ids: Sequence[str],
    *,
    parameter: str,
    columns: Mapping[str, Any],
    place: object = None,
    alt: str,
) -> None:
    """Show the rows; picking one puts its id into the URL under `parameter` and redraws the page."""
    chosen = st.query_params.get(parameter)
    key = grid_key(parameter, ids, chosen, place=place)

    def pick() -> None:
        rows = st.session_state[key].selection.rows
        query.put(parameter, ids[rows[0]] if rows else "")
        st.rerun()

    st.dataframe(
        table,
        key=key,
        on_select=errors.acting(pick),
        selection_mode="single-row",
        selection_default={"selection": {"rows": [i for i, one in enumerate(ids) if one == chosen]}},
        hide_index=True,
        height=min(MOST_PX, ROW_PX * (len(ids) + 1) + 2),
        column_config=dict(columns),
        placeholder=formats.NOTHING,
        alt=alt,
    )


def grid_key(parameter: str, ids: Sequence[str], chosen: str | None, *, place: object = None) -> str:
    """Rows of one `place` keep their grid, with what was scrolled to, also when new ones come above.

    Without a place, or with a row picked, other rows are another grid: it knows them by their number alone.
    """
    shown = (ids, chosen) if chosen or place is None else place
    digest = hashlib.sha1(repr(shown).encode(), usedforsecurity=False).hexdigest()
    return f"{parameter}-{digest[:12]}"


def without_empty(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """The table without a column that says nothing in any row: others have its room."""
    return table if any(table[column]) else table.drop(columns=column)


def term_column(label: str, terms: Sequence[Term], *, width: int, help: str | None = None) -> Any:
    """A column of coloured words; its cells are lists of `Term.word`."""
    return st.column_config.MultiselectColumn(
        label,
        width=width,
        help=help,
        options=[term.word for term in terms],
        color=[term.color for term in terms],
    )
