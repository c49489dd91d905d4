"""Captioning a lesson: files brought, words changed, written by Mux from the sound, or deleted.

Each call only writes down what is wanted; `caption_carrying` does it, and a kill in between changes nothing.
"""

from collections.abc import Sequence
from uuid import UUID, uuid4

from core.access import Person
from core.asset import Asset
from core.caption_adopting import found_track
from core.caption_looking import LOOK, NO_CAPTIONS, captions_file
from core.caption_removing import let_go
from core.caption_storing import place_of
from core.caption_wanting import Wanted, want
from core.captions import Line, edited, read
from core.errors import ConfigError, InvalidInput, NotFound, StaleState
from core.language import checked_language
from core.lesson_admitting import asset_to_change
from core.ports import Services, Tx
from core.text_track import ON_ITS_WAY, Origin, TextTrack, TrackState, called, named, sound

CHANGED = "Somebody has changed these captions since you opened them."
PULL = "Mux cannot fetch captions from this S3: only this network reaches it."
PUBLIC_S3 = "Use an S3 that Mux reaches, or let Mux write the captions."


def upload(
    lesson_id: str,
    body: bytes,
    *,
    language: str,
    name: str,
    by: Person,
    services: Services,
    replaces: str | None = None,
) -> TextTrack:
    """Give the lesson the captions of a file, WebVTT or SubRip; `replaces` is the key of those that they
    replace once they are ready.

    Raises `InvalidInput` (the line that cannot be read), `StaleState`, `NotFound`, `NotAllowed`,
    `ConfigError`.
    """
    new = Wanted(origin=Origin.UPLOADED, file=read(body), called=called(language, name), replaces=replaces)
    return _put(lesson_id, new, by, services)


def edit(lesson_id: str, key: str, lines: Sequence[Line], *, by: Person, services: Services) -> TextTrack:
    """Put changed lines in the place of the captions; these stay until the new ones are ready.

    Raises as `upload` does; `StaleState` where somebody else was faster.
    """
    file = edited(captions_file(lesson_id, key, by=by, services=services), lines)
    return _put(lesson_id, Wanted(origin=Origin.EDITED, file=file, replaces=key), by, services)


def put_back(lesson_id: str, key: str, *, by: Person, services: Services) -> TextTrack:
    """Give Mux again the captions that somebody deleted there. Raises as `upload` does."""
    file = captions_file(lesson_id, key, by=by, services=services)
    return _put(lesson_id, Wanted(origin=Origin.EDITED, file=file, replaces=key), by, services)


def generate(lesson_id: str, language: str, *, by: Person, services: Services, name: str = "") -> TextTrack:
    """Have Mux write captions from the sound; `auto` finds out the language.

    Raises `InvalidInput` for a language that Mux does not know or a video without sound, `NotFound`,
    `NotAllowed`.
    """
    with services.uow("captions.generate") as tx:
        asset = asset_to_change(tx, lesson_id, by)
        checked_language(language)
        place_of(uuid4(), services.settings)
        if sound(asset.tracks) is None:
            raise InvalidInput("The video has no sound.", hint="Upload a file of captions.")
        new = Wanted(origin=Origin.GENERATED, called=called(language, name))
        track = want(tx, new, asset, lesson_id, None, by=by, services=services)
        tx.commit()
    return track


def delete(lesson_id: str, key: str, *, by: Person, services: Services) -> None:
    """Delete captions at Mux and in S3. Raises `NotFound`, `NotAllowed`, and `StaleState` where others are to
    take their place."""
    with services.uow("captions.delete") as tx:
        asset = asset_to_change(tx, lesson_id, by)
        held = _held(tx, asset, lesson_id, key, services)
        if held.state in (TrackState.DELETING, TrackState.GONE):
            return
        if any(one.replaces == held.id and one.state in ON_ITS_WAY for one in tx.captions.of_asset(asset.id)):
            raise StaleState("Others are about to take the place of these captions.", hint=LOOK)
        let_go(tx, held, lesson_id, by=by, services=services)
        tx.commit()


def _put(lesson_id: str, new: Wanted, by: Person, services: Services) -> TextTrack:
    with services.uow("captions.put") as tx:
        asset = asset_to_change(tx, lesson_id, by)
        if not services.settings.pull_works:
            raise ConfigError(PULL, hint=PUBLIC_S3)
        place_of(uuid4(), services.settings)
        old = _replaced(tx, asset, lesson_id, new.replaces, services) if new.replaces else None
        track = want(tx, new, asset, lesson_id, old, by=by, services=services)
        tx.commit()
    return track


def _held(tx: Tx, asset: Asset, lesson_id: str, key: str, services: Services) -> TextTrack:
    """The record, locked; made now for a track that nobody here has touched yet."""
    try:
        held = tx.captions.get(UUID(key), lock=True)
    except ValueError:
        held = tx.captions.at_mux(key)
    if held is not None and held.asset_id == asset.id:
        return held
    said = named(asset.tracks, id=key, passthrough="")
    if said is None:
        raise NotFound(NO_CAPTIONS, hint=LOOK)
    found = found_track(asset.id, lesson_id, said, state=TrackState.READY, now=services.clock())
    tx.captions.add(found)
    return found


def _replaced(tx: Tx, asset: Asset, lesson_id: str, key: str, services: Services) -> TextTrack:
    held = _held(tx, asset, lesson_id, key, services)
    if held.state not in (TrackState.READY, TrackState.LOST):
        raise StaleState(CHANGED, hint="Open them again and repeat what is still missing.")
    return held
