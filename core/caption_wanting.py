"""Wanting captions: a record of what somebody wants, and the job that does it, in one transaction."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from core import webvtt
from core.access import Person
from core.asset import Asset
from core.caption_publishing import carry_later
from core.cue import CueFile
from core.ports import Services, Tx
from core.text_track import Called, Origin, TextTrack, TrackState

ACTIONS = {
    Origin.UPLOADED: "add captions",
    Origin.EDITED: "change captions",
    Origin.GENERATED: "generate captions",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Captions that somebody wants: a file, or None where Mux is to write them. `called` None: as those that
    they replace, whose key is `replaces`."""

    origin: Origin
    file: CueFile | None = None
    called: Called | None = None
    replaces: str | None = None
    item_id: UUID | None = None
    """The item of a batch that wants them: its own job sends them."""


def want(
    tx: Tx,
    new: Wanted,
    asset: Asset,
    lesson_id: str,
    old: TextTrack | None,
    *,
    by: Person,
    services: Services,
) -> TextTrack:
    """Write it down, with who wants it; `old` goes once it is ready. Raises `StaleState` where somebody else
    is replacing the same."""
    track = _track(new, asset, lesson_id, old, by, services)
    tx.captions.add(track)
    told = {"captions": str(track.id), "name": track.name, "language": track.language}
    tx.audit(by, ACTIONS[new.origin], f"lesson {lesson_id}", after=told)
    if track.item_id is None:
        carry_later(tx, track.id)
    return track


def _track(
    new: Wanted, asset: Asset, lesson_id: str, old: TextTrack | None, by: Person, services: Services
) -> TextTrack:
    now = services.clock()
    named = new.called or old
    assert named is not None, "what is changed has a name"
    return TextTrack(
        id=uuid4(),
        lesson_id=lesson_id,
        asset_id=asset.id,
        origin=new.origin,
        state=TrackState.WAITING,
        language=named.language,
        name=named.name,
        person=by.name,
        created_at=now,
        moved_at=now,
        first_at=old.first_at if old else now,
        replaces=old.id if old else None,
        cues=webvtt.write(new.file) if new.file else None,
        file_id=old.file_id if old else None,
        item_id=new.item_id,
    )
