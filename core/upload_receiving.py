"""Receiving: what Mux says of an upload and of its asset, in whatever order it comes."""

from datetime import datetime
from uuid import UUID

from core import publishing
from core.access import SYSTEM
from core.asset import DELETED_AT_MUX, Asset, AssetStatus, mux_reason
from core.event import Event
from core.lesson import Moment
from core.ports import Services, Tx
from core.records import Job
from core.upload import Upload, UploadState, UploadTrouble, Via, upload_id_of
from core.upload_cancelling import discard_asset
from core.upload_publishing import GONE, close, is_there, note_arrived, note_ended
from core.uploadstate import MOVES

KEEPS = frozenset({UploadState.READY})
"""States in which an asset that comes by again is the one that plays."""


def take_event(tx: Tx, event: Event, *, services: Services) -> None:
    """Let an event about an upload move it. Found by its passthrough, which the row had before Mux was asked:
    an event that is faster than our own answer finds it as well."""
    upload = _named(tx, event)
    if upload is None:
        return
    now = services.clock()
    match event.type:
        case "video.upload.asset_created":
            if asset_id := event.data.get("asset_id"):
                _arrived(tx, upload, str(asset_id), now)
        case "video.upload.cancelled" if _ends(upload, UploadState.CANCELLED):
            close(tx, upload, UploadState.CANCELLED, now=now, reason="Cancelled at Mux.")
        case "video.upload.errored" if asset_id := event.data.get("asset_id") or upload.asset_id:
            _arrived(tx, upload, str(asset_id), now)  # why, its asset's own event says
        case "video.upload.errored" if _ends(upload, UploadState.ERRORED):
            trouble, words = UploadTrouble.MUX_REFUSED, "Mux could not take the file."
            close(tx, upload, UploadState.ERRORED, now=now, trouble=trouble, reason=words)


def take_created(tx: Tx, upload_id: UUID, asset_id: str, *, now: datetime) -> None:
    """Mux says that the bytes are in, and of which asset."""
    upload = tx.uploads.get(upload_id, lock=True)
    if upload is not None:
        _arrived(tx, upload, asset_id, now)


def _named(tx: Tx, event: Event) -> Upload | None:
    settings = event.data.get("new_asset_settings") or {}
    upload_id = upload_id_of(settings.get("passthrough")) or tx.uploads.by_mux_id(event.object_id)
    return tx.uploads.get(upload_id, lock=True) if upload_id else None


def _arrived(tx: Tx, upload: Upload, asset_id: str, now: datetime) -> Upload | None:
    """The bytes are at Mux and an asset is made of them; None where it is one that nobody wants."""
    if upload.asset_id == asset_id:
        return upload
    if upload.asset_id or UploadState.PREPARING not in MOVES[upload.state] or _goes_by_s3(upload):
        discard_asset(tx, asset_id)
        return None
    if not is_there(tx, upload):
        trouble = UploadTrouble.LESSON_GONE
        tx.uploads.move(upload.id, UploadState.ERRORED, now=now, trouble=trouble, reason=GONE)
        discard_asset(tx, asset_id)
        return None
    moved = tx.uploads.move(
        upload.id, UploadState.PREPARING, now=now, asset_id=asset_id, via=Via.MUX.value, fallback_used=False
    )
    return note_arrived(tx, moved)


def _goes_by_s3(upload: Upload) -> bool:
    """Whether its bytes are in S3 by now: then the batch engine makes its asset."""
    return upload.via is Via.S3 and upload.state is not UploadState.WAITING


def _ends(upload: Upload, then: UploadState) -> bool:
    """Whether it can still come to nothing, and its bytes did not go elsewhere."""
    return then in MOVES[upload.state] and upload.via is not Via.S3


def take_asset(tx: Tx, asset: Asset, *, services: Services) -> bool:
    """Let an upload follow its asset; False where the asset was not made by an upload."""
    upload_id = upload_id_of(asset.passthrough)
    if upload_id is None:
        return False
    upload = tx.uploads.get(upload_id, lock=True)
    if upload is None:
        return True
    if asset.status is AssetStatus.DELETED:
        _deleted(tx, upload, asset, services.clock())
    elif not _is_its_own(upload, asset):
        follow(tx, upload, asset, services=services)
    return True


def _is_its_own(upload: Upload, asset: Asset) -> bool:
    """Whether this is news of what plays already."""
    return upload.state in KEEPS and upload.asset_id == asset.id


def follow(tx: Tx, upload: Upload, asset: Asset, *, services: Services) -> None:
    """One that nobody wants is deleted; one that is ready is looked at before it plays."""
    now = services.clock()
    if not upload.is_alive:
        discard_asset(tx, asset.id)
        return
    current = _arrived(tx, upload, asset.id, now)
    if current is None:
        return
    if asset.status is AssetStatus.ERRORED:
        _errored(tx, current, asset, now)
    elif asset.status is AssetStatus.READY:
        check_later(tx, current.id)


def check_later(tx: Tx, upload_id: UUID, *, at: datetime | None = None, attempt: int = 1) -> None:
    """Have the copy looked at."""
    key = f"check_upload:{upload_id}"
    tx.enqueue(Job.CHECK_UPLOAD, at=at, key=key, upload_id=str(upload_id), attempt=attempt)


def _errored(tx: Tx, upload: Upload, asset: Asset, now: datetime) -> None:
    trouble = UploadTrouble.MUX_REFUSED
    close(tx, upload, UploadState.ERRORED, now=now, trouble=trouble, reason=mux_reason(asset))
    discard_asset(tx, asset.id)


def _deleted(tx: Tx, upload: Upload, asset: Asset, now: datetime) -> None:
    """What played from it says again what it said before; what was on its way has failed."""
    if upload.asset_id != asset.id or UploadState.ERRORED not in MOVES[upload.state]:
        return
    if upload.state is UploadState.READY:
        publishing.fall_back(tx, upload.id, by=SYSTEM)
    else:
        note_ended(tx, upload, Moment.DELETED)
    trouble = UploadTrouble.ASSET_DELETED
    tx.uploads.move(upload.id, UploadState.ERRORED, now=now, trouble=trouble, reason=DELETED_AT_MUX)
