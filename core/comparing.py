"""Comparing: is an object still the one that was scanned, do rows still name it, which others are equal?"""

import hashlib
from collections.abc import Sequence

from core import publishing
from core.errors import AppError, NotFound, Refused, StaleState
from core.kind import Kind
from core.ports import Services
from core.source import Location, ObjectFacts, Source
from core.storage import ObjectStore


def unchanged(location: Location, etag: str, store: ObjectStore) -> ObjectFacts:
    """HEAD the object. Raises `NotFound` when it is gone, `StaleState` when it is another version."""
    facts = store.head(location)
    if facts.etag != etag:
        raise StaleState("The object changed since the scan.", hint="Scan again, then retry.")
    return facts


def left_behind(source: Source, services: Services) -> bool:
    """Whether it had rows at the scan and none names it by now: a copy would be paid for that nobody plays.

    Rows that cannot be read at this moment are no reason; the switch looks at them again.
    """
    if not source.rows:
        return False
    try:
        with services.uow("compare.rows.read") as tx:
            return not publishing.is_named(tx, source, services)
    except AppError:
        return False


def shared_sha256(source: Source, twins: Sequence[Source], services: Services) -> str | None:
    """The SHA-256 when another source holds the same bytes; size and ETag only made it a candidate."""
    if not twins or source.kind is Kind.HLS:
        return None
    mine = sha256_of(source, services)
    return mine if any(_holds(twin, mine, services) for twin in twins) else None


def _holds(twin: Source, sha256: str, services: Services) -> bool:
    """Whether the other object has these bytes; one that cannot be read or changed is no reason to fail."""
    try:
        return sha256_of(twin, services) == sha256
    except (NotFound, Refused, StaleState):
        return False


def sha256_of(source: Source, services: Services) -> str:
    """The content hash (hex): known, or S3's own, or streamed by us; recorded.

    Raises `NotFound`, `Refused`, `Unavailable`; `StaleState` when the object is not the one that was scanned.
    """
    if source.sha256:
        return source.sha256
    facts = unchanged(source.location, source.etag, services.store)
    digest = facts.sha256 or _streamed_sha256(source, services.store)
    with services.uow("compare.sha256") as tx:
        tx.sources.set_sha256(source.id, digest, etag=source.etag)
        tx.commit()
    return digest


def _streamed_sha256(source: Source, store: ObjectStore) -> str:
    digest = hashlib.sha256()
    for chunk in store.chunks(source.location, etag=source.etag, size_bytes=source.size_bytes):
        digest.update(chunk)
    return digest.hexdigest()
