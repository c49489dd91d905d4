"""Carrying: the next step of captions on their way to Mux, into S3, or away. Safe to run twice.

New captions are ready before the old ones go, whatever is killed in between: what is to be done is written
down first, and a track carries its record's id.
"""

from collections.abc import Callable
from uuid import UUID

from core.caption_removing import delete, tidy
from core.caption_sending import fail, send
from core.caption_settling import rename, settle
from core.ports import Services
from core.text_track import TextTrack, TrackState

STEPS: dict[TrackState, Callable[[TextTrack, Services], None]] = {
    TrackState.WAITING: send,
    TrackState.PREPARING: settle,
    TrackState.READY: rename,
    TrackState.DELETING: delete,
    TrackState.FAILED: tidy,
}


def carry(track: UUID, *, services: Services) -> None:
    """Do what is to be done next with these captions; nothing where they rest, or are not there any more."""
    with services.uow("captions.read") as tx:
        held = tx.captions.get(track)
    if held is not None and held.state in STEPS:
        STEPS[held.state](held, services)


def give_up(track: UUID, *, reason: str, services: Services) -> None:
    """End captions of a batch whose step failed at every try: its item waits for them. Others are gone after
    again by the sweep."""
    with services.uow("captions.read") as tx:
        held = tx.captions.get(track)
    if held is not None and held.item_id is not None:
        fail(held, reason, services)
