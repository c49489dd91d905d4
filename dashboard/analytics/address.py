"""What is looked at, in the URL, which a reload comes back to: period, course, order and page."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from core.lesson_day import Ranking
from core.library_view import LONGEST_VALUE
from core.period import Period
from dashboard import query

PERIOD, COURSE, ORDER, PAGE = "days", "course", "order", "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which days of which lessons, in what order."""

    period: Period = Period.FOUR_WEEKS
    course: str = ""
    order: Ranking = Ranking.WATCH
    page: int = 1


def place() -> Place:
    """Read the URL; a word that there is not (any more) counts for nothing."""
    course: str = st.query_params.get(COURSE, "").replace("\0", "")
    return Place(
        period=Period(query.known(PERIOD, Period) or Period.FOUR_WEEKS),
        course=course[:LONGEST_VALUE],
        order=Ranking(query.known(ORDER, Ranking) or Ranking.WATCH),
        page=query.page_number(PAGE),
    )


def of_lesson(lesson_id: str, period: Period) -> Mapping[str, str]:
    """What the address of one lesson's own page says, over the same days."""
    return {"lesson": lesson_id, PERIOD: period.value}


def widen() -> None:
    """Look at all courses again."""
    for name in (COURSE, PAGE):
        query.put(name, "")
