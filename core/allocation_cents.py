"""An allocation in whole cents, which sum up along and down, in the order that they show.

Pure.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from core.allocation import CostRow
from core.bill import shares, untraced
from core.month_costs import Group

Cells = Mapping[Group | None, Decimal]
"""A row by group, under None its share of the rest."""


def cells(rows: Sequence[CostRow]) -> list[Cells]:
    """Each row in whole cents. They sum up along and down, to the cents of all rows together."""
    columns: list[Group | None] = [*(group for group in Group if any(group in row.usd for row in rows)), None]
    exact = [[_cell(row, column) for row in rows] for column in columns]
    sums = [sum(column, Decimal(0)) for column in exact]
    totals = shares(untraced(sum(sums, Decimal(0))), sums)
    down = [shares(total, column) for total, column in zip(totals, exact, strict=True)]
    return [dict(zip(columns, row, strict=True)) for row in zip(*down, strict=True)]


def in_cents(rows: Sequence[CostRow]) -> list[tuple[CostRow, Cells]]:
    """Each row with its `cells`, in the order that these show: cents that had to go somewhere may have made
    of two rows the smaller one the larger. What is kept apart stays last."""
    found = zip(rows, cells(rows), strict=True)
    return sorted(found, key=lambda pair: (pair[0].shared is not None, _shown(*pair)))


def together(rows: Sequence[Cells]) -> Cells:
    """The sum of each column."""
    columns = {column for one in rows for column in one}
    return {column: sum((one.get(column, Decimal(0)) for one in rows), Decimal(0)) for column in columns}


def _shown(row: CostRow, usd: Cells) -> Decimal:
    return Decimal(0) if row.shared else -sum(usd.values(), Decimal(0))


def _cell(row: CostRow, column: Group | None) -> Decimal:
    return row.shared_usd if column is None else row.usd.get(column, Decimal(0))
