"""Scanning: what is in S3, who points at it, and what the files are."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.errors import InvalidInput, NotFound, Refused, StaleState
from core.ports import ObjectStore, Services
from core.records import Job
from core.settings import Bucket
from core.source import Kind, Location, MediaFacts, Source, kind_by_bytes, kind_by_name

PROBE_CHUNK = 50
"""Sources per probe job: a killed worker repeats at most this many."""

PROBE_URL_LIFETIME_S = 900.0
SURE_BY_NAME = frozenset({Kind.HLS, Kind.EMPTY})


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanReport:
    """What one scan of all configured buckets found."""

    sources: int
    rows: int
    """Host rows that point at a source."""
    seconds: float


def scan(*, services: Services) -> ScanReport:
    """Walk every configured bucket, link the host's rows, and enqueue the probes of what is not known.

    A killed scan goes on after its last page. Raises `NotFound` or `Refused` when a bucket cannot be listed.
    """
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


def probe(*, services: Services) -> int:
    """Look into a chunk of files whose kind or length is not known; enqueues itself while there are more."""
    with services.uow("probe.read") as tx:
        ids = tx.sources.unprobed(limit=PROBE_CHUNK)
    for source_id in ids:
        probe_one(source_id, services=services)
    if len(ids) == PROBE_CHUNK:
        with services.uow("probe.next") as tx:
            tx.enqueue(Job.PROBE, key="probe")
            tx.commit()
    return len(ids)


def probe_one(source_id: int, *, services: Services) -> Source | None:
    """Look into one file and record what it is; the source afterwards, None when it is gone."""
    with services.uow("probe.source.read") as tx:
        source = tx.sources.get(source_id)
    if source is None:
        return None
    try:
        kind, media, error = _look(source, services)
    except NotFound:
        kind, media, error = source.kind, None, "The object is gone. Scan again."
    except Refused as refusal:
        kind, media, error = source.kind, None, refusal.sentence
    with services.uow("probe.write") as tx:
        tx.sources.set_media(source_id, kind, media, error=error)
        tx.sources.refresh_findings([source_id])
        source = tx.sources.get(source_id)
        tx.commit()
    return source


def _look(source: Source, services: Services) -> tuple[Kind, MediaFacts | None, str | None]:
    kind = kind_by_name(source.key, source.size_bytes)
    if kind not in SURE_BY_NAME:
        kind = kind_by_bytes(services.store.first_bytes(source.location))
    if kind not in (Kind.VIDEO, Kind.HLS):
        return kind, None, None
    try:
        return kind, read_media(source, kind, services), None
    except InvalidInput as error:
        return kind, None, str(error)


def read_media(source: Source, kind: Kind, services: Services) -> MediaFacts:
    """Length, size and codecs of a video. Raises `InvalidInput` when the file cannot be read."""
    if kind is Kind.HLS:
        return services.media.probe_hls(fetcher(source, services.store), source.key)
    return services.media.probe(services.store.presign(source.location, lifetime_s=PROBE_URL_LIFETIME_S))


def fetcher(source: Source, store: ObjectStore) -> Callable[[str], bytes]:
    """Gives the object of a key in the source's bucket, whole: playlists and segments are small."""

    def fetch(key: str) -> bytes:
        location = Location(source.bucket, key)
        facts = store.head(location)
        return b"".join(store.chunks(location, etag=facts.etag, size_bytes=facts.size_bytes))

    return fetch


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
        tx.sources.set_sha256(source.id, digest)
        tx.commit()
    return digest


def _streamed_sha256(source: Source, etag: str, store: ObjectStore) -> str:
    digest = hashlib.sha256()
    for chunk in store.chunks(source.location, etag=etag, size_bytes=source.size_bytes):
        digest.update(chunk)
    return digest.hexdigest()
