"""Views of the library: what the database answers, and those that a person keeps under a name of theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Protocol

from core.errors import InvalidInput
from core.library import (
    KNOWN,
    Beyond,
    LibraryChoices,
    LibraryFilter,
    LibraryLine,
    LibrarySort,
    Reader,
    checked,
)
from core.storable import one_line


class LibraryLook(StrEnum):
    CARDS = "cards"
    TABLE = "table"


MOST_VIEWS = 50
LONGEST_NAME = 80
LONGEST_VALUE = 300
SORT, LOOK = "sort", "look"
"""Names beside those of the filter, as in a URL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """Filters, order and look under a name of somebody's own."""

    id: int
    name: str
    filter: LibraryFilter
    sort: LibrarySort
    look: LibraryLook = LibraryLook.CARDS


def view_name(name: str) -> str:
    """The name as it is kept. Raises `InvalidInput` where it is none."""
    if not (plain := one_line(name)):
        raise InvalidInput("The view has no name.", hint="Give it one.")
    if len(plain) > LONGEST_NAME:
        raise InvalidInput(f"A name has at most {LONGEST_NAME} characters.", hint="Shorten it.")
    return plain


def kept(filter: LibraryFilter, sort: LibrarySort, look: LibraryLook = LibraryLook.CARDS) -> dict[str, str]:
    """What a view keeps. Raises `InvalidInput` where the filter is none or is too long."""
    values = {name: value for name, value in asdict(checked(filter)).items() if value}
    if any(len(value) > LONGEST_VALUE or "\0" in value for value in values.values()):
        raise InvalidInput(
            f"A filter is kept with at most {LONGEST_VALUE} characters.", hint="Shorten the search."
        )
    return {**values, SORT: sort.value, **({} if look is LibraryLook.CARDS else {LOOK: look.value})}


def of_kept(values: Mapping[str, str]) -> tuple[LibraryFilter, LibrarySort, LibraryLook]:
    """What was kept; a word that there is not any more does not narrow."""
    known = {field.name: values.get(field.name, "") for field in fields(LibraryFilter)}
    known |= {name: "" for name, words in KNOWN.items() if known[name] not in set(words)}
    sort, look = values.get(SORT, ""), values.get(LOOK, "")
    return (
        LibraryFilter(**known),
        LibrarySort(sort) if sort in set(LibrarySort) else LibrarySort.NEWEST,
        LibraryLook(look) if look in set(LibraryLook) else LibraryLook.CARDS,
    )


class Library(Protocol):
    """The school's lessons as a list, whatever columns its tables have."""

    def page(
        self,
        filter: LibraryFilter,
        sort: LibrarySort,
        *,
        reader: Reader,
        number: int,
        size: int,
        beyond: Beyond | None = None,
    ) -> Sequence[LibraryLine]:
        """Page `number` (from 1) of the lessons that match; with `beyond`, whatever the number, the one that
        it says, and nothing where its lesson is gone."""

    def count(self, filter: LibraryFilter, *, reader: Reader) -> int:
        """How many lessons match, on all pages."""

    def choices(self, *, reader: Reader) -> LibraryChoices:
        """What the filters can offer: courses and owners with most lessons first to be named."""


class SavedViews(Protocol):
    """Views by person; each sees and changes their own alone."""

    def of(self, person: str) -> Sequence[SavedView]:
        """By name."""

    def add(self, person: str, name: str, values: Mapping[str, str], *, most: int) -> bool:
        """False where the person has `most` views already. Raises `InvalidInput` where the name is taken."""

    def rename(self, person: str, view_id: int, name: str) -> bool:
        """False where there is no such view. Raises `InvalidInput` where the name is taken."""

    def delete(self, person: str, view_id: int) -> bool:
        """False where there is no such view."""
