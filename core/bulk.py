"""Bulk: what a person wants done to many lessons at once, which lessons, and what that comes to. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from core.access import Person, Role
from core.batch import BatchKind
from core.lesson import DRAFT, PUBLISHED
from core.library import LibraryFilter, Reader
from core.migration import SkipReason
from core.pace import Call
from core.rendition_cost import MadeFile
from core.ticks import Ticks

WRITES: Mapping[BatchKind, str] = {
    BatchKind.PUBLISH: "status",
    BatchKind.UNPUBLISH: "status",
    BatchKind.COURSE: "course_id",
}
"""The column of `lessons` that a kind writes; kinds that write none are not here."""

VALUES: Mapping[BatchKind, str] = {BatchKind.PUBLISH: PUBLISHED, BatchKind.UNPUBLISH: DRAFT}
"""What is written, where the kind itself says so."""

DONE = {
    BatchKind.PUBLISH: "published",
    BatchKind.UNPUBLISH: "taken back to draft",
    BatchKind.COURSE: "in the course",
    BatchKind.POLICY: "changed",
    BatchKind.CAPTIONS: "captioned",
    BatchKind.DELETE: "deleted at Mux",
    BatchKind.NORMALISE: "with even sound",
}
"""What a lesson is when its item is done."""

AT_MUX: Mapping[BatchKind, Call] = {
    BatchKind.POLICY: Call.POST,
    BatchKind.CAPTIONS: Call.POST,
    BatchKind.DELETE: Call.OTHER,
    BatchKind.NORMALISE: Call.POST,
}
"""Kinds whose steps ask something of Mux, with the call that holds them up longest."""

MUX_NEEDS_S: Mapping[BatchKind, float] = {BatchKind.CAPTIONS: 240.0}
"""What Mux's own work on one lesson takes, until it is measured: captions of forty minutes of talk."""

LESSONS_PER_S = 150.0
"""What one worker gets through where nobody outside is asked; 250 measured on two busy cores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What becomes of each lesson, and for whom; frozen with the batch."""

    wanted: str
    """The value that is written, or what the kind is to make: a status, a course's id."""
    title: str = ""
    """The same in words where it is an id."""
    subject: str
    email: str
    owner_id: str | None = None
    """Only lessons that this person of the school made; None: anybody's."""

    @property
    def person(self) -> Person:
        """Whoever asked, with the one right that their steps need: it is checked again at each."""
        role = Role.ADMIN if self.owner_id is None else Role.TEACHER
        return Person(
            subject=self.subject, email=self.email, roles=frozenset({role}), host_user_id=self.owner_id
        )

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the batch; `from_json` reads it back."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> "Order | None":
        """Read what `as_json` made; None where nothing was kept."""
        return None if data is None else cls(**data)


@dataclass(frozen=True, slots=True)
class Picked(Ticks[str]):
    """Ticked lessons, by the school's id."""


def as_text(picked: Picked) -> str:
    """For an address; ids may be any text.

    >>> as_text(Picked("some", frozenset({"7", "a,b"}))), as_text(Picked("all", frozenset({"9"})))
    ('7,a%2Cb', 'all,9')
    """
    words = ["all"] if picked.mode == "all" else []
    ids = (quote(one, safe="") for one in sorted(picked.ids))
    # a lesson that is called so must not be taken for the word
    return ",".join([*words, *("%61ll" if one == "all" else one for one in ids)])


def from_text(text: str) -> Picked:
    """
    >>> from_text("7,a%2Cb") == Picked("some", frozenset({"7", "a,b"})), from_text("all"), from_text("")
    (True, Picked(mode='all', ids=frozenset()), Picked(mode='some', ids=frozenset()))
    """
    words = [word for word in text.replace("\0", "").split(",") if word]
    is_all = words[:1] == ["all"]
    ids = frozenset(unquote(word) for word in words[is_all:])
    return Picked("all" if is_all else "some", frozenset(one for one in ids if "\0" not in one))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """A filter and the ticks within it, of what its reader sees; ticks under "some" stand on their own."""

    filter: LibraryFilter = LibraryFilter()
    picked: Picked = Picked("all")
    reader: Reader = Reader(is_all=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What an order comes to, before anything is done; `skipped` is by reason."""

    change: int
    skipped: Mapping[SkipReason, int]
    made_s: Mapping[str, float] = field(default_factory=dict)
    """Seconds of video that are made anew at Mux, by their quality there."""
    made_files: tuple[MadeFile, ...] = ()
    """MP4s for download that are made anew with them."""
    size_bytes: int = 0
    """What is fetched out of S3 for that."""
    bare: int = 0
    """Of those that lose their copy at Mux, how many have no file in S3 to play instead."""

    @property
    def chosen(self) -> int:
        """Lessons of the choice, those that are skipped too."""
        return self.change + sum(self.skipped.values())
