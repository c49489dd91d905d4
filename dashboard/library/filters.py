"""The filters above the library, each kept in the URL; what the school cannot tell is left out."""

from collections.abc import Mapping

import streamlit as st

from core.access import Person
from core.asset import Quality
from core.library import SORT, Captions, Film, LibraryChoices, Published
from core.playback import Provider
from dashboard import kept
from dashboard.library import terms, views
from dashboard.library.address import PAGE, Place
from dashboard.state import Key
from dashboard.words import Term

WIDTH_PX = 138


def narrow(at: Place, offered: LibraryChoices, person: Person) -> None:
    """Search, course, what plays, state, captions, quality, owner, published, order, and saved views."""
    look = at.filter
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kept.search(
            Key.LIBRARY_SEARCH,
            "search",
            look.search,
            page=PAGE,
            placeholder="Title, words said, course, key, id",
            width=214,
        )
        for name, (label, key, options) in offers(offered).items():
            kept.choose(
                label, key, name, getattr(look, name), kept.any_of(options), page=PAGE, width=WIDTH_PX
            )
        orders = {sort.value: words for sort, words in terms.SORT.items()}
        kept.choose("Order", Key.LIBRARY_SORT, SORT, at.sort.value, orders, page=PAGE, width=WIDTH_PX)
        views.panel(at, person)


def offers(found: LibraryChoices) -> dict[str, tuple[str, Key, Mapping[str, str]]]:
    """By filter, its label, its key and what there is to choose."""
    every: dict[str, tuple[str, Key, Mapping[str, str]]] = {
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
