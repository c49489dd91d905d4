"""The price cards of the day, for estimates beside what somebody is about to do."""

from collections.abc import Callable

import streamlit as st

from core import pricing
from core.errors import UnknownPrice
from core.estimate import CardsOfDay
from core.price_card import Vendor
from dashboard import formats
from dashboard.costs import price_terms
from dashboard.services import services

KEPT_S = 60


@st.cache_resource(ttl=KEPT_S, max_entries=1, show_spinner=False)
def cards() -> CardsOfDay:
    """Of each vendor the one that holds, as it was a minute ago. Raises `UnknownPrice`."""
    return pricing.cards_today(services=services())


def named() -> str:
    """Whose prices they are: `the price card “Mux, pay as you go” of 9 Mar 2026`. Raises `UnknownPrice`."""
    card = cards()[Vendor.MUX]
    return f"the price card “{formats.literal(card.name)}” of {price_terms.day(card.source_date)}"


def or_why_not(say: Callable[[], str]) -> str:
    """What is said, a line of Markdown; without a price the sentence of what is missing."""
    try:
        return say()
    except UnknownPrice as error:
        return formats.literal(error.sentence)
