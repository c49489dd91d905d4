"""Somebody else changed the lesson meanwhile: their values beside mine, and what stays is chosen."""

import streamlit as st

from core.lesson import PUBLISHED
from core.lesson_form import NAMES, Field, LessonSheet, changed, clashes
from dashboard import formats
from dashboard.lesson.draft import Draft
from dashboard.words import Term

MEANWHILE = Term("Changed meanwhile", "group", "orange")
THEIRS, MINE = "Theirs", "Yours"
LONGEST = 300


def show(mine: Draft, sheet: LessonSheet) -> bool:
    """Whether there is something to choose before anything can be saved."""
    now = sheet.row.values
    if not changed(mine.base, now):
        return False
    both = clashes(mine.base, mine.mine, now)
    with st.container(border=True):
        st.markdown(f"{MEANWHILE.badge} **{_who(mine, sheet)} Nothing was overwritten.**")
        for name in changed(mine.base, now):
            if name in both:
                _choose(name, mine, sheet)
            else:
                st.markdown(f"**{_named(name)}** is now “{_value(name, now[name], sheet)}”, which stays.")
        left = [name for name in both if name not in mine.decided]
        st.button(
            "Go on with these values" if both else "Go on",
            on_click=mine.join,
            args=(sheet,),
            disabled=bool(left),
            help=f"Choose for {', '.join(NAMES[name] for name in left)} first." if left else None,
        )
    return True


def _who(mine: Draft, sheet: LessonSheet) -> str:
    """Whoever saved it here since; a change that was not made here has no name."""
    if not sheet.edited_by or sheet.edited_at == mine.edited_at or sheet.edited_at is None:
        return "Somebody changed this lesson, outside of Lectern, while you had it open."
    at = formats.ago(sheet.edited_at, zone=formats.reader_zone())
    return (
        f"{formats.literal(formats.actor(sheet.edited_by))} changed this lesson {at}, while you had it open."
    )


def _choose(name: Field, mine: Draft, sheet: LessonSheet) -> None:
    key = f"clash-{name}"
    st.session_state[key] = (MINE if name in mine.keep else THEIRS) if name in mine.decided else None
    st.radio(
        f"{_named(name)}: which stays?",
        (THEIRS, MINE),
        captions=[_value(name, sheet.row.values[name], sheet), _value(name, mine.mine[name], sheet)],
        key=key,
        horizontal=True,
        on_change=_decide,
        args=(name, mine, key),
    )


def _decide(name: Field, mine: Draft, key: str) -> None:
    mine.decided.add(name)
    (mine.keep.add if st.session_state[key] == MINE else mine.keep.discard)(name)


def _named(name: Field) -> str:
    return NAMES[name].capitalize()


def _value(name: Field, value: str, sheet: LessonSheet) -> str:
    if name is Field.STATUS:
        return "Published" if value == PUBLISHED else "Draft"
    if name is Field.COURSE and value and value == sheet.row.values.get(name):
        return formats.literal(sheet.course or value)
    shown = value if len(value) <= LONGEST else f"{value[:LONGEST]}…"
    return formats.literal(shown) or formats.NOTHING
