"""Lessons as cards: picture, title with the way to its page, how its video stands, what is known of it."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from core import browsing
from core.bulk import Picked
from core.library import Film, LibraryLine
from dashboard import formats, navigation
from dashboard.library import terms, ticks
from dashboard.services import services

WIDTH_PX = 200
"""Four in a row on a laptop's screen, one on a phone."""

NO_PICTURE = str(Path(__file__).resolve().parents[1] / "static" / "no-picture.svg")
LONGEST_TITLE, LONGEST_CAPTION, LONGEST_NAME = 20, 120, 40
UNTITLED = "Untitled"


def show(shown: Sequence[LibraryLine], picked: Picked | None) -> None:
    """One page of them, as many in a row as the window takes; with `picked`, each can be ticked."""
    with st.grid(min_column_width=WIDTH_PX):
        for line in shown:
            with st.container(border=True, gap="xsmall"):
                _card(line, picked)


def _card(line: LibraryLine, picked: Picked | None) -> None:
    # The address of a signed picture holds a token: it is made for this look and goes to the browser alone.
    st.image(
        browsing.picture(line, services=services()) or NO_PICTURE,
        width="stretch",
        alt=f"Picture of {title(line)}",
    )
    st.page_link(
        navigation.PAGES / "lesson.py",
        label=f"**{formats.literal(title(line, LONGEST_TITLE))}**",
        query_params={"lesson": line.lesson_id},
    )
    if title(line, LONGEST_TITLE) != title(line):
        st.caption(formats.literal(title(line)))
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        if picked is not None:
            ticks.box(line, title(line), picked)
        st.markdown(badges(line))
    st.caption(" · ".join(facts(line)))


def title(line: LibraryLine, most: int = LONGEST_CAPTION) -> str:
    """As much of it as there is room for: a line of a card, or a few below it."""
    return formats.shortened(line.title, most) or UNTITLED


def badges(line: LibraryLine) -> str:
    """What plays it, or why nothing does; and that it is a draft."""
    stands = terms.PROVIDER[line.provider] if line.film is Film.PLAYS else terms.FILM[line.film]
    return " ".join(term.badge for term in (stands, *([terms.DRAFT] if line.is_published is False else [])))


def facts(line: LibraryLine) -> list[str]:
    """Course, owner, length, captions, quality and the lesson's id; what is not known is left out."""
    named = [formats.named(one, LONGEST_NAME) for one in (line.course, line.owner) if one]
    length = [formats.clock(line.duration_s)] if line.duration_s else []
    words = ["captions"] if line.captions else []
    quality = [f"{line.quality} quality"] if line.quality else []
    return [*named, *length, *words, *quality, f"id\N{NO-BREAK SPACE}{formats.literal(line.lesson_id)}"]
