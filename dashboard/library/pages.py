"""From page to page: by number as deep as the database counts its way, then from one to the next."""

from collections.abc import Sequence

import streamlit as st

from core.library import LibraryLine
from dashboard import bones, kept
from dashboard.library import address, reading
from dashboard.library.address import AFTER, BEFORE, PAGE, Place
from dashboard.state import Key


def pager(at: Place, count: int, shown: Sequence[LibraryLine]) -> None:
    """`25 to 48 of 312`, and the page numbers, or the ways to the next and the previous page."""
    size, last = reading.SIZES[at.look], reading.pages(at, count)
    where = kept.part(at.page, size, len(shown), count)
    if at.beyond is None:
        kept.pager(where, Key.LIBRARY_PAGE, PAGE, at.page, pages=last)
    else:
        st.caption(where)
    if at.beyond is not None or (at.page == last and count > last * size):
        _ways(at, last, shown, is_last=len(shown) < size or at.page * size >= count)


def _ways(at: Place, last: int, shown: Sequence[LibraryLine], *, is_last: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if at.beyond is not None:
            st.button("Previous", icon=":material/chevron_left:", on_click=_back, args=(at, last, shown))
        following = (at.page + 1, AFTER, shown[-1].lesson_id)
        st.button(
            "Next",
            icon=":material/chevron_right:",
            icon_position="right",
            on_click=address.turn,
            args=following,
            disabled=is_last,
            help="This is the last page." if is_last else None,
        )


def _back(at: Place, last: int, shown: Sequence[LibraryLine]) -> None:
    if at.page - 1 <= last:
        address.turn(last)
    else:
        address.turn(at.page - 1, BEFORE, shown[0].lesson_id)


def lost(at: Place, count: int) -> None:
    """Where the lesson is gone from which the page went on."""
    bones.nothing("Here the list cannot go on.", "The lesson that stood before it is gone.")
    last = reading.pages(at, count)
    st.button(f"Back to page {last}", on_click=address.turn, args=(last,))
