"""What Mux bills beside what Lectern counts, of days whose own billing export was taken in."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from core import phrases
from core.access import Person
from core.billed_comparing import compare_billed
from core.billed_day import COMPARED, BilledDay, is_alike
from core.cost_phrases import WHAT
from core.usage import Month, What
from dashboard import formats
from dashboard.costs.reading import KEPT_S, of_person
from dashboard.services import services

NUMBERS = ("Mux, min", "Lectern, min", "Difference")
MOST = 5
"""Differences that are told one by one."""

NONE = (
    "No billing export of Mux was taken in for this month. They are enabled in Mux's dashboard under Usage > "
    "Exports, and the token needs the permission system:read; the worker then fetches a day's the day after."
)


def show(month: Month, person: Person) -> None:
    """Closed at first: whoever checks a bill opens it."""
    with st.expander("Compared with Mux's own bill"):
        found = _billed(month, person)
        if not found:
            st.caption(NONE)
            return
        st.markdown(formats.literal(answer(found)))
        _table(sums(found))
        if odd := differences(found):
            st.markdown("\n".join(f"- {formats.literal(one)}" for one in odd[:MOST]))
        if len(odd) > MOST:
            st.caption(f"And {phrases.counted(len(odd) - MOST, 'difference')} more on days before.")
        if unknown := sorted({name for day in found for name in day.unknown}):
            st.caption(formats.literal(f"No price is known for what the export calls {', '.join(unknown)}."))


def answer(found: Sequence[BilledDay]) -> str:
    """On how many days both say the same."""
    alike = sum(all(line.is_alike for line in day.lines) for day in found)
    days = phrases.counted(len(found), "day")
    return f"On {phrases.number(alike)} of {days} that Mux has billed, it counts what Lectern counts."


def sums(found: Sequence[BilledDay]) -> pd.DataFrame:
    """All these days together; stored minutes as the mean of a day, because they lie there every day."""
    rows = []
    for what in COMPARED:
        lines = [line for day in found for line in day.lines if line.what is what]
        if lines:
            days = len(lines) if what is What.STORAGE else 1
            billed = sum((line.billed for line in lines), Decimal(0)) / days
            ours = sum((line.ours for line in lines), Decimal(0)) / days
            rows.append((WHAT[what], _min(billed), _min(ours), _difference(billed, ours)))
    return pd.DataFrame(rows, columns=["What", *NUMBERS])


def differences(found: Sequence[BilledDay]) -> list[str]:
    """Days that differ, the newest first, with why."""
    return [
        f"{phrases.day(day.day)}: {line.sentence}"
        for day in reversed(found)
        for line in day.lines
        if not line.is_alike
    ]


@st.cache_resource(ttl=KEPT_S, max_entries=16, show_spinner=False, hash_funcs={Person: of_person, Month: str})
def _billed(month: Month, person: Person) -> Sequence[BilledDay]:
    return compare_billed(month, by=person, services=services())


def _table(found: pd.DataFrame) -> None:
    right: Any = {"alignment": "right"}
    columns = {name: st.column_config.TextColumn(name, **right) for name in NUMBERS if name in found}
    alt = "What Mux bills beside what Lectern counts"
    st.dataframe(found, hide_index=True, column_config=columns, placeholder=formats.NOTHING, alt=alt)


def _min(minutes: Decimal) -> str:
    return phrases.number(float(minutes))


def _difference(billed: Decimal, ours: Decimal) -> str:
    if is_alike(billed, ours):
        return "none"
    return f"{'+' if billed > ours else phrases.MINUS}{_min(abs(billed - ours))}"
