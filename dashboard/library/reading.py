"""What the library page reads: one page of lessons, and figures that may be a few seconds old."""

from collections.abc import Sequence

import streamlit as st

from core import browsing
from core.access import Person
from core.library import NUMBERED_ROWS, LibraryChoices, LibraryFilter, LibraryLine
from core.library_view import LibraryLook
from dashboard import kept
from dashboard.access import of_person
from dashboard.library.address import Place
from dashboard.services import services

SIZES = {LibraryLook.CARDS: 24, LibraryLook.TABLE: 50}
"""Lessons of a page."""


@st.cache_data(ttl=10, max_entries=200, show_spinner=False, hash_funcs={Person: of_person})
def matching(chosen: LibraryFilter, person: Person) -> int:
    """How many lessons match, of those that the person sees."""
    return browsing.count(chosen, by=person, services=services())


@st.cache_data(ttl=60, max_entries=50, show_spinner=False, hash_funcs={Person: of_person})
def choices(person: Person) -> LibraryChoices:
    """What the filters offer this person."""
    return browsing.choices(by=person, services=services())


def lessons(at: Place, person: Person) -> Sequence[LibraryLine]:
    """The lessons of one page."""
    return browsing.lessons(
        at.filter,
        at.sort,
        number=at.page,
        size=SIZES[at.look],
        by=person,
        services=services(),
        beyond=at.beyond,
    )


def pages(at: Place, count: int) -> int:
    """Those of so many lessons that have numbers."""
    size = SIZES[at.look]
    return kept.pages(count, size, most=NUMBERED_ROWS // size)


def forget() -> None:
    """Read the figures anew at the next look: something changed them."""
    matching.clear()
    choices.clear()
