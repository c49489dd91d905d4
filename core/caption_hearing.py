"""Hearing: what Mux's events tell of text tracks, whoever made them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from core.access import SYSTEM
from core.asset import AssetStatus, with_track
from core.bulk_following import follow
from core.caption_adopting import adopt_in, found_track
from core.caption_publishing import carry_later, publish
from core.event import TRACK_GONE, Event
from core.ports import Services, Tx
from core.text_track import ON_ITS_WAY, TextTrack, TrackState


def hear(tx: Tx, event: Event, *, services: Services) -> None:
    """Take in what an event says of one track; what else is to be done is a job's."""
    said, is_gone = event.data, event.type == TRACK_GONE
    asset_id = str(said.get("asset_id"))
    known = tx.assets.lock(asset_id)
    if known is None or known.status is not AssetStatus.READY:
        return  # an asset that is not ready yet tells of its tracks itself when it is
    tx.assets.fold(with_track(known, said, gone=is_gone), at=services.clock())
    if said.get("type") != "text":
        return
    held = _held(tx, said)
    if held is None:
        adopt_in(tx, asset_id, services=services)
    elif is_gone:
        _gone(tx, held, services)
    else:
        _came(tx, held, said, services)


def _held(tx: Tx, said: Mapping[str, Any]) -> TextTrack | None:
    """Our record of the track: by its id, else by what it carries of ours."""
    by_id = tx.captions.at_mux(str(said.get("id")))
    if by_id is not None:
        return by_id
    try:
        return tx.captions.get(UUID(str(said.get("passthrough"))), lock=True)
    except ValueError:
        return None


def _came(tx: Tx, held: TextTrack, said: Mapping[str, Any], services: Services) -> None:
    track_id = str(said.get("id"))
    if held.track_id not in (None, track_id):
        _twin(tx, held, track_id, services)
        return
    if held.state is TrackState.WAITING:
        held = tx.captions.move(held.id, TrackState.PREPARING, now=services.clock(), track_id=track_id)
        follow(tx, held, services)
    words = "; ".join(str(one) for one in (said.get("error") or {}).get("messages") or ())
    if words:
        tx.captions.note(held.id, reason=words)
    if held.state is TrackState.PREPARING and said.get("status") != "preparing":
        carry_later(tx, held.id)


def _twin(tx: Tx, held: TextTrack, track_id: str, services: Services) -> None:
    """Made twice, because an answer was lost: this one goes."""
    said = {"id": track_id, "name": held.name}
    now, wanted = services.clock(), TrackState.PREPARING
    twin = found_track(held.asset_id, held.lesson_id, said, state=wanted, now=now)
    tx.captions.add(twin)
    tx.captions.move(twin.id, TrackState.DELETING, now=now)
    carry_later(tx, twin.id)


def _gone(tx: Tx, held: TextTrack, services: Services) -> None:
    """Deleted by us, or by somebody at Mux itself: then the file stays, and is told to be lost there."""
    now = services.clock()
    if held.state is TrackState.READY:
        tx.captions.move(held.id, TrackState.LOST, now=now, track_id=None)
        tx.audit(SYSTEM, "find captions deleted", f"lesson {held.lesson_id}")
        publish(tx, held.asset_id, by=SYSTEM)
    elif held.state in ON_ITS_WAY:
        carry_later(tx, held.id)
