"""Admitting: whose upload is this?"""

from uuid import UUID

from core.access import Action, Person
from core.admitting import admit
from core.errors import NotFound
from core.ports import Services, Tx
from core.upload import Upload

GONE = "There is no such upload (any more)."


def own(upload_id: UUID, *, by: Person, services: Services) -> Upload:
    """The upload, for whoever may upload to its lesson. Raises `NotFound`, `NotAllowed`."""
    with services.uow("upload.read") as tx:
        return held(tx, upload_id, by=by, lock=False)


def held(tx: Tx, upload_id: UUID, *, by: Person, lock: bool = True) -> Upload:
    """The same in a transaction; with `lock`, nobody moves it meanwhile."""
    upload = tx.uploads.get(upload_id, lock=lock)
    if upload is None:
        raise NotFound(GONE, hint="Load the page again; the list shows them all.")
    admit(by, Action.UPLOAD, upload.lesson_id, tx=tx)
    return upload
