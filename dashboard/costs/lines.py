"""What a figure is made of: quantity x price x period = amount, how it is known, and whose price it is."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from core import cost_phrases, phrases
from core.access import Action
from core.allocating import PricedQuantity
from core.allocation import CostRow, Per, SharedRule
from core.bill import Line, cents, shares
from core.cost_phrases import thing, unit
from core.month_costs import Group, MonthCosts, lines_of
from core.usage import Month
from dashboard import access, errors, formats
from dashboard.costs import reading, terms

FOUR_PLACES = Decimal("0.0001")
COLDNESS = "Infrequent is what was not played for 30 days, cold not for 90, or never."
SIX_PLACES = Decimal("0.000001")


def open_group(costs: MonthCosts, group: Group | None) -> None:
    """The lines of a group in a dialog; None: of the whole bill."""
    title = cost_phrases.GROUP[group] if group else "The whole bill"
    name = f"{title}, {cost_phrases.month_name(costs.month)}"
    st.dialog(name, width="large")(errors.guarded(_bill))(costs, group)


def open_row(row: CostRow, per: Per, rule: SharedRule, month: Month) -> None:
    """What a row of the table is made of, in a dialog."""
    name = f"{cost_phrases.row(row, per)}, {cost_phrases.month_name(month)}"
    st.dialog(formats.shortened(name, 80), width="large")(errors.guarded(_row))(row, rule, month)


def open_sum(month: Month) -> None:
    """The whole bill, for whoever may see it; a sum of own lessons has its lines in them."""
    if access.may(Action.SEE_COSTS):
        open_group(reading.costs(month, access.require(Action.SEE_COSTS)), None)


def _bill(costs: MonthCosts, group: Group | None) -> None:
    access.require(Action.SEE_COSTS)
    found = lines_of(costs.bill, group) if group else costs.bill.lines
    _table(of_lines(found, costs.cards))
    _sum(sum((line.amount_usd for line in found), Decimal(0)))
    _known([line.basis.value for line in found])


def _row(row: CostRow, rule: SharedRule, month: Month) -> None:
    person = access.require(Action.SEE_OWN_COSTS)
    found = reading.priced(month, tuple(row.lessons), person) if row.lessons else ()
    if found:
        _table(of_quantities(found))
    if row.shared_usd and row.lessons:
        shared = f"Its share of {terms.SHARED}: {_usd(row.shared_usd)}; {terms.RULE_SAID[rule]}."
        st.markdown(formats.literal(shared))
    _sum(row.total_usd)
    if found:
        st.caption("A price is what a unit came to in this month, with volume steps and free units.")
    _known([one.basis.value for one in found])


def of_lines(found: Sequence[Line], cards: Mapping[str, str]) -> pd.DataFrame:
    """The lines of a bill, in cents that sum up to theirs."""
    amounts = shares(sum((line.amount_usd for line in found), Decimal(0)), [one.amount_usd for one in found])
    return pd.DataFrame(
        {
            "What": [cost_phrases.line(line) for line in found],
            "Quantity": [_quantity(line.quantity) for line in found],
            "Unit": [unit(line.sku) for line in found],
            "Price": [_price(line.usd) for line in found],
            "Days": [_days(line) for line in found],
            "Amount": [phrases.usd(one) for one in amounts],
            "Known": [cost_phrases.BASIS[line.basis] for line in found],
            "Price card": [cards.get(line.card, line.card) for line in found],
        }
    )


def of_quantities(found: Sequence[PricedQuantity]) -> pd.DataFrame:
    """What lessons used, at what a unit came to."""
    amounts = shares(sum((one.amount_usd for one in found), Decimal(0)), [one.amount_usd for one in found])
    return pd.DataFrame(
        {
            "What": [thing(one.sku) for one in found],
            "Quantity": [_quantity(one.quantity) for one in found],
            "Unit": [unit(one.sku) for one in found],
            "Price": [_price(one.usd) for one in found],
            "Amount": [phrases.usd(one) for one in amounts],
            "Known": [cost_phrases.BASIS[one.basis] for one in found],
            "Price card": [", ".join(one.cards) for one in found],
        }
    )


def _table(found: pd.DataFrame) -> None:
    right: Any = {"alignment": "right"}
    columns = {name: st.column_config.TextColumn(name, **right) for name in ("Quantity", "Price", "Amount")}
    st.dataframe(
        found,
        hide_index=True,
        column_config=columns,
        placeholder=formats.NOTHING,
        alt="What the figure is made of",
    )


def _sum(total_usd: Decimal) -> None:
    st.markdown(f"**{formats.literal('Together ' + _usd(total_usd))}**")


def _known(bases: Sequence[str]) -> None:
    said = {
        "measured": "measured: Mux or AWS told it",
        "derived": "derived: worked out of what Lectern knows for certain",
        "assumed": "assumed",
    }
    if told := [words for name, words in said.items() if name in bases]:
        st.caption(f"Quantities are {'; '.join(told)}. {COLDNESS}")


def _usd(amount: Decimal) -> str:
    return phrases.usd(cents(amount))


def _quantity(amount: Decimal) -> str:
    """
    >>> _quantity(Decimal("1234.50000")), _quantity(Decimal("0.000012345")), _quantity(Decimal(100))
    ('1,234.5', '0', '100')
    """
    return _trimmed(f"{amount.quantize(FOUR_PLACES):,f}")


def _price(usd: Decimal) -> str:
    """
    >>> _price(Decimal("0.0024")), _price(Decimal(-20))
    ('$0.0024', '−$20')
    """
    sign = phrases.MINUS if usd < 0 else ""
    return f"{sign}${_trimmed(f'{abs(usd).quantize(SIX_PLACES):,f}')}"


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _days(line: Line) -> str:
    if line.first == line.last:
        return f"{line.first.day} {line.first:%b}"
    return f"{line.first.day} to {line.last.day} {line.last:%b}"
