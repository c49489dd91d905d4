"""Views and watch time per day: Mux's, the school's own, and both joined, with the day it moved."""

from collections.abc import Callable, Sequence
from datetime import date

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.attention import FEWEST_TOLD, fewer, told_views
from core.lesson_day import LessonDay
from core.playback import Provider
from core.retention import Curve, NoCurve
from core.retention_looking import LessonViewing
from dashboard import bones, charts, formats
from dashboard.analytics import terms as words
from dashboard.retention import move, terms
from dashboard.state import Key

MINUTE_MS = 60_000
HEIGHT_PX = 240
Figure = Callable[[LessonDay], float]
Told = Callable[[LessonDay], float | None]


def show(seen: LessonViewing) -> None:
    """Two charts, and the table of the days below; how the joint figure came to be is said."""
    if not seen.by_day:
        _nothing(seen)
        return
    st.subheader("Day by day", anchor=False)
    st.caption(formats.literal(terms.joined(seen) + move.changed(seen)))
    left, right = st.columns(2, gap="medium")
    with left:
        views = sum(one.views for one in seen.by_day)
        charts.show(
            draw(seen, "Views", told_views, lambda one: one.mux_views, lambda one: fewer(one.own_learners)),
            title=f"{formats.counted(views, 'view')} in {len(seen.days)} days",
            said=f"{_most(seen, lambda one: one.views, _views)}{_few(seen)}",
            key="retention_views",
        )
    with right:
        watched = sum(one.watch_ms for one in seen.by_day)
        charts.show(
            draw(
                seen,
                "Watch time (minutes)",
                lambda one: one.watch_ms / MINUTE_MS,
                lambda one: one.mux_watch_ms / MINUTE_MS,
                lambda one: one.own_watch_ms / MINUTE_MS,
            ),
            title=f"{words.watched(watched)} watched",
            said=_most(seen, lambda one: one.watch_ms, lambda one: words.watched(one.watch_ms)),
            key="retention_watch",
        )
    _table(seen)


def _nothing(seen: LessonViewing) -> None:
    """Why there is no day; nothing where the curve has said so, or there is no video."""
    if seen.provider is Provider.NONE or seen.curve is NoCurve.NO_VIEWS:
        return
    if seen.fresh.read_at is None:
        bones.nothing(*terms.NOT_FETCHED)
    elif isinstance(seen.curve, Curve):
        bones.nothing(*terms.NOT_ITS_OWN)
    else:
        bones.nothing(f"No view was counted from {words.span(seen.days)}.", terms.WHY_NO_VIEWS)


def draw(seen: LessonViewing, y: str, joint: Told, mux: Told, own: Told) -> go.Figure:
    """Bars for the joint figure, a line for each of the two sources."""
    days = list(seen.days)
    made = charts.figure(x="Day", y=y, height=HEIGHT_PX)
    made.add_bar(x=days, y=_values(days, seen, joint), name="joint", opacity=0.5, hovertemplate="%{y:,.0f}")
    at_mux = [day for day in days if seen.moved_on and day >= seen.moved_on]
    for name, among, figure, dash in (("Mux", at_mux, mux, "solid"), ("the school's own", days, own, "dot")):
        values = _values(among, seen, figure)
        if any(values):
            line = {"width": 2, "dash": dash}
            made.add_scatter(x=among, y=values, mode="lines", name=name, line=line, hovertemplate="%{y:,.0f}")
    moved_on = [seen.moved_on] if seen.moved_on else []
    for dash, those in (("dash", moved_on), ("dot", seen.replaced_on)):
        for day in (one for one in those if one in seen.days):
            made.add_vline(x=str(day), line={"width": 1.5, "dash": dash, "color": charts.QUIET})
    charts.add_legend(made)
    made.update_xaxes(hoverformat="%a %-d %b %Y", tickformat="%-d %b")
    return made


def _values(days: Sequence[date], seen: LessonViewing, figure: Told) -> list[float | None]:
    """None where nothing is known of a day, or too few learners watched: a gap, and no zero."""
    watched = {one.day: figure(one) for one in seen.by_day}
    return [watched.get(day, 0.0) if day in seen.known else None for day in days]


def _most(seen: LessonViewing, figure: Figure, told: Callable[[LessonDay], str]) -> str:
    best = max(seen.by_day, key=figure)
    quiet = sum(day in seen.known for day in seen.days) - sum(bool(figure(one)) for one in seen.by_day)
    none = f" Nothing on {quiet} of {len(seen.days)} days." if quiet else ""
    moved_on = seen.moved_on if seen.moved_on and seen.moved_on in seen.days else None
    marked = f" The dashed line is {terms.moved(moved_on)}, when it moved to Mux." if moved_on else ""
    gaps = words.gaps(seen.days, seen.known)
    return f"Most on {words.day(best.day)}: {told(best)}.{none}{gaps}{marked}{move.replaced(seen)}"


def _views(one: LessonDay) -> str:
    return f"{terms.views_said(one)} view{'' if one.views == 1 == told_views(one) else 's'}"


def _few(seen: LessonViewing) -> str:
    """Why bars are missing."""
    few = sum(told_views(one) is None for one in seen.by_day)
    return f" No bar on {formats.counted(few, 'day')}: fewer than {FEWEST_TOLD} learners." if few else ""


def _table(seen: LessonViewing) -> None:
    box = st.expander("The days as a table", on_change="rerun", key=Key.RETENTION_DAYS)
    if box.open:
        with box:
            st.dataframe(
                rows(seen),
                hide_index=True,
                placeholder=formats.NOTHING,
                column_config={
                    "Day": st.column_config.DateColumn(format="ddd D MMM YYYY"),
                    "Views": st.column_config.TextColumn(alignment="right"),
                },
            )


def rows(seen: LessonViewing) -> pd.DataFrame:
    """A day a row, the newest first."""
    found = [
        {
            "Day": one.day,
            "Views": terms.views_said(one),
            "Watched": words.watched(one.watch_ms),
            "From": terms.SOURCE[one.joined],
            "Views at Mux": one.mux_views,
            "Watched at Mux": words.watched(one.mux_watch_ms),
            "Own learners": words.learners(one.own_learners),
            "Watched, own": words.watched(one.own_watch_ms),
        }
        for one in reversed(seen.by_day)
    ]
    return pd.DataFrame(found)
