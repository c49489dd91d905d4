"""Cancelling: an upload that nobody wants any more, at whatever point it is."""

import logging
from uuid import UUID

from core.access import SYSTEM, Person
from core.errors import AppError, StaleState
from core.ports import Services, Tx
from core.stepping import want_gone
from core.upload import Upload, UploadState, Via
from core.upload_admitting import held
from core.upload_publishing import close
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
            raise StaleState(f"The upload is {before.state.words}.", hint="There is nothing left to cancel.")
        after = _cancel(tx, before, by, services)
        tx.commit()
    clear_up(after, services)
    return after


def _cancel(tx: Tx, before: Upload, by: Person, services: Services) -> Upload:
    reason = f"Cancelled by {by.name}."
    after = close(tx, before, UploadState.CANCELLED, now=services.clock(), reason=reason)
    if before.asset_id:
        discard_asset(tx, before.asset_id)
    tx.audit(by, "cancel upload", f"lesson {before.lesson_id}", before={"state": before.state})
    return after


def discard_asset(tx: Tx, asset_id: str) -> None:
    """Have an asset that our passthrough proves ours deleted; nothing plays it."""
    want_gone(tx, asset_id, asked=True, by=SYSTEM)


def clear_up(upload: Upload, services: Services) -> None:
    """Close the place that the bytes were to go to, and drop what came. What is not reached now the sweep
    takes up: a place at Mux runs out by itself, one in S3 is cleared later."""
    try:
        if upload.via is Via.MUX and upload.mux_upload_id:
            services.mux_now.cancel_upload(upload.mux_upload_id)
        elif upload.is_untidy:
            tidy(upload, services)
    except AppError as error:
        log.info("Upload %s is left to end by itself: %s", upload.id, error)


def tidy(upload: Upload, services: Services) -> None:
    """Leave nothing in S3 of an upload that came to nothing; no row of anybody's names its key."""
    if upload.location is None or upload.source_id is not None:
        return
    services.store.abort_parts(upload.location)
    services.store.delete(upload.location)
    with services.uow("upload.tidied") as tx:
        tx.uploads.note(upload.id, multipart_id=None)
        tx.commit()
