"""Sending: what had to go to S3 follows to Mux by the batch engine, in a batch of one."""

from uuid import UUID

from core import migrating
from core.access import SYSTEM
from core.arrivals import Led
from core.batch import ItemState
from core.errors import AppError, InvalidInput, StaleState
from core.migration import Mode
from core.ports import Services, Tx
from core.records import Job
from core.selection import Choice, Selection
from core.upload import Upload, UploadState, UploadTrouble
from core.upload_captioning import caption_later
from core.uploadstate import MOVES

STILL_IN_S3 = "It plays from S3."


def send_later(tx: Tx, upload_id: UUID) -> None:
    """Have it sent."""
    tx.enqueue(Job.SEND_UPLOAD, key=f"send_upload:{upload_id}", upload_id=str(upload_id))


def send(upload_id: UUID, *, services: Services) -> None:
    """Start the batch, unless Mux is still away: then the sweep asks again. Safe to run twice."""
    with services.uow("upload.send.read") as tx:
        upload = tx.uploads.get(upload_id)
    if upload is None or upload.state is not UploadState.STORED or upload.source_id is None:
        return
    try:
        services.mux.whoami()
        batch_id = _start(upload, upload.source_id, services)
    except AppError as error:
        _wait(upload, error, services)
        return
    with services.uow("upload.sending") as tx:
        held = tx.uploads.get(upload.id, lock=True)
        if held and held.state is UploadState.STORED:
            tx.uploads.move(upload.id, UploadState.SENDING, now=services.clock(), batch_id=batch_id)
        tx.commit()


def _start(upload: Upload, source_id: int, services: Services) -> int:
    """The upload's one batch; asked again, after a kill say, it is the same one."""
    options = upload.options.for_batch(mode=Mode.PULL if services.settings.pull_works else Mode.PUSH)
    batch = migrating.start(
        Choice(selection=Selection("some", frozenset({source_id}))),
        options,
        name=f"Upload: {upload.lesson_title or upload.filename}",
        by=SYSTEM,
        services=services,
        once=f"upload:{upload.id}",
    )
    return batch.id


def _wait(upload: Upload, error: AppError, services: Services) -> None:
    """Say what it waits for. What somebody else's batch moves, or has moved, is on Mux by that."""
    with services.uow("upload.send.wait") as tx:
        held = tx.uploads.get(upload.id, lock=True)
        if held and held.state is UploadState.STORED:
            source = tx.sources.get(upload.source_id) if upload.source_id else None
            if isinstance(error, InvalidInput | StaleState) and source and source.asset_id:
                now = services.clock()
                tx.uploads.move(upload.id, UploadState.READY, now=now, asset_id=source.asset_id)
                caption_later(tx, upload.lesson_id)
            else:
                tx.uploads.note(upload.id, reason=f"{error} {STILL_IN_S3} Mux is asked again by itself.")
        tx.commit()


FOLLOWS: dict[ItemState, UploadState] = {
    ItemState.INGESTING: UploadState.PREPARING,
    ItemState.VERIFYING: UploadState.PREPARING,
    ItemState.DONE: UploadState.READY,
    ItemState.TESTED: UploadState.READY,
    ItemState.AWAITING_SCHEMA: UploadState.READY,
    ItemState.SKIPPED: UploadState.ERRORED,
    ItemState.FAILED: UploadState.ERRORED,
    ItemState.CANCELLED: UploadState.ERRORED,
}
"""Where an upload stands by where its batch's item stands; in any other state it is on its way."""


def follow_batches(*, services: Services) -> int:
    """Let uploads that go by a batch stand where its item stands; returns how many moved."""
    with services.uow("uploads.follow") as tx:
        going = [(led, FOLLOWS.get(led.state, UploadState.SENDING)) for led in tx.uploads.in_batches()]
        moved = [_follow(tx, led, then, services) for led, then in going]
        tx.commit()
    return sum(moved)


def _follow(tx: Tx, led: Led, then: UploadState, services: Services) -> bool:
    upload = tx.uploads.get(led.upload_id, lock=True)
    if upload is None or then is upload.state or then not in MOVES[upload.state]:
        return False
    trouble = UploadTrouble.MOVE_FAILED if then is UploadState.ERRORED else None
    reason = f"{led.reason or 'Its batch gave it up.'} {STILL_IN_S3}" if trouble else led.reason
    now = services.clock()
    tx.uploads.move(upload.id, then, now=now, trouble=trouble, reason=reason, asset_id=led.asset_id)
    if then is UploadState.READY:
        caption_later(tx, upload.lesson_id)
    return True
