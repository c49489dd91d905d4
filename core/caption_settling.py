"""Settling captions: what Mux has made of them; what they replace goes once they are ready."""

from core import webvtt
from core.access import SYSTEM
from core.asset import Asset
from core.bulk_following import follow
from core.caption_publishing import carry_later, publish
from core.caption_sending import NO_ASSET, fail
from core.caption_storing import asset_of, mux_of, store
from core.captions import read, words
from core.cue import CueFile
from core.errors import AppError, ConfigError, NotFound, Refused
from core.playback import Audience, needs_token
from core.ports import Services, Tx
from core.text_track import Origin, TextTrack, TrackState, named

FETCH_LIFETIME_S = 300.0
NO_TRACK = "They were deleted at Mux before they were ready."


def settle(held: TextTrack, services: Services) -> None:
    """What Mux has made of it: ready, refused, or nothing yet."""
    asset = asset_of(held, services)
    mine = named(asset.tracks, id=held.track_id, passthrough=str(held.id)) if asset else None
    if asset is None or mine is None:
        fail(held, NO_TRACK if asset else NO_ASSET, services)
    elif mine.get("status") == "errored":
        fail(held, held.reason or "Mux could not read the captions.", services)
    elif mine.get("status") == "ready":
        _complete_or_fail(held, asset, services)


def _complete_or_fail(held: TextTrack, asset: Asset, services: Services) -> None:
    """What Mux wrote and nobody can read is no captions; files that people brought were read before."""
    try:
        _complete(held, asset, services)
    except AppError as error:
        if error.retryable or error.account_wide or held.origin is not Origin.GENERATED:
            raise
        fail(held, error.sentence, services)


def _complete(held: TextTrack, asset: Asset, services: Services) -> None:
    mine = named(asset.tracks, id=held.track_id, passthrough=str(held.id)) or {}
    file = _file(held, asset, services)
    if held.location is None:
        held = store(held, webvtt.write(file), services)
    with services.uow("captions.ready") as tx:
        tx.assets.fold(asset, at=services.clock())
        now = tx.captions.get(held.id, lock=True)
        if now and now.state is TrackState.PREPARING:
            tx.captions.move(
                held.id,
                TrackState.READY,
                now=services.clock(),
                words=words(file),
                language=str(mine.get("language_code") or held.language),
                confidence=mine.get("auto_language_confidence") or held.confidence,
                reason=None,
            )
            _take_place(tx, now, services)
            publish(tx, held.asset_id, by=SYSTEM)
            follow(tx, tx.captions.get(held.id) or now, services)
        tx.commit()


def _file(held: TextTrack, asset: Asset, services: Services) -> CueFile:
    """The captions: those that we sent, else as Mux serves them."""
    if held.location is not None:
        return read(services.store.read(held.location))
    return fetched(asset, str(held.track_id), services)


def fetched(asset: Asset, track_id: str, services: Services) -> CueFile:
    """A text track as Mux serves it. Raises `NotFound` where there is no playback id, `ConfigError` where
    its playback is signed and no key is set, `InvalidInput` where Mux's file cannot be read."""
    if asset.playback_id is None:
        raise NotFound("The video has no playback id.", hint="Give it one at Mux.")
    token = None
    if needs_token(asset.policy):
        if services.signer is None:
            raise ConfigError("The captions of a signed video need MUX_SIGNING_KEY and MUX_PRIVATE_KEY.")
        token = services.signer.token(asset.playback_id, Audience.VIDEO, lifetime_s=FETCH_LIFETIME_S)
    url = services.settings.hosts.text(asset.playback_id, track_id, token=token)
    return read(services.player.text(url))


def _take_place(tx: Tx, new: TextTrack, services: Services) -> None:
    """The new one is ready: the one that it replaces goes now."""
    old = tx.captions.get(new.replaces, lock=True) if new.replaces else None
    if old and old.state in (TrackState.READY, TrackState.LOST):
        tx.captions.move(old.id, TrackState.DELETING, now=services.clock())
        carry_later(tx, old.id)


def rename(held: TextTrack, services: Services) -> None:
    """Give it the name of what it replaced, once that is free; where others have it, its own does too."""
    if held.given_name in (None, held.name):
        return
    asset = asset_of(held, services)
    mine = named(asset.tracks, id=held.track_id, passthrough=str(held.id)) if asset else None
    if mine is None:
        return  # it went this very moment: its event tells
    name, mux = held.name, mux_of(held, services)
    if mine.get("name") != name:
        try:
            mux.rename_track(held.asset_id, str(mine["id"]), name=name)
        except (Refused, NotFound):
            name = str(mine.get("name"))
    with services.uow("captions.renamed") as tx:
        tx.captions.note(held.id, name=name, given_name=name)
        tx.commit()
