"""Scanning: what is in S3, who points at it, and which files hold the same bytes."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import NotFound, Refused, StaleState
from core.ports import Services
from core.records import Job
from core.settings import Bucket
from core.source import Kind, Source
from core.storage import ObjectStore


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanReport:
    """What one scan of all configured buckets found."""

    sources: int
    rows: int
    """Host rows that point at a source."""
    seconds: float


def scan(*, services: Services) -> ScanReport:
    """Walk every configured bucket, link the host's rows, and enqueue the probes of what is not known.

    A killed scan goes on after its last page. Raises `ConfigError` where no bucket is named, `NotFound` or
    `Refused` when one cannot be listed.
    """
    services.settings.check_buckets()
    started_at = services.clock()
    for bucket in services.settings.s3_buckets:
        _walk(bucket, services)
    with services.uow("scan.link") as tx:
        settings = services.settings
        rows = tx.sources.relink(domains=settings.s3_domains, endpoint_hosts=settings.endpoint_hosts)
        tx.sources.refresh_findings()
        tx.commit()
    with services.uow("scan.finish") as tx:
        tx.enqueue(Job.PROBE, key="probe")
        sources = tx.sources.facets().sources
        tx.commit()
    return ScanReport(sources=sources, rows=rows, seconds=(services.clock() - started_at).total_seconds())


def _walk(bucket: Bucket, services: Services) -> None:
    with services.uow("scan.begin") as tx:
        scan = tx.sources.begin_scan(bucket.name, bucket.prefix)
        tx.commit()
    for page in services.store.pages(bucket.name, bucket.prefix, after_key=scan.after_key):
        with services.uow("scan.page") as tx:
            scan = tx.sources.upsert_page(scan, page)
            tx.commit()
    with services.uow("scan.mark") as tx:
        tx.sources.finish_scan(scan)
        tx.commit()


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

    Raises `StaleState` when the object is not the one that was scanned.
    """
    if source.sha256:
        return source.sha256
    facts = services.store.head(source.location)
    if facts.etag != source.etag:
        raise StaleState("The object changed since the scan.", hint="Scan again, then retry.")
    digest = facts.sha256 or _streamed_sha256(source, facts.etag, services.store)
    with services.uow("scan.sha256") as tx:
        tx.sources.set_sha256(source.id, digest, etag=source.etag)
        tx.commit()
    return digest


def _streamed_sha256(source: Source, etag: str, store: ObjectStore) -> str:
    digest = hashlib.sha256()
    for chunk in store.chunks(source.location, etag=etag, size_bytes=source.size_bytes):
        digest.update(chunk)
    return digest.hexdigest()
