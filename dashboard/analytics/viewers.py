"""Who watches the school's videos: kinds of device, countries and browsers, as far as they are told."""

import streamlit as st

from core.access import Person
from dashboard import formats
from dashboard.analytics import reading, terms
from dashboard.retention import audience


def show(person: Person) -> None:
    """Of the whole school, for who sees all of it; nothing where nothing may be told."""
    kept = reading.audience(person)
    if kept is None or not (shown := audience.sides(kept.audience or ())):
        return
    st.subheader("Who watches", anchor=False)
    audience.side_by_side(shown, key="viewing")
    read_at = formats.moment(kept.read_at, zone=formats.reader_zone())
    st.caption(
        f"All of the school at Mux, {terms.span(kept.days)} whatever the period above, as of {read_at}; "
        "asked once a day."
    )
