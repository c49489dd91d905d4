"""Completing: the object in S3 is made of its parts, looked at, and taken for what it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import AppError, ConfigError, InvalidInput, NotFound
from core.filekind import kind_of
from core.kind import Kind
from core.ports import Services
from core.resource import Resource
from core.source import Location, MediaFacts, ObjectFacts
from core.upload import FileKind, Upload, UploadState, UploadTrouble
from core.upload_cancelling import clear_up
from core.upload_captioning import caption_later, language_of
from core.upload_pointing import note_stored
from core.upload_publishing import GONE, close, is_there
from core.upload_sending import send_later

LOOKED_AT_BYTES = 4096
CHOOSE_AGAIN = "Choose the file again and leave it as it is until it is sent."


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """Why the object is not taken."""

    trouble: UploadTrouble
    error: AppError


def complete(upload: Upload, *, etags: Sequence[str], services: Services) -> Upload:
    """Make the object, check it against what was announced, and record it. Safe to repeat.

    Raises `InvalidInput`, and the object is deleted, where it is not what was announced; `NotFound` where no
    bytes came; S3's errors, and nothing has changed.
    """
    location = upload.location
    if location is None or not upload.multipart_id:
        raise NotFound("The place in S3 is not open yet.")
    found = _made(location, upload.multipart_id, etags, services)
    objection = _objection(upload, found, services)
    if objection:
        _refuse(upload, objection, services)
        raise objection.error
    if upload.kind is not FileKind.VIDEO:
        after = _keep_resource(upload, found, services)
        clear_up(after, services)
        return after
    try:
        media = _media(location, services)
    except InvalidInput as error:
        _refuse(upload, Objection(trouble=UploadTrouble.NOT_PLAYABLE, error=error), services)
        raise
    try:
        after = _store(upload, found, media, services)
    except (ConfigError, InvalidInput, NotFound) as error:
        is_gone = isinstance(error, NotFound)
        trouble = UploadTrouble.LESSON_GONE if is_gone else UploadTrouble.ROW_REFUSED
        _refuse(upload, Objection(trouble=trouble, error=error), services)
        raise
    clear_up(after, services)  # it may have been cancelled in this very moment
    return after


def _made(location: Location, multipart_id: str, etags: Sequence[str], services: Services) -> ObjectFacts:
    """The object as it is; one that was made before, by a try that was cut off, is taken as it is."""
    if etags:
        try:
            services.store.complete_parts(location, multipart_id, etags)
        except NotFound:
            return services.store.head(location)
    return services.store.head(location)


def _objection(upload: Upload, found: ObjectFacts, services: Services) -> Objection | None:
    """The browser's word on size and kind is advice; these are the object's own."""
    if found.size_bytes > services.settings.upload_max_bytes:
        too_large = InvalidInput(f"{upload.filename} is larger than allowed.", hint="Make it smaller.")
        return Objection(trouble=UploadTrouble.TOO_LARGE, error=too_large)
    if upload.size_bytes and found.size_bytes != upload.size_bytes:
        words = f"{upload.filename} has {found.size_bytes:,} bytes in S3, not {upload.size_bytes:,}."
        changed = InvalidInput(f"{words} It changed while it was being sent.", hint=CHOOSE_AGAIN)
        return Objection(trouble=UploadTrouble.CHANGED, error=changed)
    try:
        location = Location(found.bucket, found.key)
        kind = kind_of(upload.filename, services.store.first_bytes(location, LOOKED_AT_BYTES))
    except InvalidInput as error:
        return Objection(trouble=UploadTrouble.WRONG_KIND, error=error)
    if kind is not upload.kind:
        other = InvalidInput(f"{upload.filename} is not a {upload.kind} file.", hint=CHOOSE_AGAIN)
        return Objection(trouble=UploadTrouble.WRONG_KIND, error=other)
    return None


def _media(location: Location, services: Services) -> MediaFacts:
    """What the file says of itself. Raises `InvalidInput` where it cannot be read or shows nothing."""
    media = services.media.probe(services.store.presign(location, lifetime_s=600))
    if media.video_codec is None:
        raise InvalidInput("The file has no picture.", hint="Export it as a video, or name it as audio.")
    return media


def _refuse(upload: Upload, why: Objection, services: Services) -> None:
    """It ends here, and what lies in S3 goes: nobody else knows of it."""
    clear_up(end_badly(upload, why.trouble, why.error, services), services)


def end_badly(upload: Upload, trouble: UploadTrouble, error: AppError, services: Services) -> Upload:
    """The upload fails with its cause in words; unless it is over already."""
    with services.uow("upload.refuse") as tx:
        held = tx.uploads.get(upload.id, lock=True) or upload
        if not held.is_alive:
            return held
        now, reason = services.clock(), error.sentence
        after = close(tx, held, UploadState.ERRORED, now=now, trouble=trouble, reason=reason)
        tx.commit()
    return after


def _keep_resource(upload: Upload, found: ObjectFacts, services: Services) -> Upload:
    now, is_text = services.clock(), upload.kind is FileKind.SUBTITLE
    resource = Resource(
        id=upload.id,
        lesson_id=upload.lesson_id,
        kind=upload.kind,
        name=upload.filename,
        mime=upload.mime,
        size_bytes=found.size_bytes,
        location=Location(found.bucket, found.key),
        person=upload.person,
        created_at=now,
        language=language_of(upload.filename, upload.options.captions) if is_text else None,
    )
    with services.uow("upload.resource") as tx:
        held = tx.uploads.get(upload.id, lock=True)
        if held is None or held.state is not UploadState.WAITING:
            return held or upload
        tx.uploads.add_resource(resource, now=now)
        caption_later(tx, upload.lesson_id)
        after = tx.uploads.move(upload.id, UploadState.READY, now=now, multipart_id=None)
        tx.commit()
    return after


def _store(upload: Upload, found: ObjectFacts, media: MediaFacts, services: Services) -> Upload:
    """It plays from S3 from now on, where nothing else plays, and Mux follows."""
    with services.uow("upload.stored") as tx:
        held = tx.uploads.get(upload.id, lock=True)
        if held is None or held.state is not UploadState.WAITING:
            return held or upload
        if not is_there(tx, held):
            raise NotFound(GONE, hint="Upload it to another one.")
        source_id = tx.sources.take_in(found)
        tx.sources.set_media(source_id, Kind.VIDEO, media, error=None, etag=found.etag)
        stored = tx.uploads.move(
            upload.id,
            UploadState.STORED,
            now=services.clock(),
            reason=held.reason,
            source_id=source_id,
            multipart_id=None,
            size_bytes=found.size_bytes,
        )
        after = note_stored(tx, stored, Location(found.bucket, found.key), services=services)
        tx.sources.refresh_findings([source_id])
        send_later(tx, upload.id)
        tx.commit()
    return after
