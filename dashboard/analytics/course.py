"""A course lesson by lesson: how many views each has, where most are lost, and when it was watched."""

from collections.abc import Sequence
from datetime import date
from math import sqrt

import plotly.graph_objects as go
import streamlit as st

from core.access import Person
from core.period import Days, Grain, pieces
from core.viewing import MOST_IN_COURSE
from core.viewings import CourseLesson, Overview, largest_loss
from dashboard import charts, formats
from dashboard.analytics import reading, terms, walk
from dashboard.analytics.address import Place
from dashboard.library.cards import UNTITLED

LONGEST_TITLE = 28
ROW_PX, AROUND_PX = 20, 90
MOST_ROWS = 60
FEW = 10
LABEL = 18
"""Letters of a title beside the matrix: more leave it no room on a phone."""


def show(found: Overview, at: Place, person: Person) -> None:
    """Three charts, in the order of the course."""
    lessons = reading.course(at.course, found.days, person)
    if len(lessons) < 2:
        return
    st.subheader("The course, lesson by lesson", anchor=False)
    charts.show(funnel(lessons), title=answer(lessons), said=funnel_in_words(lessons), key="viewing_funnel")
    walk.show(reading.walk(at.course, person))
    rows = lessons[: rows_of(found.days)]
    charts.show(
        matrix(rows, found.days),
        title=f"When each lesson was watched, by {terms.GRAIN[found.days.grain]}",
        said=matrix_in_words(rows, found.days, of=len(lessons)),
        key="viewing_matrix",
    )


def funnel(lessons: Sequence[CourseLesson]) -> go.Figure:
    """A bar for each lesson; its title is told where somebody points."""
    made = charts.figure(x="Lesson of the course", y="Views")
    made.add_bar(
        x=list(range(1, len(lessons) + 1)),
        y=[one.views for one in lessons],
        customdata=[charts.plain(title(one, LONGEST_TITLE * 2)) for one in lessons],
        hovertemplate="%{customdata}: %{y:,} views<extra></extra>",
    )
    made.update_layout(hovermode="closest")
    made.update_xaxes(dtick=1 if len(lessons) <= FEW else None, tickformat="d")
    return made


def answer(lessons: Sequence[CourseLesson]) -> str:
    """Where the course loses most."""
    loss = largest_loss(lessons)
    if loss is None:
        return "From no lesson to the next are many views lost"
    has = "few views" if loss.share is None else f"{formats.percent(loss.share)} fewer"
    return f"Most views are lost after “{title(loss.after)}”: “{title(loss.to)}” has {has}"


def funnel_in_words(lessons: Sequence[CourseLesson]) -> str:
    """What the bars show."""
    first, last = lessons[0], lessons[-1]
    cut = f" The first {MOST_IN_COURSE} lessons are shown." if len(lessons) == MOST_IN_COURSE else ""
    loss = largest_loss(lessons)
    said = f" {_told(loss.after)} is followed by {_told(loss.to)}." if loss else ""
    few = sum(one.views is None for one in lessons)
    missing = f" No bar of {formats.counted(few, 'lesson')} of few views: {terms.FEW_IS}."
    left_out = missing if few else ""
    return (
        f"Views of each lesson in the order of the course, from {_told(first)} to {_told(last)}.{said} "
        f"Views are counted, not people.{cut}{left_out}"
    )


def rows_of(days: Days) -> int:
    """How many lessons the matrix has at most."""
    return min(MOST_ROWS, charts.MOST_POINTS // len(pieces(days)))


def matrix(lessons: Sequence[CourseLesson], days: Days) -> go.Figure:
    """A row for each lesson, a column for each week or month. Colours go by the root of the views, or one
    lesson that everybody watches would leave all others alike; where nobody or few watched there is none."""
    columns, grain = pieces(days), days.grain
    views = [[one.by_piece.get(column, 0) for column in columns] for one in lessons]
    most = max(count or 0 for row in views for count in row) or 1
    height = ROW_PX * len(lessons) + AROUND_PX
    made = charts.figure(x=f"{terms.GRAIN[grain].capitalize()} from", y="", height=height)
    made.add_heatmap(
        x=[piece(one, grain) for one in columns],
        y=[f"{number}. {charts.plain(title(one, LABEL))}" for number, one in enumerate(lessons, 1)],
        z=[[sqrt(count) if count else None for count in row] for row in views],
        zmin=0,
        zmax=sqrt(most),
        customdata=[[terms.views(count) for count in row] for row in views],
        xgap=2,
        ygap=2,
        colorbar=charts.key_above("Views", {sqrt(one): one for one in sorted({0, most // 4, most})}),
        hovertemplate="%{y}<br>%{x}: %{customdata}<extra></extra>",
    )
    made.update_layout(hovermode="closest")
    made.update_xaxes(type="category", showgrid=False)
    made.update_yaxes(autorange="reversed", type="category", rangemode="normal", dtick=1, showgrid=False)
    return made


def matrix_in_words(lessons: Sequence[CourseLesson], days: Days, *, of: int) -> str:
    """What the matrix shows."""
    grain, columns = terms.GRAIN[days.grain], pieces(days)
    sums = {column: sum(one.by_piece.get(column) or 0 for one in lessons) for column in columns}
    best = max(sums, key=sums.__getitem__)
    cut = f" The first {len(lessons)} of {of} lessons are shown." if len(lessons) < of else ""
    most = f"most in the {grain} from {terms.day(best)}: {formats.number(sums[best])}"
    return (
        f"Views of each lesson by {grain}, none or few where there is no colour; {most}. "
        f"The first and the last {grain} may be cut by the period.{cut}"
    )


def piece(first: date, grain: Grain) -> str:
    """How a column is called.

    >>> piece(date(2026, 11, 9), Grain.WEEK), piece(date(2026, 11, 1), Grain.MONTH)
    ('9 Nov', 'Nov 2026')
    """
    return f"{first:%b %Y}" if grain is Grain.MONTH else f"{first.day} {first:%b}"


def title(one: CourseLesson, most: int = LONGEST_TITLE) -> str:
    """As much of it as there is room for."""
    return formats.shortened(one.title, most) or UNTITLED


def _told(one: CourseLesson) -> str:
    return f"“{title(one)}” with {terms.views(one.views)}"
