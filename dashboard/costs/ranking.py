"""Rows of an allocation as a table: its name opens what it is made of."""

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from core import cost_phrases, phrases
from core.allocation import Allocation, CostRow, Per
from core.allocation_cents import Cells
from core.month_costs import Group
from dashboard import errors, formats
from dashboard.costs import lines, terms
from dashboard.keys import Key

ROW_PX = 36
LONGEST_NAME = 60
SHARE = "shared"


def show(
    rows: Sequence[CostRow],
    cells: Sequence[Cells],
    found: Allocation,
    *,
    place: str,
    total: Cells | None = None,
) -> None:
    """Rows with their cents by group, and with `total` the sum of all there are as the last line. `place`
    tells two tables of a page apart."""
    _open_if_asked(rows, cells, found, place, total)
    shown = table(rows, cells, found, total)
    columns = [name for name in shown.columns if name not in ("name", "total")]
    key = f"costs-{place}-{_fingerprint(rows, found)}"
    st.dataframe(
        shown,
        key=key,
        hide_index=True,
        row_height=ROW_PX,
        height="content",
        column_config=_config(found.per, place, columns),
        column_order=["name", "total", *columns],
        placeholder=formats.NOTHING,
        alt=f"Costs by {found.per.value}",
    )


def table(
    rows: Sequence[CostRow], cells: Sequence[Cells], found: Allocation, total: Cells | None = None
) -> pd.DataFrame:
    """As it is shown: text, so that no amount is rounded anew."""
    names = [formats.shortened(cost_phrases.row(row, found.per), LONGEST_NAME) for row in rows]
    lines = [*cells, *([total] if total else [])]
    amounts = {column: [_usd(one.get(group_of(column))) for one in lines] for column in columns_of(lines)}
    return pd.DataFrame(
        {
            "name": [*names, *([terms.all_together(len(found.rows))] if total else [])],
            "total": [phrases.usd(sum(one.values(), Decimal(0))) for one in lines],
            **amounts,
        }
    )


def columns_of(cells: Sequence[Cells]) -> list[str]:
    """Groups that have any cent, and the share of the rest."""
    found = {column for one in cells for column, usd in one.items() if usd}
    return [*(group.value for group in Group if group in found), *([SHARE] if None in found else [])]


def group_of(column: str) -> Group | None:
    """The group that a column is about; None: the share of the rest."""
    return None if column == SHARE else Group(column)


def label_of(column: str) -> str:
    """What a column is called."""
    group = group_of(column)
    return cost_phrases.GROUP[group] if group else "Shared"


def _usd(amount: Decimal | None) -> str | None:
    """None where there is no cent: a table of zeros hides what is not."""
    return phrases.usd(amount) if amount else None


def _config(per: Per, place: str, columns: Sequence[str]) -> dict[str, Any]:
    config = st.column_config
    amounts = {
        column: config.TextColumn(label_of(column), width=80, alignment="right", help=_help(column))
        for column in columns
    }
    return {
        "name": config.ButtonColumn(
            terms.PER[per],
            width=190,
            type="tertiary",
            alignment="left",
            help="Opens what its costs are made of.",
            key=f"{Key.COSTS_OPEN}_{place}",
            on_click=errors.acting(_open),
            args=(place,),
        ),
        "total": config.TextColumn("Together", width=84, alignment="right"),
        **amounts,
    }


def _help(column: str) -> str:
    group = group_of(column)
    return terms.HELP[group] if group else f"Its share of {terms.SHARED}."


def _open(place: str) -> None:
    st.session_state[Key.COSTS_OPENED] = (place, st.session_state[f"{Key.COSTS_OPEN}_{place}"].row)


def _open_if_asked(
    rows: Sequence[CostRow], cells: Sequence[Cells], found: Allocation, place: str, total: Cells | None
) -> None:
    asked = st.session_state.get(Key.COSTS_OPENED)
    if asked and asked[0] == place:
        del st.session_state[Key.COSTS_OPENED]
        if asked[1] < len(rows):
            lines.open_row(rows[asked[1]], cells[asked[1]], found)
        elif total:
            lines.open_sum(total, found)


def _fingerprint(rows: Sequence[CostRow], found: Allocation) -> str:
    """The same rows keep the same grid; other rows get a new one."""
    shown = (str(found.month), found.per, found.rule, [(row.key, row.shared) for row in rows])
    return hashlib.sha1(repr(shown).encode(), usedforsecurity=False).hexdigest()[:12]
