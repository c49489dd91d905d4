"""How well the school's videos play: its viewers, how soon views start, how long they wait, how many fail."""

from collections.abc import Callable

import streamlit as st

from core.access import Person
from core.period import Days
from core.quality import Quality
from core.quality_looking import SchoolQuality
from dashboard import bones, formats
from dashboard.analytics import reading, terms
from dashboard.analytics.cards import WIDTH_PX
from dashboard.retention import quality_terms as words

PERCENT, SECOND_MS = 100, 1_000
Figure = Callable[[Quality], float | None]
WHO = "Unique viewers of all these days, as Mux counts them; viewers of single days do not add up."


def show(days: Days, person: Person) -> None:
    """Of the whole school, for who sees all of it."""
    st.subheader("How well videos play", anchor=False)
    found = reading.quality(days, person)
    if found is None:
        bones.nothing(*words.NOT_FETCHED)
    elif not found.kept.quality.is_told:
        bones.nothing(*words.FEW_VIEWS)
    else:
        _cards(found, found.kept.quality)


def _cards(found: SchoolQuality, school: Quality) -> None:
    viewers = formats.NOTHING if school.viewers is None else terms.learners(round(school.viewers))
    failed = f"{formats.number(school.views_failed)} of {formats.counted(school.views, 'view')}"
    with st.grid(min_column_width=WIDTH_PX):
        st.metric("Viewers", viewers, help=WHO, border=True, height="stretch")
        _card(found, "Start after (median)", words.seconds(school.startup_ms), _startup_s)
        _card(found, "Waiting to load", words.share(school.waiting), lambda one: _percent(one.waiting))
        _card(found, "Fail", words.share(school.failed), lambda one: _percent(one.failed), help=failed)
    read_at = formats.moment(found.kept.read_at, zone=formats.reader_zone())
    st.caption(
        f"All of the school: {formats.counted(school.views, 'view')} at Mux that ended from "
        f"{terms.span(found.kept.days)}, as of {read_at}. Lines: day by day."
    )


def _card(found: SchoolQuality, label: str, value: str, figure: Figure, *, help: str | None = None) -> None:
    """With its course over the days of which there is a figure."""
    by_day = [figure(found.by_day[day]) for day in found.kept.days if day in found.by_day]
    known = [one for one in by_day if one is not None]
    st.metric(
        label, value, help=help, chart_data=known or None, chart_type="line", border=True, height="stretch"
    )


def _startup_s(one: Quality) -> float | None:
    return None if one.startup_ms is None else one.startup_ms / SECOND_MS


def _percent(share: float | None) -> float | None:
    return None if share is None else share * PERCENT
