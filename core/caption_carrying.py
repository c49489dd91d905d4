"""Carrying: the next step of captions on their way to Mux, into S3, or away. Safe to run twice.

New captions are ready before the old ones go, whatever is killed in between: what is to be done is written
down first, and a track carries its record's id.
"""

from collections.abc import Callable
from uuid import UUID

from core.caption_removing import delete, tidy
from core.caption_sending import fail, send
from core.caption_settling import rename, settle
from core.errors import AppError
from core.ports import Services
from core.text_track import MOVING, TextTrack, TrackState

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
    if held is None or held.state not in STEPS:
        return
    try:
        STEPS[held.state](held, services)
    except AppError as error:
        if error.account_wide:
            _waits(held, error.sentence, services)
        raise


def _waits(held: TextTrack, reason: str, services: Services) -> None:
    """What keeps everything from Mux is said beside them: they go on by themselves once that is put right."""
    with services.uow("captions.waits") as tx:
        now = tx.captions.get(held.id, lock=True)
        if now and now.state in MOVING:
            tx.captions.note(held.id, reason=reason)
        tx.commit()


def give_up(track: UUID, *, reason: str, services: Services) -> None:
    """End captions of a batch whose step failed at every try: its item waits for them. Others are gone after
    again by the sweep."""
    with services.uow("captions.read") as tx:
        held = tx.captions.get(track)
    if held is not None and held.item_id is not None:
        fail(held, reason, services)
