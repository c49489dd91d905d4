"""Sweeping uploads: those that were abandoned are closed, those that fell silent are asked about."""

from datetime import timedelta
from functools import partial

from core.asking import ask
from core.errors import NotFound
from core.ports import Services
from core.shielding import shielded
from core.upload import Upload, UploadState, UploadTrouble, Via
from core.upload_cancelling import tidy
from core.upload_completing import complete
from core.upload_publishing import close
from core.upload_receiving import take_created
from core.upload_sending import follow_batches, send_later

AT_ONCE = 50
"""Uploads that one sweep goes after; the others have their turn next."""

ABANDONED = "No bytes came in time. Choose the file again."


def sweep_uploads(*, services: Services) -> int:
    """Go after uploads that nobody has heard of for too long; returns how many."""
    shielded("Batches of uploads are followed later", partial(follow_batches, services=services))
    now = services.clock()
    silent_since = now - timedelta(seconds=services.settings.sweep_after_s)
    with services.uow("uploads.silent") as tx:
        silent = tx.uploads.silent(before=silent_since, now=now, limit=AT_ONCE)
        tx.uploads.asked([upload.id for upload in silent], now=now)
        tx.commit()
    for upload in silent:
        shielded(f"Upload {upload.id} is looked at later", partial(_look, upload, services))
    _tidy_up(services)
    return len(silent)


def _tidy_up(services: Services) -> None:
    """What uploads that came to nothing have left in S3, those that were just closed too."""
    with services.uow("uploads.untidy.read") as tx:
        untidy = tx.uploads.untidy(limit=AT_ONCE)
    for upload in untidy:
        shielded(f"What is left of upload {upload.id} is cleared later", partial(tidy, upload, services))


def _look(upload: Upload, services: Services) -> None:
    match upload.state:
        case UploadState.STORED:
            _send(upload, services)
        case UploadState.PREPARING if upload.batch_id is None and upload.asset_id:
            ask(upload.asset_id, services=services)
        case UploadState.WAITING | UploadState.UPLOADED if upload.via is Via.MUX:
            _ask_mux(upload, services)
        case UploadState.WAITING if upload.expires_at <= services.clock():
            _ask_s3(upload, services)


def _send(upload: Upload, services: Services) -> None:
    with services.uow("upload.sweep.send") as tx:
        send_later(tx, upload.id)
        tx.commit()


def _ask_mux(upload: Upload, services: Services) -> None:
    """Mux tells nobody when an upload runs out of time, and its events may be lost."""
    if upload.mux_upload_id is None:
        if upload.expires_at <= services.clock() or _is_left_alone(upload, services):
            _close(upload, services)  # killed before Mux answered: nobody has its URL
        return
    try:
        said = services.mux.get_upload(upload.mux_upload_id)
    except NotFound:
        _close(upload, services)
        return
    if said.asset_id:
        _created(upload, said.asset_id, services)
    elif said.status != "waiting":
        _close(upload, services, cancelled=said.status == "cancelled")


def _is_left_alone(upload: Upload, services: Services) -> bool:
    return services.clock() - upload.created_at > timedelta(seconds=services.settings.sweep_after_s)


def _created(upload: Upload, asset_id: str, services: Services) -> None:
    """Its event was lost; the asset's own may be too, so that it is asked about at once."""
    with services.uow("upload.sweep.created") as tx:
        take_created(tx, upload.id, asset_id, now=services.clock())
        tx.commit()
    ask(asset_id, services=services)


def _ask_s3(upload: Upload, services: Services) -> None:
    """The browser's last word may be lost: where the object is there, it counts."""
    try:
        complete(upload, etags=(), services=services)
    except NotFound:
        _close(upload, services)


def _close(upload: Upload, services: Services, *, cancelled: bool = False) -> None:
    with services.uow("upload.sweep.close") as tx:
        held = tx.uploads.get(upload.id, lock=True)
        if held and held.state in (UploadState.WAITING, UploadState.UPLOADED):
            then = UploadState.CANCELLED if cancelled else UploadState.TIMED_OUT
            reason = "Cancelled at Mux." if cancelled else ABANDONED
            trouble = None if cancelled else UploadTrouble.ABANDONED
            close(tx, held, then, now=services.clock(), trouble=trouble, reason=reason)
        tx.commit()
