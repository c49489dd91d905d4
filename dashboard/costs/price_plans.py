"""Which plan of each vendor is in use, and choosing another one from a day on."""

from datetime import date
from functools import partial

import streamlit as st

from core import pricing
from core.access import Action
from core.card_choice import BEGINNING, NAMES, PlanInUse, lasting, plan_on
from core.price_card import PriceCard, Vendor
from core.pricing import Shelf
from dashboard import access, errors, formats, state
from dashboard.costs import price_now, price_terms, reading
from dashboard.keys import Key
from dashboard.services import services

WIDTH_PX = 320


def show(found: Shelf, today: date) -> None:
    """Each vendor's, side by side where there is room."""
    st.subheader("In use", anchor=False)
    with st.grid(len(Vendor), min_column_width=WIDTH_PX):
        for vendor in Vendor:
            with st.container(border=True, gap="xsmall", height="stretch"):
                _vendor(vendor, found, today)


def _vendor(vendor: Vendor, found: Shelf, today: date) -> None:
    held = plan_on(vendor, today, found.plans)
    card = card_on(vendor, held.plan, today, found)
    st.markdown(f"**{NAMES[vendor]}: {formats.literal(held.plan)}** {_since(held)}")
    if card is None:
        said = f"No price card of this plan covers {price_terms.day(today)}, so nothing can be counted."
        st.warning(f"{said} Add one, or choose another plan.", icon=":material/sell:")
    else:
        st.caption(f"By “{formats.literal(card.name)}”, prices of {price_terms.day(card.source_date)}.")
        if said := price_terms.monthly(card):
            st.caption(said)
    for turn in found.plans:
        if turn.vendor is vendor and turn.since > today:
            st.caption(f"From {price_terms.day(turn.since)} on: {formats.literal(turn.plan)}{_by(turn)}.")
    st.button(
        "Choose another plan …",
        key=f"plan_{vendor}",
        on_click=errors.acting(partial(_open, vendor, found, held.plan, today)),
    )


def card_on(vendor: Vendor, plan: str, day: date, found: Shelf) -> PriceCard | None:
    """The card of the plan that holds that day."""
    mine = [card for card in found.cards if (card.vendor, card.plan) == (vendor, plan)]
    return next((card for card in lasting(mine) if card.covers(day)), None)


def _since(turn: PlanInUse) -> str:
    if turn.since == BEGINNING:
        return "from the beginning"
    return f"since {price_terms.day(turn.since)}{_by(turn)}"


def _by(turn: PlanInUse) -> str:
    return f", chosen by {formats.literal(formats.actor(turn.person))}" if turn.person else ""


def _open(vendor: Vendor, found: Shelf, held: str, today: date) -> None:
    """With another plan than the present one, from the beginning of this month."""
    others = [plan for plan in found.plans_of(vendor) if plan != held]
    st.session_state[Key.PRICE_PLAN] = others[0] if others else held
    st.session_state[Key.PRICE_SINCE] = today.replace(day=1)
    _dialog(vendor, found)


@st.dialog("Choose another plan")
@errors.guarded
def _dialog(vendor: Vendor, found: Shelf) -> None:
    plan = st.selectbox(f"Plan of {NAMES[vendor]}", found.plans_of(vendor), key=Key.PRICE_PLAN)
    since = st.date_input("From", key=Key.PRICE_SINCE, format="YYYY-MM-DD", help="A day of UTC.")
    if not isinstance(since, date):
        st.caption("Choose a day.")
        return
    card = card_on(vendor, plan, since, found)
    st.markdown("\n".join(f"- {line}" for line in _review(vendor, plan, since, card, found)))
    is_held = plan_on(vendor, since, found.plans).plan == plan
    label = f"Use it from {price_terms.day(since)} on"
    if st.button(label, type="primary", disabled=card is None or is_held):
        _choose(vendor, plan, since)


def _review(vendor: Vendor, plan: str, since: date, card: PriceCard | None, found: Shelf) -> list[str]:
    """What changes, in sentences."""
    if card is None:
        return [f"No price card of this plan covers {price_terms.day(since)}. Choose a later day."]
    before = plan_on(vendor, since, found.plans).plan
    if before == plan:
        return [f"This plan is in use on {price_terms.day(since)} already."]
    lines = [f"{NAMES[vendor]}: **{formats.literal(before)} → {formats.literal(plan)}**"]
    lines += [said for said in [price_terms.monthly(card)] if said]
    later = sorted(one.since for one in found.plans if one.vendor is vendor and one.since > since)
    if later:
        lines.append(f"Until {price_terms.day(later[0])}, from which on another plan is chosen already.")
    if since <= services().clock().date():
        lines.append("Costs since that day are counted anew, on every page.")
    return lines


def _choose(vendor: Vendor, plan: str, since: date) -> None:
    person = access.require(Action.SET_PRICES)
    pricing.choose_plan(vendor, plan, since, by=person, services=services())
    price_now.cards.clear()
    reading.forget()
    said = f"{NAMES[vendor]} is counted by “{formats.literal(plan)}” from {price_terms.day(since)} on."
    state.say_next(said)
    st.rerun()
