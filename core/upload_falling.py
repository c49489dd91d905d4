"""Falling back: the bytes could not be put to Mux, so the browser sends the same file to S3."""

from uuid import UUID

from core.access import Person
from core.errors import AppError, NotFound, Refused, StaleState, Unavailable
from core.ports import Services
from core.upload import Opened, Upload, UploadState, Via
from core.upload_admitting import own
from core.upload_finishing import arrived
from core.upload_storing import open_at_s3

ARRIVED = "Mux has the whole file after all."


def fall_back(upload_id: UUID, *, by: Person, services: Services) -> Opened:
    """Have the file go to S3, because the PUT to Mux failed for good.

    Where Mux has the whole file after all, `url` and `parts` are empty and nothing is to be sent. Raises
    `StaleState` where the upload is over, S3's errors, `NotFound`, `NotAllowed`.
    """
    upload = own(upload_id, by=by, services=services)
    if upload.state is UploadState.WAITING:
        upload = _turned(upload, services)
    if upload.state is not UploadState.WAITING:
        return _as_it_is(upload)
    if _has_arrived(upload, services):
        return Opened(upload=arrived(upload, services), via=Via.MUX, notice=ARRIVED)
    return open_at_s3(upload, services=services, because=Unavailable("The file did not reach Mux."))


def _turned(upload: Upload, services: Services) -> Upload:
    """Before its place at Mux is closed: Mux's word that it is must not end the upload."""
    with services.uow("upload.turn") as tx:
        held = tx.uploads.get(upload.id, lock=True)
        if held is None or held.state is not UploadState.WAITING:
            return held or upload
        turned = tx.uploads.note(upload.id, via=Via.S3.value)
        tx.commit()
    return turned


def _as_it_is(upload: Upload) -> Opened:
    if not upload.is_alive:
        raise StaleState("The upload is over.", hint="Choose the file again.")
    return Opened(upload=upload, via=upload.via, notice=ARRIVED)


def _has_arrived(upload: Upload, services: Services) -> bool:
    """Close the place at Mux, unless the file is in it: both places would make two copies."""
    if upload.mux_upload_id is None:
        return False
    try:
        services.mux_now.cancel_upload(upload.mux_upload_id)
    except Refused:
        return _says_so(upload.mux_upload_id, services)
    except AppError:
        return False
    return False


def _says_so(mux_upload_id: str, services: Services) -> bool:
    try:
        return services.mux_now.get_upload(mux_upload_id).asset_id is not None
    except (NotFound, Unavailable):
        return False
