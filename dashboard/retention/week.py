"""When a lesson is watched: the hours of the week, by the school's clocks."""

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from core.audience_week import WeekHour, told_hours
from core.retention_looking import LessonViewing
from dashboard import charts, formats
from dashboard.analytics import terms
from dashboard.services import settings

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WHOLE = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
HEIGHT_PX = 300
FEW = "fewer than five viewers came in such an hour, in each of the weeks"


def show(seen: LessonViewing) -> None:
    """The chart; where no hour may be told, why. Nothing where Mux told of none."""
    week = seen.kept.week if seen.kept else ()
    if not week:
        return
    st.subheader("When it is watched", anchor=False)
    if shown := told_hours(week):
        charts.show(draw(shown), title=answer(shown), said=said(shown, week), key="retention_week")
    else:
        st.caption(f"No hour of the week is told: {FEW}. A longer period may tell more.")


def draw(shown: Sequence[WeekHour]) -> go.Figure:
    """A row for each day of the week, a column for each hour; blank where it is not told."""
    views = {(one.weekday, one.hour): one.views for one in shown}
    made = charts.figure(x=f"Hour ({zone()})", y="Day of the week", height=HEIGHT_PX)
    made.add_heatmap(
        x=list(range(24)),
        y=WEEKDAYS,
        z=[[views.get((weekday, hour)) for hour in range(24)] for weekday in range(7)],
        zmin=0,
        zmax=max(views.values()),
        xgap=2,
        ygap=2,
        colorbar=charts.key_above("Views", {one: one for one in (0, max(views.values()))}),
        hovertemplate="%{y}, %{x}:00: %{z:,} views<extra></extra>",
    )
    made.update_layout(hovermode="closest")
    ticks = range(0, 24, 6)
    hours = [f"{hour}:00" for hour in ticks]
    made.update_xaxes(range=[-0.5, 23.5], tickvals=[*ticks], ticktext=hours, showgrid=False)
    made.update_yaxes(autorange="reversed", type="category", rangemode="normal", showgrid=False)
    return made


def answer(shown: Sequence[WeekHour]) -> str:
    """
    >>> answer([WeekHour(weekday=0, hour=20, views=45, most_viewers=9)])
    'Most is watched on Mondays from 20:00 to 21:00: 45 views'
    """
    best = max(shown, key=lambda one: one.views)
    views = formats.counted(best.views, "view")
    return f"Most is watched on {WHOLE[best.weekday]} from {best.hour}:00 to {best.hour + 1}:00: {views}"


def said(shown: Sequence[WeekHour], week: Sequence[WeekHour]) -> str:
    """The hours with most views in words, and what is left blank."""
    best = sorted(shown, key=lambda one: -one.views)[:5]
    told = ", ".join(f"{WEEKDAYS[one.weekday]} {one.hour}:00 {formats.number(one.views)}" for one in best)
    others = sum(one.views for one in week) - sum(one.views for one in shown)
    blank = f" Blank: {terms.learners(others)} views in hours that are not told: {FEW}." if others else ""
    return f"Views by the hour in which they began, of all weeks together ({zone()}): most {told}.{blank}"


def zone() -> str:
    """Whose clocks they are."""
    return settings().school_timezone.key
