"""A text track: captions of an asset at Mux, with the file that we keep of them and where they stand."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from core.errors import IllegalMove, InvalidInput
from core.language import AUTO
from core.source import Location


class TrackState(StrEnum):
    WAITING = "waiting"  # it is written down what is wanted, and Mux may not know yet
    PREPARING = "preparing"
    READY = "ready"
    DELETING = "deleting"
    GONE = "gone"
    LOST = "lost"  # somebody deleted it at Mux itself; the file is kept
    FAILED = "failed"


class Origin(StrEnum):
    """Where the words come from."""

    UPLOADED = "uploaded"
    EDITED = "edited"
    GENERATED = "generated"
    FOUND = "found"  # made at Mux by somebody else, or with the video itself


S = TrackState
MOVES: dict[TrackState, frozenset[TrackState]] = {
    S.WAITING: frozenset({S.PREPARING, S.FAILED, S.DELETING}),
    S.PREPARING: frozenset({S.READY, S.FAILED, S.DELETING}),
    S.READY: frozenset({S.DELETING, S.LOST}),
    S.LOST: frozenset({S.DELETING}),
    S.DELETING: frozenset({S.GONE}),
    S.GONE: frozenset(),
    S.FAILED: frozenset({S.DELETING}),
}
ON_ITS_WAY = frozenset({S.WAITING, S.PREPARING})
MOVING = ON_ITS_WAY | {S.DELETING}

TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
"""A language as BCP 47 spells it: `de`, `pt-BR`."""

LONGEST_NAME = 100
FILE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.vtt")
OURS = re.compile(r"/api/videos/([^/]+)/captions/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(vtt|srt)")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTrack:
    """One track; its id is the passthrough at Mux. `lesson_id` is where somebody wanted it; whoever plays the
    asset has it.

    `cues` is WebVTT that waits to be written to `location`; `words` the transcript. A track that `replaces`
    another is ready before that one goes: until then it has its `given_name` at Mux, where no two have one.
    """

    id: UUID
    lesson_id: str
    asset_id: str
    origin: Origin
    state: TrackState
    language: str
    name: str
    person: str
    created_at: datetime
    moved_at: datetime
    first_at: datetime
    """When the first of those was made that it replaces, one by one."""
    replaces: UUID | None = None
    track_id: str | None = None
    given_name: str | None = None
    posted_at: datetime | None = None
    location: Location | None = None
    cues: str | None = field(default=None, repr=False)
    words: str | None = field(default=None, repr=False)
    confidence: float | None = None
    """How sure Mux is of the language that it detected, 0–1; of the words it says nothing."""
    reason: str | None = None
    item_id: UUID | None = None
    """The item of a batch that wants it; None where a person does, or nobody."""
    file_id: UUID | None = None
    """The file beside the lesson that it, or what it replaced, was made of."""
    copy_of: str | None = None
    """The track at Mux whose words these are, where another copy takes the place of the one that had it."""

    @property
    def mux_writes(self) -> bool:
        """Whether Mux is asked to write them; else it is given a file."""
        return self.origin is Origin.GENERATED and self.cues is None and self.location is None

    @property
    def goes_along(self) -> bool:
        """Whether it is on its way with another copy of the video."""
        return self.copy_of is not None and self.state in ON_ITS_WAY

    @property
    def is_waited_for(self) -> bool:
        """Whether somebody looks on: not at one of a batch, nor at one that was only found."""
        return not (self.origin is Origin.FOUND or self.item_id or self.goes_along)


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """What captions are called in the player, and their language."""

    language: str
    name: str


def called(language: str, name: str) -> Called:
    """Both as they were typed. Raises `InvalidInput`."""
    language, name = language.strip(), name.strip()
    if not TAG.fullmatch(language) and language != AUTO:
        raise InvalidInput(f"“{language[:20]}” is no language.", hint="Type it as en, de or pt-BR.")
    if len(name) > LONGEST_NAME:
        raise InvalidInput("The name is too long.", hint=f"Use at most {LONGEST_NAME} characters.")
    return Called(language=language, name=name or ("Captions" if language == AUTO else language))


def move(now: TrackState, then: TrackState) -> TrackState:
    """Return `then`, or raise `IllegalMove` where captions cannot go there from `now`."""
    if then not in MOVES[now]:
        raise IllegalMove(f"Captions that are {now} cannot become {then}.")
    return then


def texts(tracks: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The text tracks among an asset's tracks that Mux has not deleted."""
    return [one for one in tracks if one.get("type") == "text" and one.get("status") != "deleted"]


def named(
    tracks: Iterable[Mapping[str, Any]], *, id: str | None, passthrough: str
) -> Mapping[str, Any] | None:
    """The track with this id; where we know none, the one that carries our passthrough."""
    wanted = ("id", id) if id else ("passthrough", passthrough)
    return next((one for one in texts(tracks) if one.get(wanted[0]) == wanted[1]), None)


def sound(tracks: Iterable[Mapping[str, Any]]) -> str | None:
    """The id of the audio track that captions are made from; None where there is nothing to hear."""
    sounds = (one for one in tracks if one.get("type") == "audio" and one.get("id"))
    heard = [one for one in sounds if one.get("status", "ready") == "ready"]
    first = sorted(heard, key=lambda one: not one.get("primary"))
    return str(first[0]["id"]) if first else None


def free_name(wanted: str, taken: Collection[str]) -> str:
    """`English`, else `English (2)` and so on: Mux takes a name once among an asset's text tracks."""
    names = (wanted if number == 1 else f"{wanted} ({number})" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def chosen(tracks: Iterable[TextTrack]) -> TextTrack | None:
    """The track that the school's row names: the first that was made, or what took its place."""
    ready = [one for one in tracks if one.state is S.READY and one.location]
    return min(ready, key=lambda one: (one.first_at, str(one.id)), default=None)


def address(lesson_id: str, track: UUID | str, ending: str) -> str:
    """Where the API serves the file; it needs whoever asks to say who they are, so it holds no token."""
    return f"/api/videos/{lesson_id}/captions/{track}.{ending}"


def track_named(url: str, lesson_id: str) -> UUID | None:
    """The track that an address of ours names for this lesson; None for any other address."""
    found = OURS.fullmatch(url)
    return UUID(found[2]) if found and found[1] == lesson_id else None


def is_ours(url: str) -> bool:
    """Whether an address in the school's rows is one that we wrote."""
    return OURS.fullmatch(url) is not None


def is_file_of_ours(key: str, *, prefix: str) -> bool:
    """Whether an object below our prefix is a file of captions that we keep there."""
    return key.startswith(prefix) and FILE.fullmatch(key.removeprefix(prefix)) is not None


def key_of(track: UUID, *, prefix: str) -> str:
    """Where in the bucket the WebVTT of a track is kept."""
    return f"{prefix}{track}.vtt"
