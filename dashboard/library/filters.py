"""The filters above the library, each kept in the URL; what the school cannot tell is left out."""

from collections.abc import Mapping

import streamlit as st

from core.access import Person
from core.asset import Quality
from core.library import MOST_CHOICES, Captions, Film, LibraryChoices, Published
from core.library_view import LOOK, SORT
from core.playback import Provider
from dashboard import formats, kept
from dashboard.library import address, terms, views
from dashboard.library.address import PAGE, Place
from dashboard.state import Key
from dashboard.words import Term

WIDTH_PX = 138
Offers = dict[str, tuple[str, Key, Mapping[str, str]]]


def narrow(at: Place, offered: LibraryChoices, person: Person) -> None:
    """Search, the filters behind one button, order, saved views, and whether cards or a table are shown."""
    found = offers(offered)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kept.search(
            Key.LIBRARY_SEARCH,
            "search",
            at.filter.search,
            page=PAGE,
            placeholder="Title, words said, course, key, id",
            width=214,
        )
        _folded(at, found)
        orders = {sort.value: words for sort, words in terms.SORT.items()}
        kept.choose("Order", Key.LIBRARY_SORT, SORT, at.sort.value, orders, page=PAGE, width=WIDTH_PX)
        views.panel(at, person)
        _look(at)
    if said := narrowed(at, found):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(said, width="content")
            st.button("Take them away", type="tertiary", on_click=address.widen, args=(tuple(found),))


def _folded(at: Place, found: Offers) -> None:
    """On a phone they would fill the screen before the first lesson."""
    active = sum(bool(getattr(at.filter, name)) for name in found)
    label = f"Filters · {active}" if active else "Filters"
    with (
        st.popover(label, icon=":material/filter_list:", key=Key.LIBRARY_FILTERS),
        st.container(horizontal=True, width=2 * WIDTH_PX + 16),
    ):
        for name, (words, key, options) in found.items():
            value = getattr(at.filter, name)
            kept.choose(words, key, name, value, kept.any_of(options), page=PAGE, width=WIDTH_PX)
            if len(options) >= MOST_CHOICES:
                st.caption(f"{words}: the {formats.number(MOST_CHOICES)} with most lessons.")


def _look(at: Place) -> None:
    options = {look.value: words for look, words in terms.LOOK.items()}
    kept.segments(
        "Look",
        Key.LIBRARY_LOOK,
        options,
        at.look.value,
        label_visibility="collapsed",
        on_change=kept.changed,
        args=(Key.LIBRARY_LOOK, LOOK, PAGE),
    )


def narrowed(at: Place, found: Offers) -> str:
    """`Course: Algebra · Plays from: Mux`; "" where no filter is set."""
    chosen = ((words, options, getattr(at.filter, name)) for name, (words, _, options) in found.items())
    return " · ".join(
        f"{words}: {formats.named(options.get(value, value))}" for words, options, value in chosen if value
    )


def offers(found: LibraryChoices) -> Offers:
    """By filter, its label, its key and what there is to choose."""
    every: Offers = {
        "course": ("Course", Key.LIBRARY_COURSE, found.courses),
        "provider": ("Plays from", Key.LIBRARY_PROVIDER, _words(terms.PROVIDER)),
        "state": ("State", Key.LIBRARY_STATE, _words(terms.FILM)),
        "captions": ("Captions", Key.LIBRARY_CAPTIONS, _texts(terms.CAPTIONS)),
        "quality": ("Quality", Key.LIBRARY_QUALITY, _texts(terms.QUALITY)),
        "owner": ("Owner", Key.LIBRARY_OWNER, found.owners),
        "published": ("Published", Key.LIBRARY_PUBLISHED, _texts(terms.PUBLISHED)),
    }
    return {name: offer for name, offer in every.items() if name in found.knows}


def _words(of: Mapping[Provider, Term] | Mapping[Film, Term]) -> dict[str, str]:
    return {str(value): term.word for value, term in of.items()}


def _texts(of: Mapping[Captions, str] | Mapping[Quality, str] | Mapping[Published, str]) -> dict[str, str]:
    return {str(value): word for value, word in of.items()}
