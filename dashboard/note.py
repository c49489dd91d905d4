"""One thing that needs somebody, in a sentence with its action beside it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import streamlit as st

from core.access import Action, Person, allows
from dashboard import bones
from dashboard.words import Term

FAILED = Term("Failed", "error", "red")
DECIDE = Term("Needs a look", "visibility", "orange")


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One thing that needs somebody, and where to deal with it."""

    term: Term
    sentence: str
    page: str = ""
    label: str = ""
    query: dict[str, str] = field(default_factory=dict)


def show(found: Iterable[Note]) -> None:
    """Each with its action beside it, or below it where both do not fit."""
    for one in found:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"{one.term.badge} {one.sentence}", width="stretch")
            bones.link(one.page, one.label, query=one.query)


def columns_missing(what_waits: str, person: Person) -> Note:
    """What waits for the columns that an apply of the schema adds, as `17 rows wait`."""
    adds = allows(person, Action.APPLY_SCHEMA)
    return Note(
        term=DECIDE,
        sentence=f"{what_waits} for Mux's columns. Until {'you add' if adds else 'ops adds'} them, "
        "their lessons play from S3.",
        page="schema.py" if adds else "health.py",
        label="Add the columns" if adds else "See what is missing",
    )
