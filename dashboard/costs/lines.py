"""What a figure is made of: quantity x price x period = amount, how it is known, and whose price it is."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal, localcontext
from typing import Any

import pandas as pd
import streamlit as st

from core import cost_phrases, phrases
from core.access import Action
from core.allocating import PricedQuantity
from core.allocation import Allocation, CostRow
from core.allocation_cents import Cells
from core.bill import Line, cents, shares
from core.cost_phrases import thing, unit
from core.month_costs import GROUPS, Group, MonthCosts, group_of, line_cents
from core.usage import Basis, Sku, StorageClass
from dashboard import access, errors, formats
from dashboard.costs import reading, terms

FIGURES = 6
FOUR_PLACES = Decimal("0.0001")
COLDNESS = " Infrequent is what was not played for 30 days, cold not for 90, or never."
KNOWN: Mapping[Basis, str] = {
    Basis.MEASURED: "measured: Mux or AWS told it",
    Basis.DERIVED: "derived: worked out of what Lectern knows for certain",
    Basis.ASSUMED: "assumed",
}


def open_group(costs: MonthCosts, group: Group | None) -> None:
    """The lines of a group in a dialog; None: of the whole bill."""
    title = cost_phrases.GROUP[group] if group else "The whole bill"
    name = f"{title}, {cost_phrases.month_name(costs.month)}"
    st.dialog(name, width="large")(errors.guarded(_bill))(costs, group)


def open_row(row: CostRow, cells: Cells, found: Allocation) -> None:
    """What a row of the table is made of, in a dialog; `cells` are its cents, as they stand in the table."""
    title = formats.named(cost_phrases.row(row, found.per))
    name = f"{title}, {cost_phrases.month_name(found.month)}"
    st.dialog(name, width="large")(errors.guarded(_row))(row, cells, found)


def open_sum(total: Cells, found: Allocation) -> None:
    """What all rows together are made of: the bill where they are all of it, else what their lessons used."""
    usd = sum(total.values(), Decimal(0))
    if access.may(Action.SEE_COSTS) and usd == cents(found.total_usd):
        open_group(reading.costs(found.month, access.require(Action.SEE_COSTS)), None)
    else:
        lessons = [one for row in found.rows for one in row.lessons]
        name = terms.all_together(len(found.rows))
        open_row(CostRow(key="", name=name, usd={}, lessons=lessons), total, found)


def _bill(costs: MonthCosts, group: Group | None) -> None:
    access.require(Action.SEE_COSTS)
    found = [(line, usd) for line, usd in line_cents(costs.bill) if group in (None, group_of(line))]
    _table(of_lines(found, costs.cards))
    _sum(sum((usd for _, usd in found), Decimal(0)))
    _known([line.basis for line, _ in found], [line.sku for line, _ in found])


def _row(row: CostRow, cells: Cells, found: Allocation) -> None:
    person = access.require(Action.SEE_OWN_COSTS)
    used = reading.priced(found.month, tuple(row.lessons), person) if row.lessons else ()
    if used:
        _table(of_quantities(used, cells))
    if row.lessons and cells.get(None):
        shared = f"Its share of {terms.SHARED}: {phrases.usd(cells[None])}; {terms.RULE_SAID[found.rule]}."
        st.markdown(formats.literal(shared))
    _sum(sum(cells.values(), Decimal(0)))
    if used:
        st.caption("A price is what a unit came to in this month, with volume steps and free units.")
    _known([one.basis for one in used], [one.sku for one in used])


def of_lines(found: Sequence[tuple[Line, Decimal]], cards: Mapping[str, str]) -> pd.DataFrame:
    """The lines of a bill with their cents."""
    lines = [line for line, _ in found]
    return pd.DataFrame(
        {
            "What": [cost_phrases.line(line) for line in lines],
            "Amount": [phrases.usd(usd) for _, usd in found],
            "Quantity": [_quantity(line.quantity) for line in lines],
            "Unit": [unit(line.sku) for line in lines],
            "Price": [terms.unit_usd(line.usd) for line in lines],
            "Days": [_days(line) for line in lines],
            "Known": [cost_phrases.BASIS[line.basis] for line in lines],
            "Price card": [cards.get(line.card, line.card) for line in lines],
        }
    )


def of_quantities(found: Sequence[PricedQuantity], cells: Cells) -> pd.DataFrame:
    """What lessons used, at what a unit came to; in cents that sum up to the row's, group by group."""
    lines = [(one, usd) for group in Group for one, usd in _amounts(found, group, cells)]
    return pd.DataFrame(
        {
            "What": [thing(one.sku) for one, _ in lines],
            "Amount": [phrases.usd(usd) for _, usd in lines],
            "Quantity": [_quantity(one.quantity) for one, _ in lines],
            "Unit": [unit(one.sku) for one, _ in lines],
            "Price": [terms.unit_usd(_about(one.usd)) for one, _ in lines],
            "Known": [cost_phrases.BASIS[one.basis] for one, _ in lines],
            "Price card": [", ".join(one.cards) for one, _ in lines],
        }
    )


def _amounts(
    found: Sequence[PricedQuantity], group: Group, cells: Cells
) -> Iterator[tuple[PricedQuantity, Decimal]]:
    mine = [one for one in found if GROUPS[one.sku.what] is group]
    amounts = shares(cells.get(group, Decimal(0)), [one.amount_usd for one in mine])
    return zip(mine, amounts, strict=True)


def _table(found: pd.DataFrame) -> None:
    right: Any = {"alignment": "right"}
    columns = {name: st.column_config.TextColumn(name, **right) for name in ("Amount", "Quantity", "Price")}
    st.dataframe(
        found,
        hide_index=True,
        column_config=columns,
        placeholder=formats.NOTHING,
        height="content",
        alt="What the figure is made of",
    )


def _sum(total_usd: Decimal) -> None:
    st.markdown(f"**{formats.literal(f'Together {phrases.usd(total_usd)}')}**")


def _known(bases: Collection[Basis], skus: Collection[Sku | None]) -> None:
    """What the words of the table mean, as far as they stand in it."""
    told = [words for basis, words in KNOWN.items() if basis in bases]
    is_cold = any(sku and sku.storage in (StorageClass.INFREQUENT, StorageClass.COLD) for sku in skus)
    if told:
        st.caption(f"Quantities are {'; '.join(told)}.{COLDNESS if is_cold else ''}")


def _quantity(amount: Decimal) -> str:
    """
    >>> _quantity(Decimal("1234.50000")), _quantity(Decimal("0.000012345")), _quantity(Decimal(100))
    ('1,234.5', '< 0.0001', '100')
    """
    if 0 < amount < FOUR_PLACES:
        return f"< {FOUR_PLACES}"
    return f"{amount.quantize(FOUR_PLACES):,f}".rstrip("0").rstrip(".")


def _about(usd: Decimal) -> Decimal:
    """What a unit came to, which divisions made endless, in the figures that tell.

    >>> _about(Decimal("0.0142857142857")), _about(Decimal("0.00037500"))
    (Decimal('0.0142857'), Decimal('0.000375'))
    """
    with localcontext() as context:
        context.prec = FIGURES
        return usd.normalize()


def _days(line: Line) -> str:
    if line.first == line.last:
        return f"{line.first.day} {line.first:%b}"
    return f"{line.first.day} to {line.last.day} {line.last:%b}"
