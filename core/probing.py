"""Probing: what the files are, by their bytes, and how long. One that cannot be reached is tried again."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from secrets import token_hex

from core.access import Action, Person, check
from core.errors import AppError, InvalidInput, Refused, Unavailable
from core.kind import Kind, kind_by_bytes, kind_by_name
from core.ports import Services
from core.records import Job
from core.source import Location, MediaFacts, Source
from core.storage import Fetch, ObjectStore

log = logging.getLogger("lectern.probing")

PROBE_CHUNK = 50
"""Sources per probe job: a killed worker repeats at most this many."""

FIRST_WAIT_S, MOST_WAIT_S = 60.0, 6 * 3600.0
"""How long a file that could not be reached rests; the wait doubles with each try."""

SILENCE = 3
"""Files in a row that S3 does not answer about before the rest is left for later."""

REST_S = 60.0
PROBE_URL_LIFETIME_S = 900.0
SURE_BY_NAME = frozenset({Kind.HLS, Kind.EMPTY})


def probe(*, services: Services) -> int:
    """Look into a chunk of files whose kind or length is not known; enqueues itself while there are more.

    Returns how many there were. One that cannot be looked into holds up no other.
    """
    with services.uow("probe.read") as tx:
        ids = tx.sources.unprobed(limit=PROBE_CHUNK)
    if not _look_into(ids, services):
        _go_on(services, after_s=REST_S)
    elif len(ids) == PROBE_CHUNK:
        _go_on(services, after_s=0.0)
    return len(ids)


def look_again(*, by: Person, services: Services) -> int:
    """Have every file that could not be read looked into once more; returns how many.

    Raises `NotAllowed`.
    """
    check(by, Action.SCAN)
    with services.uow("probe.again") as tx:
        count = tx.sources.doubt_troubles()
        tx.enqueue(Job.PROBE, key="probe")
        tx.audit(by, "look again", "sources", after={"sources": count})
        tx.commit()
    return count


def _go_on(services: Services, *, after_s: float) -> None:
    at = services.clock() + timedelta(seconds=after_s) if after_s else None
    with services.uow("probe.next") as tx:
        tx.enqueue(Job.PROBE, key="probe", at=at)
        tx.commit()


def _look_into(ids: Sequence[int], services: Services) -> bool:
    """False when it makes no sense to go on: S3 does not answer, or refuses whoever asks."""
    silent = 0
    for source_id in ids:
        try:
            probe_one(source_id, services=services)
            silent = 0
        except Refused as error:
            if error.account_wide:
                log.warning("files cannot be looked into: %s", error.sentence)
                return False
            _put_off(source_id, error.sentence, services)
        except Unavailable as error:
            _put_off(source_id, None, services)
            silent += 1
            if silent == SILENCE:
                log.warning("files cannot be looked into: %s", error.sentence)
                return False
        except Exception as error:
            _put_off(source_id, _said(error), services)
    return True


def _said(error: Exception) -> str:
    """What is noted beside the file; a bug is logged under an id to find it by."""
    if isinstance(error, AppError):
        return error.sentence
    error_id = token_hex(4)
    log.error("looking into a file failed unexpectedly (%s)", error_id, exc_info=error)
    return f"Lectern could not look into this file; the log says why under {error_id}."


def _put_off(source_id: int, trouble: str | None, services: Services) -> None:
    with services.uow("probe.put_off") as tx:
        tx.sources.put_off_probe(
            source_id, trouble=trouble, first_wait_s=FIRST_WAIT_S, most_wait_s=MOST_WAIT_S
        )
        tx.sources.refresh_findings([source_id])
        tx.commit()


def probe_one(source_id: int, *, services: Services) -> Source | None:
    """Look into one file and record what it is; the source afterwards, None when it is gone.

    That a file cannot be understood is recorded. That it cannot be reached says nothing of it, and is raised:
    `NotFound`, `Refused`, `Unavailable`, or `StaleState` when it changed meanwhile.
    """
    with services.uow("probe.source.read") as tx:
        source = tx.sources.get(source_id)
    if source is None:
        return None
    kind, media, error = _look(source, services)
    with services.uow("probe.write") as tx:
        tx.sources.set_media(source_id, kind, media, error=error, etag=source.etag)
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
        return kind, _read_media(source, kind, services), None
    except InvalidInput as error:
        return kind, None, str(error)


def _read_media(source: Source, kind: Kind, services: Services) -> MediaFacts:
    """Length, size and codecs of a video. Raises `InvalidInput` when the file cannot be read."""
    if kind is Kind.HLS:
        return services.media.probe_hls(fetcher(source, services.store), source.key)
    return services.media.probe(services.store.presign(source.location, lifetime_s=PROBE_URL_LIFETIME_S))


def fetcher(source: Source, store: ObjectStore) -> Fetch:
    """Gives an object of the source's bucket by its key, or a span of it: playlists and segments."""

    def fetch(key: str, span: tuple[int, int] | None = None) -> bytes:
        return store.read(Location(source.bucket, key), span=span)

    return fetch
