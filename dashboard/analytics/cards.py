"""The answer first: what was watched in the period, against the one before, with its course over the days."""

from collections.abc import Sequence

import streamlit as st

from core.viewings import Overview
from dashboard import formats
from dashboard.analytics import terms

HOUR_MS, MINUTE_MS = 3_600_000, 60_000
WIDTH_PX = 165
"""Four in a row on a laptop, two on a phone."""


def show(found: Overview) -> None:
    """Views, watch time, how long a view lasts, and how many lessons were watched."""
    now, before = found.now, found.before
    told = [day for day in found.days if day in found.known and day not in found.few_days]
    days = [found.by_day.get(day) for day in told]
    views = [day.views if day else 0 for day in days]
    watch_h = [day.watch_ms / HOUR_MS if day else 0.0 for day in days]
    lengths = [(terms.each(day.watch_ms, day.views) or 0.0) / MINUTE_MS if day else 0.0 for day in days]
    each, each_before = (terms.each(one.watch_ms, one.views) for one in (now, before))
    with st.grid(min_column_width=WIDTH_PX):
        _card("Views", terms.count(now.views), _change(found, now.views, before.views), views)
        _card(
            "Watch time",
            terms.watch_time(now.watch_ms),
            _change(found, now.watch_ms, before.watch_ms),
            watch_h,
        )
        _card("A view lasts", terms.watch_time(each), _change(found, each, each_before), lengths)
        _card("Lessons watched", formats.number(now.lessons), _change(found, now.lessons, before.lessons), ())


def _card(label: str, value: str, share: float | None, by_day: Sequence[float]) -> None:
    st.metric(
        label,
        value,
        delta=_signed(share),
        delta_description=_against(share),
        chart_data=list(by_day) or None,
        chart_type="area",
        border=True,
        height="stretch",
    )


def _against(share: float | None) -> str | None:
    if share is None:
        return "not compared"
    return None if round(share * 100) else "as before"


def _change(found: Overview, now: float | None, before: float | None) -> float | None:
    return terms.changed(now, before) if found.is_compared else None


def _signed(share: float | None) -> str | None:
    """Streamlit tells up from down by an ASCII minus; None where nothing changed, or nothing was before."""
    if share is None or not round(share * 100):
        return None
    return terms.change(share).replace(terms.MINUS, "-")
