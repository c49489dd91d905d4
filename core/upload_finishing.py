"""Finishing: the bytes are there, says the browser; the webhook is the truth for Mux, a look for S3."""

from collections.abc import Sequence
from uuid import UUID

from core.access import Person
from core.errors import NotFound, StaleState
from core.ports import Services
from core.upload import Upload, UploadState, Via
from core.upload_admitting import own
from core.upload_completing import complete
from core.upload_publishing import GONE, is_there, note_arrived


def finish(upload_id: UUID, *, etags: Sequence[str] = (), by: Person, services: Services) -> Upload:
    """The browser has sent everything; `etags` are those of the parts in S3, in order. Safe to repeat.

    Raises `StaleState` where the upload was cancelled or ran out, `InvalidInput` where the file in S3 is not
    what was announced, S3's errors, `NotFound`, `NotAllowed`.
    """
    upload = own(upload_id, by=by, services=services)
    if upload.state in (UploadState.CANCELLED, UploadState.TIMED_OUT):
        raise StaleState(f"The upload is {upload.state.words}.", hint="Choose the file again.")
    if upload.state is not UploadState.WAITING:
        return upload
    if upload.via is Via.S3:
        return complete(upload, etags=etags, services=services)
    return arrived(upload, services)


def arrived(upload: Upload, services: Services) -> Upload:
    """Mux has all bytes; unless an event said so before."""
    with services.uow("upload.arrived") as tx:
        held = tx.uploads.get(upload.id, lock=True)
        if held is None or held.state is not UploadState.WAITING:
            return held or upload
        if not is_there(tx, held):
            raise NotFound(GONE, hint="Upload it to another one.")
        now = services.clock()
        moved = tx.uploads.move(upload.id, UploadState.UPLOADED, now=now, via=Via.MUX.value)
        after = note_arrived(tx, moved)
        tx.commit()
    return after
