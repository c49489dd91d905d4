"""Scanning: what is in S3, and who points at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from core.access import SYSTEM, Person
from core.errors import AppError, NotFound
from core.ports import Services
from core.records import Job
from core.scanrun import ScanRun
from core.settings import Bucket, Settings
from core.source import ObjectFacts
from core.text_track import is_file_of_ours


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanReport:
    """What one scan of all configured buckets found."""

    sources: int
    rows: int
    """Host rows that point at a source."""
    seconds: float
    error: str | None = None
    """Which buckets could not be walked to their end; the others were."""
    hint: str = ""


def scan(*, services: Services, by: Person = SYSTEM) -> ScanReport:
    """Walk every configured bucket, link the host's rows, and enqueue the probes of what is not known.

    A bucket that cannot be walked does not stop the others; the report and the run say what happened to it.
    A killed scan goes on after its last page. What may pass by itself is raised in the end and tried again.
    """
    started_at = services.clock()
    with services.uow("scan.start") as tx:
        run = tx.scan_runs.begin(by.name)
        tx.commit()
    try:
        services.settings.check_buckets()
        tried = [_tried(bucket, run, services) for bucket in services.settings.s3_buckets]
        rows = _link(services)
    except Exception as error:
        _give_up(run, error, services)
        raise
    troubles = [trouble for trouble in tried if trouble]
    report = _finish(run, troubles, rows, started_at, services)
    if again := next((trouble for trouble in troubles if trouble.retryable), None):
        raise again
    return report


def _tried(bucket: Bucket, run: ScanRun, services: Services) -> AppError | None:
    """Walk a bucket; what came in between."""
    try:
        _walk(bucket, run, services)
    except NotFound as error:
        return NotFound(str(error), hint="Correct its name in S3_BUCKETS, and restart.")
    except AppError as error:
        return error
    return None


def _walk(bucket: Bucket, run: ScanRun, services: Services) -> None:
    with services.uow("scan.begin") as tx:
        scan = tx.sources.begin_scan(bucket.name, bucket.prefix)
        tx.commit()
    for listed in services.store.pages(bucket.name, bucket.prefix, after_key=scan.after_key):
        page = _without_captions(bucket, listed, services.settings)
        if not page:
            continue
        with services.uow("scan.page") as tx:
            scan = tx.sources.upsert_page(scan, page)
            tx.scan_runs.moved(run.id, objects=len(page))
            tx.commit()
    with services.uow("scan.mark") as tx:
        tx.sources.finish_scan(scan)
        today = services.clock().astimezone(UTC).date()
        tx.usage.put_s3_day(today, bucket.name, _parts_of(bucket, services.settings))
        tx.scan_runs.moved(run.id, objects=0)
        tx.commit()


def _parts_of(bucket: Bucket, settings: Settings) -> Sequence[str]:
    """The prefixes below which its objects are ours."""
    ours = (*settings.s3_buckets, *settings.upload_bucket)
    return [place.prefix for place in ours if place.name == bucket.name]


def _without_captions(
    bucket: Bucket, listed: Sequence[ObjectFacts], settings: Settings
) -> Sequence[ObjectFacts]:
    """Files of captions that Lectern keeps there itself are no sources."""
    place = settings.upload_place
    if place is None or place.name != bucket.name:
        return listed
    prefix = place.prefix + settings.captions_prefix
    return [one for one in listed if not is_file_of_ours(one.key, prefix=prefix)]


def _link(services: Services) -> int:
    settings = services.settings
    with services.uow("scan.link") as tx:
        rows = tx.sources.relink(domains=settings.s3_domains, endpoint_hosts=settings.endpoint_hosts)
        tx.sources.refresh_findings()
        tx.commit()
    return rows


def _finish(
    run: ScanRun, troubles: Sequence[AppError], rows: int, started_at: datetime, services: Services
) -> ScanReport:
    walked = len(services.settings.s3_buckets) - len(troubles)
    error = " ".join(dict.fromkeys(map(str, troubles))) or None
    hint = " ".join(dict.fromkeys(trouble.hint for trouble in troubles))
    with services.uow("scan.finish") as tx:
        tx.enqueue(Job.PROBE, key="probe")
        sources = tx.sources.facets().sources
        tx.scan_runs.close(run.id, buckets=walked, sources=sources, rows=rows, error=error, hint=hint)
        tx.commit()
    seconds = (services.clock() - started_at).total_seconds()
    return ScanReport(sources=sources, rows=rows, seconds=seconds, error=error, hint=hint)


def _give_up(run: ScanRun, error: Exception, services: Services) -> None:
    """Close the run with the reason; not where the database was away, then the scan goes on by itself."""
    if isinstance(error, AppError) and error.retryable:
        return
    known = isinstance(error, AppError)
    reason = str(error) if known else "The scan broke off by a mistake in Lectern."
    hint = error.hint if isinstance(error, AppError) else "Its log has the details."
    with services.uow("scan.give_up") as tx:
        tx.scan_runs.close(run.id, buckets=0, sources=0, rows=0, error=reason, hint=hint)
        tx.commit()
