"""Sending captions: the file to S3, then the track asked of Mux; a lost answer is looked for first."""

from core.access import SYSTEM
from core.asset import Asset
from core.bulk_following import follow
from core.caption_publishing import carry_along, carry_later, publish
from core.caption_storing import asset_of, mux_of, store
from core.errors import RateLimited, Refused
from core.lost_answer import may_come, next_look_at
from core.ports import Call, Lane, Services
from core.records import Job
from core.text_track import ON_ITS_WAY, TextTrack, TrackState, free_name, named, sound, texts

NO_ASSET = "The video was deleted at Mux."
NO_SOUND = "The video has no sound to write captions from. Upload a file of captions."


def send(held: TextTrack, services: Services) -> None:
    """File to S3, then ask Mux for the track, unless an earlier try did and its answer was lost."""
    if held.cues is not None and held.location is None:
        held = store(held, held.cues, services)
    asset = asset_of(held, services)
    if asset is None:
        fail(held, NO_ASSET, services)
        return
    mine = named(asset.tracks, id=None, passthrough=str(held.id))
    if mine is not None:
        _answered(held, str(mine["id"]), str(mine.get("name") or held.name), services)
    elif may_come(held.posted_at, services):
        _look_again(held, services)
    else:
        _ask(held, asset, services)


def _look_again(held: TextTrack, services: Services) -> None:
    at = next_look_at(services)
    with services.uow("captions.look_again") as tx:
        if held.goes_along:
            carry_along(tx, held.id, at=at)
        elif held.item_id is None:
            carry_later(tx, held.id, at=at)
        else:  # among the jobs that wait for Mux's slowest limit
            tx.enqueue(Job.CHANGE_AT_MUX, key=f"change:{held.item_id}", at=at, item_id=str(held.item_id))
        tx.commit()


def _ask(held: TextTrack, asset: Asset, services: Services) -> None:
    heard = sound(asset.tracks)
    if held.mux_writes and heard is None:
        fail(held, NO_SOUND, services)
        return
    name = free_name(held.name, [str(one.get("name")) for one in texts(asset.tracks)])
    services.pace.wait(Call.POST, Lane.INTERACTIVE if held.is_waited_for else Lane.BATCH)
    if not _intend(held, name, services):
        return
    try:
        track_id = _post(held, name, heard, services)
    except RateLimited:
        _unsent(held, services)
        raise
    except Refused as error:
        if error.account_wide:
            _unsent(held, services)
            raise
        fail(held, error.sentence, services)
    else:
        _answered(held, track_id, name, services)


def _intend(held: TextTrack, name: str, services: Services) -> bool:
    """Written down before the POST; False where the captions are not to be sent any more."""
    with services.uow("captions.intent") as tx:
        now = tx.captions.get(held.id, lock=True)
        if now is None or now.state is not TrackState.WAITING or now.posted_at != held.posted_at:
            return False
        kept = now.name if now.replaces else name
        tx.captions.note(held.id, posted_at=services.clock(), given_name=name, name=kept)
        tx.commit()
    return True


def _unsent(held: TextTrack, services: Services) -> None:
    """It surely made nothing: it is sent again, and not looked for."""
    with services.uow("captions.unsent") as tx:
        now = tx.captions.get(held.id, lock=True)
        if now and now.state is TrackState.WAITING:
            tx.captions.note(held.id, posted_at=held.posted_at)
        tx.commit()


def _post(held: TextTrack, name: str, heard: str | None, services: Services) -> str:
    marked = {"language": held.language, "name": name, "passthrough": str(held.id)}
    mux = mux_of(held, services)
    if held.mux_writes:
        return mux.generate_subtitles(held.asset_id, str(heard), **marked)
    assert held.location is not None, "it was stored before"
    url = services.store.presign(held.location, lifetime_s=services.settings.presign_lifetime_s)
    return mux.add_text_track(held.asset_id, url=url, **marked)


def _answered(held: TextTrack, track_id: str, name: str, services: Services) -> None:
    with services.uow("captions.answer") as tx:
        now = tx.captions.get(held.id, lock=True)
        if now and now.state is TrackState.WAITING:
            at = services.clock()
            sent = tx.captions.move(
                held.id, TrackState.PREPARING, now=at, track_id=track_id, given_name=name, reason=None
            )
            publish(tx, held.asset_id, by=SYSTEM)
            follow(tx, sent, services)
        elif now and now.state is TrackState.DELETING and now.track_id is None:
            tx.captions.note(held.id, track_id=track_id)
            carry_later(tx, held.id)
        tx.commit()


def fail(held: TextTrack, reason: str, services: Services) -> None:
    """It came to nothing, for this reason; what it was to replace stays."""
    with services.uow("captions.failed") as tx:
        now = tx.captions.get(held.id, lock=True)
        if now and now.state in ON_ITS_WAY:
            lost = tx.captions.move(
                held.id, TrackState.FAILED, now=services.clock(), reason=reason, cues=None
            )
            publish(tx, held.asset_id, by=SYSTEM)
            follow(tx, lost, services)
            carry_later(tx, held.id)
        tx.commit()
