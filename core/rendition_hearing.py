"""Hearing: what Mux's events tell of an asset's MP4s, whoever had them made."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from core import publishing
from core.access import SYSTEM
from core.asset import AssetStatus
from core.event import RENDITION_GONE, Event
from core.ports import Services, Tx
from core.rendition import ON_ITS_WAY, Rendition, RenditionState, with_rendition
from core.rendition_carrying import NO_FILE, became


def hear(tx: Tx, event: Event, *, services: Services) -> None:
    """Take in what an event says of one file. An asset that is not known yet, or not ready, tells of its
    files itself when it is."""
    is_gone = event.type == RENDITION_GONE
    known = tx.assets.lock(str(event.data.get("asset_id")))
    if known is None or known.status is not AssetStatus.READY:
        return
    told = tx.assets.fold(with_rendition(known, event.data, gone=is_gone), at=services.clock())
    publishing.amend(tx, told, services=services)
    held = _held(tx, event.data)
    if held is not None and held.asset_id == known.id:
        _follow(tx, held, event.data, is_gone, services)


def _held(tx: Tx, said: Mapping[str, Any]) -> Rendition | None:
    """Our record of the file: by its id, else by what it carries of ours."""
    by_id = tx.renditions.at_mux(str(said.get("id")))
    if by_id is not None:
        return by_id
    try:
        return tx.renditions.get(UUID(str(said.get("passthrough"))), lock=True)
    except ValueError:
        return None


def _follow(tx: Tx, held: Rendition, said: Mapping[str, Any], is_gone: bool, services: Services) -> None:
    rendition_id, now = str(said.get("id")), services.clock()
    if held.rendition_id not in (None, rendition_id):
        return
    if held.state is RenditionState.WAITING:  # the event was faster than the answer
        held = tx.renditions.move(held.id, RenditionState.PREPARING, now=now, rendition_id=rendition_id)
    if not is_gone:
        became(tx, held, said, services=services)
    elif held.state in ON_ITS_WAY:
        tx.renditions.move(held.id, RenditionState.FAILED, now=now, reason=NO_FILE, rendition_id=None)
    elif held.state is RenditionState.READY:
        tx.audit(
            SYSTEM, "find MP4 deleted", f"lesson {held.lesson_id}", before={"resolution": held.resolution}
        )
        tx.renditions.drop(held.id)
