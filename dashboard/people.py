"""Whom the school knows, asked at most once a minute for each question."""

import streamlit as st

from core.people import HostUser
from dashboard.services import services

REMEMBERED_S = 60


@st.cache_data(ttl=REMEMBERED_S, max_entries=1000, show_spinner=False)
def id_of(email: str) -> str | None:
    """The id of the one user with this address; None where there is none, or several."""
    with services().uow("person.read") as tx:
        return tx.people.id_of(email)


@st.cache_data(ttl=REMEMBERED_S, max_entries=1000, show_spinner=False)
def get(user_id: str) -> HostUser | None:
    with services().uow("person.read") as tx:
        return tx.people.get(user_id)


@st.cache_data(ttl=REMEMBERED_S, max_entries=100, show_spinner=False)
def listed(search: str, limit: int) -> list[HostUser]:
    """Those whose name or address contains the text, staff first."""
    with services().uow("people.read") as tx:
        return tx.people.listed(search=search, limit=limit)
