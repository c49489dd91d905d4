"""The page of price cards: the plans in use, all cards there are, and one of them with its prices."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from core import pricing
from core.access import Action, Person
from core.card_choice import NAMES, plan_on
from core.price_card import PriceCard, Vendor
from core.pricing import Shelf
from dashboard import access, bones, errors, formats, query, rows, state
from dashboard.costs import price_adding, price_plans, price_terms
from dashboard.services import services

PURPOSE = "What Mux and AWS ask for. Costs of a day are counted by the card that is in use on that day."
CARD = "card"
"""Name in the URL."""

COLUMNS = {
    "vendor": st.column_config.TextColumn("Vendor", width=65),
    "name": st.column_config.TextColumn("Price card", width=340),
    "plan": st.column_config.TextColumn("Plan", width=140),
    "used": st.column_config.TextColumn("In use", width=60),
    "from": st.column_config.DateColumn("Valid from", width=95, format="D MMM YYYY"),
    "to": st.column_config.DateColumn("Until", width=95, format="D MMM YYYY"),
    "source": st.column_config.DateColumn("Prices of", width=95, format="D MMM YYYY"),
    "author": st.column_config.TextColumn("Brought by", width=100),
}


def show(person: Person) -> None:
    """All of it."""
    with bones.head("Price cards", PURPOSE):
        if st.button("Add a price card", type="primary", icon=":material/add:"):
            price_adding.open_dialog()
    found = pricing.shelf(by=person, services=services())
    today = services().clock().date()
    price_plans.show(found, today)
    st.subheader("All price cards", anchor=False)
    used = in_use(found, today)
    cards = sorted(found.cards, key=lambda card: (card.key not in used, [*Vendor].index(card.vendor)))
    rows.pick_one(
        rows.without_empty(table(cards, used), "to"),
        [card.key for card in cards],
        parameter=CARD,
        columns=COLUMNS,
        alt="Price cards",
    )
    picked = next((card for card in found.cards if card.key == st.query_params.get(CARD)), None)
    if picked is None:
        st.caption("Pick a card to see its prices.")
    else:
        _card(picked, found)


def table(cards: Sequence[PriceCard], used: Collection[str]) -> pd.DataFrame:
    """A row for each card; `used` are keys of those in use."""
    return pd.DataFrame(
        {
            "vendor": [NAMES[card.vendor] for card in cards],
            "name": [card.name for card in cards],
            "plan": [card.plan for card in cards],
            "used": ["Today" if card.key in used else "" for card in cards],
            "from": [card.valid_from for card in cards],
            "to": [card.valid_to for card in cards],
            "source": [card.source_date for card in cards],
            "author": [formats.actor(card.author) if card.author else "Lectern" for card in cards],
        }
    )


def in_use(found: Shelf, today: date) -> Collection[str]:
    """Keys of the cards by which today is counted."""
    held = [(vendor, plan_on(vendor, today, found.plans).plan) for vendor in Vendor]
    used = [price_plans.card_on(vendor, plan, today, found) for vendor, plan in held]
    return {card.key for card in used if card}


def _card(card: PriceCard, found: Shelf) -> None:
    with st.container(border=True):
        st.markdown(f"**{formats.literal(card.name)}**")
        st.caption(price_terms.source(card))
        if said := price_terms.monthly(card):
            st.markdown(said)
        price_terms.prices(card)
        price_terms.remarks(card)
        if card.author:
            _offer_to_remove(card, found)


def _offer_to_remove(card: PriceCard, found: Shelf) -> None:
    is_used = pricing.is_used(card, found.plans)
    st.button(
        "Remove this card …",
        icon=":material/delete:",
        disabled=is_used,
        help="Its plan is or was in use: what it cost is counted with it." if is_used else None,
        on_click=errors.acting(partial(_ask_to_remove, card)),
    )


@st.dialog("Remove this price card?")
@errors.guarded
def _ask_to_remove(card: PriceCard) -> None:
    st.write(
        f"“{formats.literal(card.name)}” goes. Nothing was counted with it; its text stays in the audit."
    )
    if st.button("Remove the card", type="primary"):
        person = access.require(Action.SET_PRICES)
        pricing.remove(card.key, by=person, services=services())
        query.put(CARD, "")
        state.say_next(f"“{formats.literal(card.name)}” is removed.")
        st.rerun()
