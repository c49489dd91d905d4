"""Looking around without sign-in, on this machine alone: as each of the school's own people."""

from collections.abc import Sequence

import streamlit as st

from core.access import OPERATOR, Person, Role
from core.errors import AppError
from core.people import person_of
from dashboard import people, query
from dashboard.state import Key

BUILT_IN: tuple[Person, ...] = (
    Person(subject="dana", email="dana@school.example", roles=frozenset({Role.ADMIN, Role.OPS})),
    Person(subject="ada", email="ada@school.example", roles=frozenset({Role.ADMIN})),
    Person(subject="otto", email="otto@school.example", roles=frozenset({Role.OPS})),
    Person(subject="tess", email="tess@school.example", roles=frozenset({Role.TEACHER})),
    Person(subject="finn", email="finn@school.example", roles=frozenset({Role.FINANCE})),
)
"""For a school that has no users: every role alone, and one with two."""

SHOWN = 100


def person() -> Person:
    """Whom this session looks around as: whom the list says, before there is one whom the address names."""
    return _named(st.session_state.get(Key.AS) or st.query_params.get(Key.AS, ""), offered())


def who(person: Person) -> str:
    """`dana (admin, ops)`"""
    return f"{person.name} ({', '.join(sorted(person.roles)) or 'no role'})"


def switch() -> None:
    """The list of people to be. The address keeps the id of the one chosen, so that a reload does too."""
    now, found = person(), offered()
    query.put(Key.AS, "" if now == found[0] else now.subject)
    if len(found) > SHOWN:
        search = st.text_input("Find a person", key=Key.AS_SEARCH, placeholder="name or e-mail")
        found = offered(search)[:SHOWN]
    names = {one.subject: who(one) for one in found}
    names.setdefault(now.subject, who(now))
    st.session_state[Key.AS] = now.subject
    st.selectbox("Look around as", list(names), format_func=names.__getitem__, key=Key.AS)


def offered(search: str = "") -> Sequence[Person]:
    """The school's people that match, whoever may do most first; the built-in ones where it has no users.

    While the database is away, those that this session saw last.
    """
    try:
        found = [person_of(user) for user in people.listed(search, SHOWN + 1)]
    except AppError:
        seen: Sequence[Person] = st.session_state.get(Key.AS_PEOPLE, BUILT_IN)
        return seen
    if search:
        return found
    shown = _with_everything_first(found) or BUILT_IN
    st.session_state[Key.AS_PEOPLE] = shown
    return shown


def _with_everything_first(found: Sequence[Person]) -> Sequence[Person]:
    """Those who may do all that there is to do, else the operator, then the others; nobody of nobody."""
    wide = [one for one in found if one.roles >= OPERATOR.roles]
    return [*(wide or [OPERATOR]), *(one for one in found if one not in wide)] if found else []


def _named(subject: str, found: Sequence[Person]) -> Person:
    """The one with this id, though they be far down the list; the first where there is no such person."""
    listed = next((one for one in found if one.subject == subject), None)
    return listed or _looked_up(subject) or found[0]


def _looked_up(subject: str) -> Person | None:
    if not subject:
        return None
    try:
        user = people.get(subject)
    except AppError:
        return None
    return person_of(user) if user else None
