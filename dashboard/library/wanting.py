"""What a bulk job's kind alone does not say: to which course, for whom, in which language."""

from collections.abc import Callable, Sequence

import streamlit as st

from core.access import Person
from core.asset import Policy
from core.batch import BatchKind
from core.migration import PolicyRule
from dashboard import courses, words
from dashboard.lesson import caption_terms
from dashboard.state import Key
from dashboard.upload.where import distinct

POLICIES = {one.value: words.POLICY[PolicyRule(one.value)] for one in Policy}
SPOKEN = [code for code in words.CAPTION_LANGUAGES if code]


def ask(kind: BatchKind, person: Person) -> str | None:
    """What the job is to come to; None while it is not chosen, "" where there is nothing to choose."""
    match kind:
        case BatchKind.COURSE:
            return _course(person)
        case BatchKind.POLICY:
            return _one(
                "Playback", list(POLICIES), POLICIES.__getitem__, Key.BULK_POLICY, "Choose who may play"
            )
        case BatchKind.CAPTIONS:
            hint = "Choose what is spoken"
            return _one("Language that is spoken", SPOKEN, caption_terms.language, Key.BULK_LANGUAGE, hint)
    return ""


def _course(person: Person) -> str | None:
    """The id of the course that they go to; None while none is chosen."""
    whole = courses.whole(person).found
    if not whole:
        st.info("There is no course that you may move lessons to.", icon=":material/info:")
        return None
    found = courses.narrowed(whole, person, Key.BULK_COURSE_SEARCH)
    names = distinct({one.id: one.title for one in found}, "course")
    return _one("Course", list(names), names.__getitem__, Key.BULK_COURSE, "Choose the course")


def _one(label: str, offered: Sequence[str], said: Callable[[str], str], key: str, hint: str) -> str | None:
    chosen: str | None = st.selectbox(label, offered, index=None, format_func=said, key=key, placeholder=hint)
    return chosen
