"""Saved views: filters, order and look under a name of one's own, to be found again, renamed and deleted."""

from collections.abc import Sequence

import streamlit as st

from core import browsing
from core.access import Action, Person
from core.library_view import LONGEST_NAME, SavedView, kept
from dashboard import access, errors, formats
from dashboard.library import address
from dashboard.library.address import Place
from dashboard.services import services
from dashboard.state import Key

LIST_PX = 220
SHOWN_WHOLE = 5
"""So many fit without scrolling."""


def panel(at: Place, person: Person) -> None:
    """Behind one button, beside the filters."""
    with st.popover("Saved views", icon=":material/bookmark:"):
        found = browsing.views(by=person, services=services())
        _list(found)
        st.text_input("Name for the present filters", key=Key.VIEW_NAME, max_chars=LONGEST_NAME)
        st.button("Save view", icon=":material/bookmark_add:", on_click=errors.acting(_save), args=(at,))
        if found:
            _change(found)


def _list(found: Sequence[SavedView]) -> None:
    if not found:
        st.caption("None yet. Name the present filters, and find them again here.")
        return
    with st.container(height=LIST_PX if len(found) > SHOWN_WHOLE else "content", border=False, gap="xsmall"):
        for view in found:
            name = formats.literal(view.name)
            st.button(
                name, key=f"view-{view.id}", type="tertiary", on_click=errors.acting(_open), args=(view,)
            )


def _change(found: Sequence[SavedView]) -> None:
    names = {view.id: view.name for view in found}
    with st.expander("Rename or delete"):
        chosen = st.selectbox("View", list(names), format_func=names.__getitem__, key=Key.VIEW_CHOSEN)
        st.text_input("New name", key=Key.VIEW_RENAMED, max_chars=LONGEST_NAME)
        with st.container(horizontal=True):
            st.button("Rename view", on_click=errors.acting(_rename), args=(chosen,))
            st.button("Delete view", on_click=errors.acting(_delete), args=(chosen, names[chosen]))


def _open(view: SavedView) -> None:
    address.go_to(kept(view.filter, view.sort, view.look))


def _save(at: Place) -> None:
    person, name = access.require(Action.SEE_LIBRARY), st.session_state[Key.VIEW_NAME]
    browsing.save_view(name, at.filter, at.sort, by=person, services=services(), look=at.look)
    _done(Key.VIEW_NAME, f"Saved as “{name.strip()}”.")


def _rename(view_id: int) -> None:
    person, name = access.require(Action.SEE_LIBRARY), st.session_state[Key.VIEW_RENAMED]
    browsing.rename_view(view_id, name, by=person, services=services())
    _done(Key.VIEW_RENAMED, f"Renamed to “{name.strip()}”.")


def _delete(view_id: int, name: str) -> None:
    browsing.delete_view(view_id, by=access.require(Action.SEE_LIBRARY), services=services())
    _done(Key.VIEW_RENAMED, f"Deleted “{name}”. No lesson was changed.")


def _done(typed: Key, sentence: str) -> None:
    st.session_state[typed] = ""
    st.toast(formats.literal(sentence), icon=":material/check_circle:")
