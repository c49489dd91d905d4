"""The cost table to take along: as CSV, and as Excel with the lines of the bill; in whole cents, as shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import streamlit as st

from core import cost_phrases
from core.allocating import MonthShares
from core.allocation import Allocation, Per
from core.allocation_cents import Cells, together
from core.bill import Line, cents
from core.cost_shares import CostLesson
from core.month_costs import MonthCosts, line_cents
from core.report import harmless
from dashboard.analytics.export import EXCEL, as_csv, as_excel, button
from dashboard.analytics.sheets import Cell, Row, Sheet
from dashboard.costs import freshness, terms
from dashboard.costs.ranking import columns_of, group_of, label_of

AMOUNT = "amount (USD)"
LINE_HEAD = (*("what", "quantity", "unit", "price (USD)", "from", "to", AMOUNT, "quantity is", "price card"),)


def buttons(made: "Maker") -> None:
    """Both, made only when somebody asks for them."""
    name = f"costs-{made.found.month}-by-{made.found.per.value}"
    with st.container(horizontal=True):
        button("Table (CSV)", made.csv, f"{name}.csv", "text/csv")
        button("Everything (Excel)", made.excel, f"{name}.xlsx", EXCEL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """The files, of what was read for the page: they are made on a thread that has no session."""

    found: Allocation
    cells: Sequence[Cells]
    shares: MonthShares
    costs: MonthCosts | None
    """Of whoever sees the whole bill."""
    now: datetime

    def csv(self) -> bytes:
        return as_csv(self.table())

    def excel(self) -> bytes:
        bill = [lines(self.costs)] if self.costs else []
        return as_excel([self.table(), *bill, self.about()])

    def table(self) -> Sheet:
        """Each row with its cents by group, and their sum."""
        columns = columns_of(self.cells)
        amounts = (*(f"{label_of(one).lower()} (USD)" for one in columns), "together (USD)")
        rows: list[Row] = [
            (*self._named(place), *_amounts(columns, one)) for place, one in enumerate(self.cells)
        ]
        rows.append(self._sum(columns))
        return Sheet(name="Costs", head=(*self._names(), *amounts), rows=rows, amounts=amounts)

    def about(self) -> Sheet:
        """What the table is about, and how far to trust it."""
        found = self.found
        sharing = [
            ("What all share", f"{terms.RULE[found.rule]}: {terms.RULE_SAID[found.rule]}"),
            ("Video that several lessons play", "counts evenly to each of them"),
        ]
        rows: list[Row] = [
            ("Month (UTC)", str(found.month)),
            ("Counted up to (UTC)", f"{found.as_of:%Y-%m-%d %H:%M}"),
            ("Written (UTC)", f"{self.now:%Y-%m-%d %H:%M}"),
            ("By", terms.PER[found.per]),
            *(sharing if found.per is not Per.PROVIDER else ()),
            *([("The whole month (USD)", float(cents(found.total_usd)))] if self.costs else []),
            *(("In no figure", _text(one)) for one in (freshness.left_out(self.costs) if self.costs else ())),
        ]
        return Sheet(name="About", head=("what", "value"), rows=rows)

    def _names(self) -> tuple[str, ...]:
        more = ("course", "teacher") if self.found.per is Per.LESSON else ()
        return ("month", "id", self.found.per.value, *more)

    def _named(self, place: int) -> Row:
        row, per = self.found.rows[place], self.found.per
        lesson = self.shares.lessons.get(row.key, CostLesson(lesson_id=row.key))
        more = (_text(lesson.course), _text(lesson.teacher)) if per is Per.LESSON else ()
        return (str(self.found.month), _text(row.key), _text(cost_phrases.row(row, per)), *more)

    def _sum(self, columns: Sequence[str]) -> Row:
        empty = [None] * (len(self._names()) - 3)
        return (str(self.found.month), None, "Sum", *empty, *_amounts(columns, together(self.cells)))


def lines(costs: MonthCosts) -> Sheet:
    """The lines of the whole bill."""
    rows = [_line(line, usd, costs) for line, usd in line_cents(costs.bill)]
    return Sheet(name="Bill", head=LINE_HEAD, rows=rows, amounts=(AMOUNT,))


def _amounts(columns: Sequence[str], one: Cells) -> Row:
    amounts = [float(one.get(group_of(column), Decimal(0))) for column in columns]
    return (*amounts, float(sum(one.values(), Decimal(0))))


def _line(line: Line, usd: Decimal, costs: MonthCosts) -> tuple[Cell, ...]:
    return (
        cost_phrases.line(line),
        float(line.quantity),
        cost_phrases.unit(line.sku),
        float(line.usd),
        line.first,
        line.last,
        float(usd),
        cost_phrases.BASIS[line.basis],
        _text(costs.cards.get(line.card, line.card)),
    )


def _text(words: str) -> str:
    return str(harmless(words))
