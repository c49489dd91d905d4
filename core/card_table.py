"""A table of TOML whose fields are taken one by one; what is wrong with them is noted with its place.

Pure.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

ANY = "any"
"""Stands for each of the words that there are."""

LONGEST_TEXT = 500
MOST_DECIMALS = 12
MOST_UNITS = Decimal(10) ** 15
"""More is no quantity that anybody is charged for."""


class CardTable:
    """`place` says where it stands, "" for the head. What cannot be had is noted in `faults`, and something
    that fits the type is given instead: whoever reads looks at the faults before using any of it."""

    def __init__(self, fields: Mapping[str, Any], place: str, faults: list[str]) -> None:
        self._left = dict(fields)
        self.place = place
        self.faults = faults

    def fault(self, said: str) -> None:
        """Note a sentence."""
        self.faults.append(f"{self.place}: {said}" if self.place else f"{said[:1].upper()}{said[1:]}")

    def take(self, name: str) -> Any:
        """As it stands; None where it does not."""
        return self._left.pop(name, None)

    def text(self, name: str) -> str:
        """Words, which are needed."""
        found = self.take(name)
        if found is None:
            self.fault(f"“{name}” is missing.")
            return ""
        return self._said(name, found)

    def _said(self, name: str, found: Any) -> str:
        """On one line."""
        said = " ".join(found.split()) if isinstance(found, str) else ""
        if said and said.isprintable() and len(said) <= LONGEST_TEXT:
            return said
        self.fault(f"“{name}” is no text of 1 to {LONGEST_TEXT} characters that can be shown.")
        return ""

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of words, which may be missing."""
        found = self.take(name)
        if isinstance(found, list):
            return tuple(self._said(name, one) for one in found)
        if found is not None:
            self.fault(f"“{name}” is no list of texts.")
        return ()

    def words(self, name: str, known: Iterable[str]) -> tuple[str, ...]:
        """One of these, several of them as a list, or `any` for all."""
        found, all_of_them = self.take(name), tuple(known)
        named = found if isinstance(found, list) else [found]
        if found is None or found == []:
            self.fault(f"“{name}” is missing.")
            return ()
        return tuple(word for one in named for word in self.known(name, one, all_of_them))

    def known(self, name: str, found: Any, known: Sequence[str]) -> Sequence[str]:
        """The word itself, all of them for `any`, none where it is not among them."""
        if found == ANY:
            return known
        if found in known:
            return (str(found),)
        self.fault(f"unknown {name} “{found!s:.40}”; known are {', '.join(known)} and {ANY}.")
        return ()

    def day(self, name: str, *, needed: bool = True) -> date | None:
        """A date as TOML writes it: 2026-03-09."""
        found = self.take(name)
        if isinstance(found, date) and not isinstance(found, datetime):
            return found
        if found is not None:
            self.fault(f"“{name}” is no date; write it as 2026-03-09, without quotes.")
        elif needed:
            self.fault(f"“{name}” is missing.")
        return None

    def amount(self, name: str, *, most: Decimal) -> Decimal:
        """A number from 0 on, which may be missing: then 0."""
        found = self.take(name)
        return Decimal(0) if found is None else self.number(name, found, most=most)

    def number(self, name: str, found: Any, *, most: Decimal) -> Decimal:
        """`found` as a number from 0 to `most`."""
        if isinstance(found, bool) or not isinstance(found, int | Decimal) or not Decimal(found).is_finite():
            self.fault(f"“{name}” is no number: {found!s:.40}.")
        elif -Decimal(found).as_tuple().exponent > MOST_DECIMALS:  # type: ignore[operator]
            self.fault(f"“{name}” has more than {MOST_DECIMALS} decimals.")
        elif found < 0:
            self.fault(f"“{name}” is below zero: {found}.")
        elif found > most:
            self.fault(f"“{name}” is absurd: {found} is more than {most:,}.")
        else:
            return Decimal(found)
        return Decimal(0)

    def tables(self, name: str, place: str) -> Iterator["CardTable"]:
        """The tables of a list, each knowing its place: `Price 3`."""
        found = self.take(name)
        if not isinstance(found, list) or not found:
            self.fault(f"there is no [[{name}]] in it.")
            return
        for number, one in enumerate(found, start=1):
            if isinstance(one, Mapping):
                yield CardTable(one, f"{place} {number}", self.faults)
            else:
                self.fault(f"{place} {number} is no table.")

    def table(self, name: str) -> Mapping[str, Any]:
        """A table below this one, which may be missing."""
        found = self.take(name)
        if found is None or isinstance(found, Mapping):
            return found or {}
        self.fault(f"“{name}” is no table.")
        return {}

    def forget(self) -> None:
        """Nothing more is to be noted about it."""
        self._left.clear()

    def nothing_else(self) -> None:
        """Note what was not taken."""
        for name in self._left:
            self.fault(f"“{name}” is not known.")
