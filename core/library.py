"""The library: every lesson with its video, what narrows and orders the list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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


NUMBERED_ROWS = 10_000
"""So deep are pages turned to by number; what lies deeper is reached from one page to the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beyond:
    """A page without a number: it begins behind this lesson in the list's order, or ends ahead of it."""

    lesson_id: str
    is_ahead: bool = False


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
    changed_at: datetime | None = None
    """As the school's row says, which Lectern does not write."""
    provider: Provider
    film: Film
    duration_s: float | None = None
    captions: bool = False
    quality: str | None = None
    playback_id: str | None = None
    policy: Policy | None = None
    thumbnail_s: float | None = None


MOST_CHOICES = 1_000
"""So many courses and owners a filter offers: those with most lessons."""


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
