"""How learners walk through a course: where they stop, and how long those take who finish it."""

import plotly.graph_objects as go
import streamlit as st

from core.course_walk import CourseWalk, Stops, finished_told, stops
from dashboard import charts, formats
from dashboard.analytics import terms

LONGEST_TITLE = 56
NONE_SEEN = "Where learners stop is told by the school's own progress, which has nobody in this course yet."
OLDER = (
    "For those who began before Lectern first read the school's progress it may have been longer: of each "
    "lesson their last day alone is known."
)


def show(course: CourseWalk) -> None:
    """The chart, and the time to finish; nothing of a course that has one lesson."""
    if len(course.lessons) < 2:
        return
    if not course.walk.learners:
        st.caption(NONE_SEEN)
        return
    found = stops(course)
    if found.at:
        charts.show(
            draw(found, course), title=answer(found, course), said=said(found, course), key="viewing_stops"
        )
    else:
        st.caption(formats.literal(said(found, course)))
    st.caption(formats.literal(time_to_finish(course)))


def draw(found: Stops, course: CourseWalk) -> go.Figure:
    """A bar for each lesson at which enough learners stop to be told."""
    places = range(len(course.lessons))
    made = charts.figure(x="Published lesson of the course", y="Learners who stop")
    made.add_bar(
        x=[place + 1 for place in places],
        y=[found.at.get(place) for place in places],
        customdata=[charts.plain(formats.shortened(title, LONGEST_TITLE)) for _, title in course.lessons],
        hovertemplate="%{customdata}: %{y:,} came no further<extra></extra>",
    )
    made.update_layout(hovermode="closest")
    made.update_xaxes(range=[0.5, len(course.lessons) + 0.5], tickformat="d")
    return made


def answer(found: Stops, course: CourseWalk) -> str:
    """Where most stop."""
    place = found.largest
    assert place is not None, "asked where there is one"
    title = formats.shortened(course.lessons[place][1], LONGEST_TITLE)
    return f"{formats.number(found.at[place])} of {_learners(found.learners)} come no further than “{title}”"


def said(found: Stops, course: CourseWalk) -> str:
    """The same in words, for whoever does not see it."""
    told = "; ".join(f"{place + 1}: {formats.number(found.at[place])}" for place in sorted(found.at))
    each = f" By the lesson's number: {told}." if told else ""
    return f"{_came(found, len(course.lessons))}{each}{_others(found)}"


def _came(found: Stops, lessons: int) -> str:
    """Whom it is about, and how many of them came to the last lesson."""
    about = f"{_learners(found.learners)} by the school's own progress, whenever they watched"
    to_last = f"came to the last of {lessons} published lessons"
    if found.to_last is None:
        return f"It is about {about}; how many of them {to_last} is not told."
    return f"Of {about}, {formats.number(found.to_last)} {to_last}."


def _others(found: Stops) -> str:
    """Those of lessons with too few learners, and of one more where they would be known by it."""
    if not found.others:
        return ""
    or_last = " or came to the last" if found.to_last is None else ""
    return f" Others stop at lessons that are not told one by one{or_last}: {terms.learners(found.others)}."


def time_to_finish(course: CourseWalk) -> str:
    """How long those took who finished all, as far as they are enough."""
    lessons = f"all {len(course.lessons)} lessons"
    days = course.walk.days_told
    if days is None:
        return f"Fewer than five learners finished {lessons}; from five on, how long it takes is told here."
    finished = finished_told(course)
    who = "those" if finished is None else _learners(finished)
    return (
        f"Time to finish: {formats.counted(days, 'day')} from the first lesson to the last, the median of "
        f"{who} who finished {lessons}. {OLDER}"
    )


def _learners(count: int) -> str:
    few = terms.learners(count)
    return f"{few} learner{'' if few == '1' else 's'}"
