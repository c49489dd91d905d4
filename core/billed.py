"""What Mux's own billing export says was used, day by day, beside our figure.

Pure. The export's columns are found by their names; those that no price is known for are named, not guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledColumn:
    """One column of a day's export, summed up: `quantity` in minutes, of so many assets that have any."""

    name: str
    quantity: Decimal
    assets: int


class BilledDays(Protocol):
    """`mux_admin.billed_days`."""

    def put_billed(self, day: date, columns: Sequence[BilledColumn]) -> None:
        """Have exactly these for the day. Safe to repeat."""

    def billed(self, first: date, last: date) -> dict[date, Sequence[BilledColumn]]:
        """Of the days among these whose export was taken in."""
