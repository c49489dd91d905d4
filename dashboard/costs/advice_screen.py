"""The savings page: what could be saved in a month, piece by piece, each with a table of what it is about."""

import streamlit as st

from core.access import Action, Person
from core.advice import Advice, Kind
from core.advising import Advised
from core.bill import cents
from core.errors import UnknownPrice
from dashboard import access, bones, formats, query
from dashboard.costs import advice_table as things
from dashboard.costs import advice_terms as terms
from dashboard.costs import ahead_reading
from dashboard.costs.forecast_terms import cards
from dashboard.costs.screen import no_price

PURPOSE = "What costs money and may not be worth it. Nothing is changed here."
ADVICE = "advice"
"""In the address: the piece whose things are listed."""


def show() -> None:
    """The sum, the pieces, and what nothing can be told of."""
    person = access.require(Action.SEE_COSTS)
    try:
        found = ahead_reading.advised(person)
    except UnknownPrice as error:
        no_price(error)
        return
    if Kind.PARTS in found.unknown or not found.saving.advice:
        ahead_reading.advised.clear()  # once S3 answers, or there is something, it is seen at once
    if found.saving.advice:
        _full(found, person)
    else:
        _nothing(found)
    for why in dict.fromkeys(found.unknown.values()):
        kinds = [terms.TERMS[kind].title for kind, reason in found.unknown.items() if reason == why]
        st.caption(formats.literal(f"Not known: {', '.join(kinds)}. {why}"))
    if not found.now.is_empty:
        st.caption(_basis(found))


def _full(found: Advised, person: Person) -> None:
    st.subheader(formats.literal(answer(found)), anchor=False)
    less = cents(found.saving.less_usd)
    if less > 0:
        st.caption(formats.literal(f"The pieces one by one come to {formats.usd(less)} more. {ONCE}"))
    picked = query.known(ADVICE, Kind)
    for advice in found.saving.advice:
        _piece(found, advice, person, is_open=picked == advice.kind)


ONCE = (
    "What two of them say of the same video or file counts once here, with the one that saves more; volume "
    "steps, free minutes and credit count as they would in the bill."
)


PAID_ALREADY = "Saves nothing now: free minutes or the plan's credit pay for it"


def answer(found: Advised) -> str:
    """`Save about $21 a month`"""
    whole = found.saving.saves_usd
    if whole > 0:
        about = "about " if cents(whole) else ""
        return f"Save {about}{formats.price(cents(whole))} a month"
    return "Saves nothing: at these prices it would cost more" if whole else PAID_ALREADY


def _piece(found: Advised, advice: Advice, person: Person, *, is_open: bool) -> None:
    term = terms.TERMS[advice.kind]
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.markdown(f"**{term.title}** · {terms.counted(advice)}")
            st.markdown(f"**{formats.literal(terms.amount(advice))}**", width="content")
        once = cents(advice.once_usd)
        costs = f" Taking them in anew costs {formats.usd(once)} once." if once else ""
        st.caption(formats.literal(f"{term.why} {term.todo}{costs}"))
        label = "Hide them" if is_open else f"Show {terms.counted(advice)}"
        st.button(
            label,
            key=f"advice_show_{advice.kind}",
            on_click=query.put,
            args=(ADVICE, "" if is_open else advice.kind.value),
        )
        if is_open:
            things.show(found, advice, person)


def _nothing(found: Advised) -> None:
    if not found.unknown:
        bones.nothing("There is nothing to save that Lectern knows of.", "It looks again whenever you do.")
    elif found.now.is_empty:
        bones.nothing(
            "Nothing can be told yet.",
            "It needs usage, which is read every hour by itself, and a scan of S3.",
        )
    else:
        bones.nothing(
            "Nothing to save was found in what is known.",
            "What is not known yet stands below. Lectern looks again whenever you do.",
        )


def _basis(found: Advised) -> str:
    at = formats.moment(found.at, zone=formats.reader_zone())
    return formats.literal(
        f"As of {at}, for a month like the last 28 days, at the prices of {cards(found.cards)}."
    )
