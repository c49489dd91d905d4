"""Which lessons are compared, in the URL."""

from collections.abc import Collection, Mapping

import streamlit as st

from core.bulk import Picked, as_text, from_text
from core.period import Period
from dashboard import query
from dashboard.analytics.address import PERIOD

LESSONS = "lessons"
LONGEST = 3_000
PAGE = "compare.py"


def lessons(name: str = LESSONS) -> tuple[str, ...]:
    """The ids that the address names, always in the same order."""
    return tuple(sorted(from_text(st.query_params.get(name, "")[:LONGEST]).ids))


def put(lessons: Collection[str], name: str = LESSONS) -> None:
    """Have the address name these."""
    query.put(name, as_text(Picked("some", frozenset(lessons))))


def way(lessons: Collection[str], period: Period) -> Mapping[str, str]:
    """What the page's address says where it is reached with these lessons."""
    return {LESSONS: as_text(Picked("some", frozenset(lessons))), PERIOD: period.value}
