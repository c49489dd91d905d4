"""Storing: the bytes of an upload go to S3 in parts, because that is their place or Mux cannot take them."""

from collections.abc import Mapping
from datetime import timedelta

from core.errors import AppError, ConfigError, StaleState, Unavailable
from core.ports import Services, Tx
from core.source import Location
from core.upload import Opened, Upload, UploadState, UploadTrouble, Via
from core.upload_publishing import close
from core.uploadkey import key_of, part_bytes_of, part_count

FIRST_PARTS = 20
"""Presigned URLs that are handed out at once; a browser asks for more as it goes."""

NOTICE = "Mux cannot take the file at the moment, so it goes to S3 and on to Mux by itself later."


def open_at_s3(upload: Upload, *, services: Services, because: AppError | None = None) -> Opened:
    """Have the bytes sent to S3; `because` says why not to Mux. Raises S3's errors, `ConfigError` without a
    bucket, `StaleState` where the upload was cancelled."""
    location = location_of(upload, services)
    kept = _keep(upload, location, because, services)
    try:
        if upload.location is not None:  # asked once more: nobody has heard of the parts that were begun
            services.store.abort_parts(upload.location)
        multipart_id = services.store.begin_parts(location, mime=upload.mime)
    except AppError as error:
        give_up(upload, error, services)
        raise
    with services.uow("upload.parts") as tx:
        _alive(tx, kept)
        opened = tx.uploads.note(upload.id, multipart_id=multipart_id)
        tx.commit()
    return Opened(
        upload=opened,
        via=Via.S3,
        part_bytes=part_bytes_of(upload.size_bytes),
        parts=presigned(opened, first=1, count=FIRST_PARTS, services=services),
        notice=NOTICE if because else None,
    )


def location_of(upload: Upload, services: Services) -> Location:
    """Where the file will lie: in UPLOAD_BUCKET, else in the first of S3_BUCKETS."""
    bucket = services.settings.upload_place
    if bucket is None:
        raise ConfigError("S3_BUCKETS names no bucket, so no file can be kept.")
    key = key_of(upload.kind, upload.lesson_id, upload.id, upload.filename, prefix=bucket.prefix)
    return Location(bucket.name, key)


def _keep(upload: Upload, location: Location, because: AppError | None, services: Services) -> Upload:
    """Commit the place before anything is made there, so that the sweep knows where to clear up."""
    until = services.clock() + timedelta(seconds=services.settings.presign_lifetime_s)
    with services.uow("upload.place") as tx:
        _alive(tx, upload)
        kept = tx.uploads.note(
            upload.id,
            via=Via.S3.value,
            location=location,
            multipart_id="",
            fallback_used=because is not None,
            reason=because.sentence if because else None,
            expires_at=until,
        )
        tx.commit()
    return kept


def _alive(tx: Tx, upload: Upload) -> None:
    held = tx.uploads.get(upload.id, lock=True)
    if held is None or held.state is not UploadState.WAITING:
        raise StaleState("The upload was cancelled.", hint="Choose the file again.")


def give_up(upload: Upload, error: AppError, services: Services) -> None:
    """Neither place takes the bytes: the lesson is free for the next try. Its rows say so where they named
    the upload; of one that never began they know nothing."""
    now, trouble, reason = services.clock(), UploadTrouble.UNEXPECTED, error.sentence
    with services.uow("upload.no_place") as tx:
        held = tx.uploads.get(upload.id, lock=True)
        if held and held.is_alive and held.mux_upload_id:
            close(tx, held, UploadState.ERRORED, now=now, trouble=trouble, reason=reason)
        elif held and held.is_alive:
            tx.uploads.move(held.id, UploadState.ERRORED, now=now, trouble=trouble, reason=reason)
        tx.commit()


def presigned(upload: Upload, *, first: int, count: int, services: Services) -> Mapping[int, str]:
    """PUT URLs of the parts from `first` on, by part number; fewer where the file ends."""
    if upload.location is None or not upload.multipart_id:
        raise Unavailable("The place in S3 is not open yet.")
    last = min(part_count(upload.size_bytes), first + count - 1)
    return {
        number: services.store.presign_part(
            upload.location,
            upload.multipart_id,
            number,
            lifetime_s=services.settings.presign_lifetime_s,
        )
        for number in range(first, last + 1)
    }
