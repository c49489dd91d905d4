"""A day's bill by Mux beside our own figure of it, with why they differ.

Pure. The export's storage is taken for the minutes that were kept on the day, as an average of its hours;
how cold they were is not compared, because exports of days before they were enabled do not tell it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.billed import BilledColumn, sku_of
from core.phrases import percent
from core.usage import Month, Usage, What

COMPARED = (What.STORAGE, What.DELIVERY, What.INPUT)
ALIKE_SHARE, ALIKE_MIN = Decimal("0.01"), Decimal(1)
"""A difference up to either is none: lengths are rounded here and there."""

DONE = {What.STORAGE: "kept", What.DELIVERY: "delivered", What.INPUT: "made"}
WHY = {
    What.STORAGE: "Lectern counts an asset from its creation to its deletion, as far as it knows of it.",
    What.DELIVERY: "Mux may have counted more, or less, after Lectern read the day for the last time.",
    What.INPUT: "Mux may bill an asset on another day than that of its creation.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledLine:
    """One thing on one day, in minutes: as Mux bills it, and as we count it."""

    what: What
    billed: Decimal
    ours: Decimal
    sentence: str

    @property
    def is_alike(self) -> bool:
        return is_alike(self.billed, self.ours)


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledDay:
    """A day whose export was taken in. `unknown` are its columns that no price is known for, with what they
    come to."""

    day: date
    lines: Sequence[BilledLine]
    unknown: Mapping[str, Decimal]


def compare(
    day: date, columns: Sequence[BilledColumn], ours: Iterable[Usage], *, is_hole: bool, left_out: int
) -> BilledDay:
    """The day side by side. `left_out` assets are in no figure of ours."""
    ours = list(ours)
    lines = []
    for what in COMPARED:
        billed, counted = _billed(columns, what), _counted(ours, what, Month.of(day))
        if billed is not None and (billed or counted):
            why = _why(what, billed, counted, is_hole=is_hole, left_out=left_out)
            lines.append(BilledLine(what=what, billed=billed, ours=counted, sentence=why))
    unknown = {one.name: one.quantity for one in columns if one.quantity and sku_of(one.name) is None}
    return BilledDay(day=day, lines=lines, unknown=unknown)


def is_alike(billed: Decimal, ours: Decimal) -> bool:
    """Whether a difference is not worth a word."""
    return abs(billed - ours) <= max(ALIKE_MIN, ALIKE_SHARE * max(billed, ours))


def _why(what: What, billed: Decimal, ours: Decimal, *, is_hole: bool, left_out: int) -> str:
    told = f"Mux bills {billed:,.0f} min {DONE[what]}, Lectern counts {ours:,.0f}"
    if is_alike(billed, ours):
        return f"{told}."
    if what is What.DELIVERY and is_hole:
        return f"{told}: not all deliveries of this day were taken in."
    if what is not What.DELIVERY and left_out and billed > ours:
        return f"{told}: of {left_out} of the assets Mux has not told Lectern enough to count them."
    return f"{told}: {_difference(billed, ours)}. {WHY[what]}"


def _difference(billed: Decimal, ours: Decimal) -> str:
    by = abs(billed - ours)
    share = f" ({percent(float(by / ours))})" if ours else ""
    return f"{by:,.0f} min{share} {'more' if billed > ours else 'less'}"


def _billed(columns: Iterable[BilledColumn], what: What) -> Decimal | None:
    """None where the export has no column of it."""
    known = ((sku_of(one.name), one.quantity) for one in columns)
    found = [quantity for sku, quantity in known if sku and sku.what is what]
    return sum(found, Decimal(0)) if found else None


def _counted(ours: Iterable[Usage], what: What, month: Month) -> Decimal:
    found = sum((one.quantity for one in ours if one.sku.what is what), Decimal(0))
    return found * month.last.day if what is What.STORAGE else found
