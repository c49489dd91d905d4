"""Looking at captions: which a lesson has and where they stand, and the file of one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core import subrip, webvtt
from core.access import STRANGER, Action, Person, allows
from core.admitting import admitted
from core.asset import Asset
from core.caption_settling import fetched
from core.captions import read, words
from core.cue import CueFile
from core.errors import InvalidInput, NotFound
from core.lesson_copy import ready_asset
from core.ports import Services, Tx
from core.text_track import Origin, TextTrack, TrackState, chosen, named, sound, texts

NO_CAPTIONS = "There are no such captions (any more)."
LOOK = "Load the lesson again and look."
ENDINGS = ("vtt", "srt", "txt")
SHOWN = frozenset(TrackState) - {TrackState.GONE}
OF_MUX = {"preparing": TrackState.PREPARING, "ready": TrackState.READY, "errored": TrackState.FAILED}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptionLine:
    """Captions of a lesson. `key` is our record's id, or Mux's where nobody here has touched them yet."""

    key: str
    name: str
    language: str
    origin: Origin
    state: TrackState
    reason: str | None = None
    confidence: float | None = None
    is_named: bool = False
    """Whether the school's row of the video names them."""
    person: str = ""
    since: datetime | None = None

    @property
    def can_be_read(self) -> bool:
        """Whether there is a file to look at, take away and change."""
        return self.state in (TrackState.READY, TrackState.LOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonCaptions:
    """What a lesson has. `asset_id` is None where its video is not ready at Mux, which says why none can be
    added."""

    lesson_id: str
    asset_id: str | None
    lines: tuple[CaptionLine, ...]
    duration_s: float | None = None
    has_sound: bool = False
    may_edit: bool = False
    may_read: bool = False
    """Whether this person may read what is said: whoever may play the video may."""


def captions(lesson_id: str, *, by: Person | None, services: Services) -> LessonCaptions:
    """The captions of what the lesson plays, for whoever may see or play it; None is a stranger.

    Raises `NotFound`, `NotAllowed`.
    """
    person = by or STRANGER
    with services.uow("captions.list.read") as tx:
        found = tx.people.ties(lesson_id, person.host_user_id)
        ties = found.of(person.host_user_id) if found else frozenset()
        sees = allows(person, Action.SEE_LESSON, ties=ties)
        admitted(by, Action.SEE_LESSON if sees else Action.PLAY, lesson_id, found)
        asset = ready_asset(tx, lesson_id)
        held = list(tx.captions.of_asset(asset.id)) if asset else []
    return LessonCaptions(
        lesson_id=lesson_id,
        asset_id=asset.id if asset else None,
        lines=tuple(_lines(asset, held)) if asset else (),
        duration_s=asset.duration_s if asset else None,
        has_sound=asset is not None and sound(asset.tracks) is not None,
        may_edit=allows(person, Action.EDIT_LESSON, ties=ties),
        may_read=allows(person, Action.PLAY, ties=ties),
    )


def captions_file(lesson_id: str, key: str, *, by: Person | None, services: Services) -> CueFile:
    """The captions themselves, for whoever may play the lesson; captions that took another's place answer for
    it. Raises `NotFound`, `NotAllowed`, and what S3 and Mux raise."""
    with services.uow("captions.file.read") as tx:
        ties = tx.people.ties(lesson_id, by.host_user_id if by else None)
        admitted(by, Action.PLAY, lesson_id, ties)
        asset = ready_asset(tx, lesson_id)
        held = _held(tx, key)
    if held is not None and held.location is not None:
        if held.lesson_id != lesson_id and (asset is None or asset.id != held.asset_id):
            raise NotFound(NO_CAPTIONS, hint=LOOK)
        return read(services.store.read(held.location))
    track_id = held.track_id if held else key
    mine = named(asset.tracks, id=track_id, passthrough="") if asset and track_id else None
    if asset is None or mine is None or mine.get("status") != "ready":
        raise NotFound(NO_CAPTIONS, hint=LOOK)
    return fetched(asset, str(track_id), services)


def _held(tx: Tx, key: str) -> TextTrack | None:
    """The record, or the newest of those that took its place; None for a track that has no record."""
    try:
        return tx.captions.newest(UUID(key))
    except ValueError:
        return None


def written(file: CueFile, ending: str) -> tuple[str, str]:
    """The captions as `vtt`, `srt` or `txt`, and the media type. Raises `InvalidInput`."""
    match ending:
        case "vtt":
            return webvtt.write(file), "text/vtt"
        case "srt":
            return subrip.write(file), "application/x-subrip"
        case "txt":
            return words(file) + "\n", "text/plain"
    raise InvalidInput(f"Captions do not come as {ending}.", hint="Ask for vtt, srt or txt.")


def _lines(asset: Asset, held: list[TextTrack]) -> Iterator[CaptionLine]:
    """Our records first, oldest first, then what is at Mux beside them."""
    shown = chosen(held)
    for one in held:
        if one.state in SHOWN:
            yield _of_record(one, is_named=shown is not None and shown.id == one.id)
    known = {one.track_id for one in held} | {str(one.id) for one in held}
    for track in texts(asset.tracks):
        if track.get("id") not in known and track.get("passthrough") not in known:
            yield _of_mux(track)


def _of_record(one: TextTrack, *, is_named: bool) -> CaptionLine:
    return CaptionLine(
        key=str(one.id),
        name=one.name,
        language=one.language,
        origin=one.origin,
        state=one.state,
        reason=one.reason,
        confidence=one.confidence,
        is_named=is_named,
        person=one.person,
        since=one.moved_at,
    )


def _of_mux(track: Mapping[str, Any]) -> CaptionLine:
    language = str(track.get("language_code") or "und")
    return CaptionLine(
        key=str(track.get("id")),
        name=str(track.get("name") or language),
        language=language,
        origin=Origin.FOUND,
        state=OF_MUX.get(str(track.get("status")), TrackState.PREPARING),
        reason="; ".join(str(one) for one in (track.get("error") or {}).get("messages") or ()) or None,
        confidence=track.get("auto_language_confidence"),
    )
