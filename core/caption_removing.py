"""Removing captions: at Mux, then in S3."""

from core.access import SYSTEM, Person
from core.asset import with_track
from core.bulk_following import follow
from core.caption_publishing import carry_later, publish
from core.caption_storing import asset_of, mux_of
from core.ports import Services, Tx
from core.text_track import ON_ITS_WAY, TextTrack, TrackState, named


def let_go(tx: Tx, held: TextTrack, lesson_id: str, *, by: Person, services: Services) -> None:
    """Write down, in the caller's transaction, that they are to go, and who wants it; no row names them any
    more, and a batch that waits for them is told."""
    was, now = held.state, tx.captions.move(held.id, TrackState.DELETING, now=services.clock())
    publish(tx, held.asset_id, by=by)
    tx.audit(by, "delete captions", f"lesson {lesson_id}", before={"name": held.name})
    if was in ON_ITS_WAY:
        follow(tx, now, services, reason=f"Deleted by {by.name} before they were ready.")
    carry_later(tx, held.id)


def delete(held: TextTrack, services: Services) -> None:
    """At Mux, then in S3; whatever took its place may have its name then."""
    _remove(held, services)
    with services.uow("captions.gone") as tx:
        _forget(tx, held, services)
        now = tx.captions.get(held.id, lock=True)
        if now and now.state is TrackState.DELETING and now.track_id == held.track_id:
            tx.captions.move(held.id, TrackState.GONE, now=services.clock(), location=None, words=None)
            publish(tx, held.asset_id, by=SYSTEM)
            for one in tx.captions.of_asset(held.asset_id):
                if one.replaces == held.id:
                    carry_later(tx, one.id)
        tx.commit()


def _remove(held: TextTrack, services: Services) -> None:
    track_id, mux = held.track_id, mux_of(held, services)
    if track_id is None and held.posted_at is not None:
        asset = asset_of(held, services)
        mine = named(asset.tracks, id=None, passthrough=str(held.id)) if asset else None
        track_id = str(mine["id"]) if mine else None
    if track_id is not None:
        mux.delete_track(held.asset_id, track_id)
    if held.location is not None:
        services.store.delete(held.location)


def _forget(tx: Tx, held: TextTrack, services: Services) -> None:
    """The mirror of the asset shows it no more, before Mux's event tells."""
    known = tx.assets.lock(held.asset_id)
    if known and held.track_id:
        said = {"id": held.track_id, "type": "text"}
        tx.assets.fold(with_track(known, said, gone=True), at=services.clock())


def tidy(held: TextTrack, services: Services) -> None:
    """What failed leaves nothing at Mux and in S3; what it was to replace is as it was."""
    if held.track_id is None and held.location is None and held.posted_at is None:
        return
    _remove(held, services)
    with services.uow("captions.tidied") as tx:
        _forget(tx, held, services)
        tx.captions.note(held.id, track_id=None, location=None, posted_at=None)
        tx.commit()
