"""Cancelling: an upload that nobody wants any more, at whatever point it is."""

import logging
from uuid import UUID

from core.access import SYSTEM, Person
from core.errors import AppError, StaleState
from core.lesson import Moment
from core.ports import Services, Tx
from core.records import Job
from core.upload import Upload, UploadState, Via
from core.upload_admitting import held
from core.upload_publishing import note_ended
from core.uploadstate import CANCELLABLE

log = logging.getLogger(__name__)


def cancel(upload_id: UUID, *, by: Person, services: Services) -> Upload:
    """Have it come to nothing; cancelled twice it is cancelled once.

    The row first: bytes that arrive all the same, in the very moment or later, make an asset that is deleted.
    Raises `StaleState` where it is over already, `NotFound`, `NotAllowed`.
    """
    with services.uow("upload.cancel") as tx:
        before = held(tx, upload_id, by=by)
        if before.state is UploadState.CANCELLED:
            return before
        if before.state not in CANCELLABLE:
            raise StaleState(f"The upload is {_words(before)}.", hint="There is nothing left to cancel.")
        after = _cancel(tx, before, by, services)
        tx.commit()
    clear_up(after, services)
    return after


def _words(upload: Upload) -> str:
    return upload.state.value.replace("_", " ")


def _cancel(tx: Tx, before: Upload, by: Person, services: Services) -> Upload:
    reason = f"Cancelled by {by.name}."
    after = tx.uploads.move(before.id, UploadState.CANCELLED, now=services.clock(), reason=reason)
    note_ended(tx, before, Moment.WAITING)
    if before.asset_id:
        discard_asset(tx, before.asset_id)
    tx.audit(by, "cancel upload", f"lesson {before.lesson_id}", before={"state": before.state})
    return after


def discard_asset(tx: Tx, asset_id: str) -> None:
    """Have an asset that our passthrough proves ours deleted; nothing plays it."""
    tx.upkeep.want_gone(asset_id, asked=True, by=SYSTEM)
    tx.enqueue(Job.DISCARD, key=f"discard:{asset_id}", asset_id=asset_id)


def clear_up(upload: Upload, services: Services) -> None:
    """Close the place that the bytes were to go to. What is not reached now runs out by itself, or the sweep
    of a later day finds it."""
    try:
        if upload.via is Via.MUX and upload.mux_upload_id:
            services.mux_now.cancel_upload(upload.mux_upload_id)
        elif upload.location:
            services.store.abort_parts(upload.location)
    except AppError as error:
        log.info("Upload %s is left to end by itself: %s", upload.id, error)
