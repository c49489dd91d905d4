"""Bringing a price card: a file or its text, what is wrong with it, how it would be, then keeping it."""

import streamlit as st

from core import card_trying, pricing
from core.access import Action, Person
from core.bill import cents
from core.card_choice import NAMES
from core.card_reading import LONGEST, WrongCard
from core.cost_phrases import month_name
from core.errors import UnknownPrice
from core.price_card import PriceCard
from dashboard import access, errors, formats, state
from dashboard.costs import price_terms
from dashboard.keys import Key
from dashboard.services import services

EXAMPLE = """\
key = "mux-contract-2027"
name = "Mux, our contract"
vendor = "mux"            # or aws
plan = "contract"         # cards of one plan follow each other
source = "Contract of 2 January 2027"
source_date = 2027-01-02
valid_from = 2027-02-01   # valid_to = 2027-12-31, if it ends
fee_usd = 250             # a month
credit_usd = 0            # usage that the fee pays for
remarks = ["Prices of 4K are those of the list."]

[free]
delivery = 100_000        # minutes a month

[[price]]
what = "storage"          # US dollars for a minute a month
quality = ["basic", "plus"]   # or "any"
storage = "any"           # or standard, infrequent, cold
up_to = [50_000]          # the first price to here, the second above
usd.720p = [0.0020, 0.0018]
usd.1080p = [0.0025, 0.0022]

[[price]]
what = "delivery"         # and rendition input, rendition storage
quality = "any"
usd.any = 0.0007

[[price]]
what = "input"
quality = "any"
usd.any = 0
"""


def open_dialog() -> None:
    """With nothing in it."""
    st.session_state[Key.PRICE_TEXT] = ""
    st.session_state.pop(Key.PRICE_FILE, None)
    _dialog()


@st.dialog("Add a price card", width="large")
@errors.guarded
def _dialog() -> None:
    person = access.require(Action.SET_PRICES)
    st.caption("A card is a text in TOML. Nothing is counted by it before its plan is chosen.")
    with st.expander("How it is written"):
        st.code(EXAMPLE, language="toml")
    brought = st.file_uploader("A file", type=["toml", "txt"], key=Key.PRICE_FILE)
    typed = st.text_area("Or its text", key=Key.PRICE_TEXT, height=180, disabled=brought is not None)
    text = _read(brought.getvalue()) if brought else typed
    if text is None:
        st.error("The file is no text in UTF-8.", icon=":material/error:")
    elif text.strip():
        _check(text, person)


def _read(body: bytes) -> str | None:
    try:
        return body[: LONGEST * 4].decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _check(text: str, person: Person) -> None:
    """What is wrong with it, else how it would be."""
    try:
        card = pricing.preview(text, by=person, services=services())
    except WrongCard as error:
        st.error("\n".join(["The card cannot be taken:", "", *_listed(error)]), icon=":material/error:")
        return
    _preview(card, person)
    if st.button("Keep this card", type="primary"):
        pricing.add(text, by=person, services=services())
        name = formats.literal(card.name)
        state.say_next(f"“{name}” is kept. Choose its plan as soon as it is to be counted by.")
        st.rerun()


def _listed(error: WrongCard) -> list[str]:
    return [f"- {formats.literal(fault)}" for fault in error.faults]


def _preview(card: PriceCard, person: Person) -> None:
    st.markdown(
        f"**{formats.literal(card.name)}**: {NAMES[card.vendor]}, plan “{formats.literal(card.plan)}”"
    )
    st.caption(price_terms.source(card))
    if said := price_terms.monthly(card):
        st.markdown(said)
    price_terms.prices(card)
    price_terms.remarks(card)
    st.markdown(formats.literal(last_month(card, person)))


def last_month(card: PriceCard, person: Person) -> str:
    """What last month would have cost by it, in a sentence."""
    try:
        found = card_trying.tried(card, by=person, services=services())
    except UnknownPrice as error:
        return f"It cannot price last month: {error}"
    if found is None:
        return (
            f"Nothing is known of last month's use of {NAMES[card.vendor]}, so there is nothing to compare."
        )
    month, then = month_name(found.month), formats.usd(cents(found.then_usd))
    said = f"{month} would have cost {then} at {NAMES[card.vendor]} by it"
    return f"{said}." if found.now_usd is None else f"{said}, instead of {formats.usd(cents(found.now_usd))}."
