"""The lessons' figures in one table, with the way to each lesson's own page."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.period import Period
from dashboard import bones, formats
from dashboard.analytics import terms as words
from dashboard.analytics.address import of_lesson
from dashboard.compare.terms import Line
from dashboard.retention import terms

NOTES = (
    "To the end: an estimate, from the audience that is left at 95 % of the video, from the learners who "
    "finished of all who began, whenever they watched, or from the time played of what the views would have "
    "played. Finished: learners who came to its end for the first time, by the school's own progress. Views "
    "are plays that were counted, not people."
)
MIXED = "“To the end” is worked out in more than one way here: small differences say nothing."


def show(lines: Sequence[Line], period: Period) -> None:
    """Whole numbers stand to the right, names to the left."""
    config = st.column_config
    st.dataframe(
        table(lines),
        hide_index=True,
        placeholder=formats.NOTHING,
        alt="The lessons' figures",
        column_config={
            "": config.NumberColumn(width=30),
            "Lesson": config.TextColumn(width=130),
            "Views": config.NumberColumn(format="localized", width=66),
            **{
                name: config.TextColumn(alignment="right", width=width)
                for name, width in (
                    *(("Length", 66), ("Watch time", 86), ("A view lasts", 86)),
                    *(("To the end", 80), ("From", 90)),
                    *(("Half have left by", 116), ("Finished", 104)),
                )
            },
        },
    )
    st.caption(notes(lines))
    with st.container(horizontal=True):
        for line in lines:
            query = of_lesson(line.seen.lesson_id, period)
            bones.link(words.LESSON_PAGE, formats.literal(line.legend), query=query)


def notes(lines: Sequence[Line]) -> str:
    """What the figures are, and whether those of the end can be held against each other."""
    bases = {line.seen.completion.basis for line in lines if line.seen.completion}
    is_few = any(line.views is None for line in lines)
    few = f" Without figures: few views, which are {words.FEW_IS}." if is_few else ""
    return f"{NOTES} {MIXED}{few}" if len(bases) > 1 else f"{NOTES}{few}"


def table(lines: Sequence[Line]) -> pd.DataFrame:
    """A lesson a row."""
    return pd.DataFrame([_row(line) for line in lines])


def _row(line: Line) -> dict[str, object]:
    half_s = line.half_gone_s
    return {
        "": line.number,
        "Lesson": line.title,
        "Length": formats.clock(line.seen.duration_s),
        "Views": line.views,
        "Watch time": words.watch_time(line.watch_ms),
        "A view lasts": words.watch_time(words.each(line.watch_ms, line.views) or None),
        "To the end": terms.completion(line.seen.completion),
        "From": terms.by(line.seen.completion),
        "Half have left by": formats.NOTHING if half_s is None else formats.clock(half_s),
        "Finished": words.learners(line.seen.told.finished),
    }
