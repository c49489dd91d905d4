"""The library: every lesson with its video, what narrows and orders the list, views that a person keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Protocol

from core.asset import Policy, Quality
from core.errors import InvalidInput
from core.playback import Provider


class Film(StrEnum):
    """How a lesson's video stands."""

    PLAYS = "plays"
    PREPARING = "preparing"
    FAILED = "failed"
    DELETED = "deleted"
    MISSING = "missing"


class LibrarySort(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    TITLE = "title"
    LONGEST = "longest"


class Captions(StrEnum):
    WITH = "with"
    WITHOUT = "without"


class Published(StrEnum):
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryFilter:
    """Which lessons to list; an empty field does not narrow. All values are text, as in a URL."""

    search: str = ""
    """Words that must all be found: in the title, the course's title, the key, or one of the ids."""
    course: str = ""
    provider: str = ""
    state: str = ""
    captions: str = ""
    quality: str = ""
    owner: str = ""
    published: str = ""


KNOWN: Mapping[str, type[StrEnum]] = {
    "provider": Provider,
    "state": Film,
    "captions": Captions,
    "quality": Quality,
    "published": Published,
}
"""Fields of the filter that take one of a few words."""


def checked(filter: LibraryFilter) -> LibraryFilter:
    """The same filter. Raises `InvalidInput` where a field holds a word that there is not."""
    for name, words in KNOWN.items():
        if (word := getattr(filter, name)) and word not in set(words):
            raise InvalidInput(f"No filter has the value {word!r}.", hint=f"Known: {', '.join(words)}.")
    return filter


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Whose library it is: everybody's, or the lessons of one person of the school."""

    is_all: bool
    user_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryLine:
    """A lesson with its video; None where the school or Mux does not tell."""

    lesson_id: str
    title: str
    course: str | None = None
    owner: str | None = None
    is_published: bool | None = None
    provider: Provider
    film: Film
    duration_s: float | None = None
    captions: bool = False
    quality: str | None = None
    playback_id: str | None = None
    policy: Policy | None = None
    thumbnail_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryChoices:
    """What the filters offer: names by id. `knows` are the filters that the school's tables can answer."""

    courses: Mapping[str, str]
    owners: Mapping[str, str]
    knows: frozenset[str]


def film_of(provider: Provider, *, asset_status: str | None, status: str | None) -> Film:
    """What plays, plays, whatever becomes of another copy. `status` is the lesson's `processing_status`."""
    if provider is not Provider.NONE:
        return Film.PLAYS
    if asset_status == "deleted":
        return Film.DELETED
    if asset_status == "errored" or status == "error":
        return Film.FAILED
    return Film.PREPARING if asset_status == "preparing" or status == "processing" else Film.MISSING


MOST_VIEWS = 50
LONGEST_NAME = 80
LONGEST_VALUE = 300
SORT = "sort"


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """Filters and order under a name of somebody's own."""

    id: int
    name: str
    filter: LibraryFilter
    sort: LibrarySort


def view_name(name: str) -> str:
    """The name as it is kept. Raises `InvalidInput` where it is none."""
    if not (plain := " ".join(name.replace("\0", "").split())):
        raise InvalidInput("The view has no name.", hint="Give it one.")
    if len(plain) > LONGEST_NAME:
        raise InvalidInput(f"A name has at most {LONGEST_NAME} characters.", hint="Shorten it.")
    return plain


def kept(filter: LibraryFilter, sort: LibrarySort) -> dict[str, str]:
    """What a view keeps. Raises `InvalidInput` where the filter is none or is too long."""
    values = {name: value for name, value in asdict(checked(filter)).items() if value}
    if any(len(value) > LONGEST_VALUE or "\0" in value for value in values.values()):
        raise InvalidInput(
            f"A filter is kept with at most {LONGEST_VALUE} characters.", hint="Shorten the search."
        )
    return {**values, SORT: sort.value}


def of_kept(values: Mapping[str, str]) -> tuple[LibraryFilter, LibrarySort]:
    """What was kept; a word that there is not any more does not narrow."""
    known = {field.name: values.get(field.name, "") for field in fields(LibraryFilter)}
    known |= {name: "" for name, words in KNOWN.items() if known[name] not in set(words)}
    sort = values.get(SORT, "")
    return LibraryFilter(**known), LibrarySort(sort) if sort in set(LibrarySort) else LibrarySort.NEWEST


class Library(Protocol):
    """The school's lessons as a list, whatever columns its tables have."""

    def page(
        self, filter: LibraryFilter, sort: LibrarySort, *, reader: Reader, number: int, size: int
    ) -> Sequence[LibraryLine]:
        """Page `number` (from 1) of the lessons that match."""

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
