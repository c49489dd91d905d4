"""Makes what the database tests need, in few words."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from core.access import Person, Role
from core.asset import Asset, AssetStatus, Policy
from core.batch import BatchKind
from core.migration import Options
from core.ports import Tx, UnitOfWork
from core.records import Batch
from core.selection import Choice
from core.source import ObjectFacts

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
BUCKET = "school"
ADA = Person(subject="u-1", email="ada@example.com", roles=frozenset({Role.ADMIN}))


def an_object(key: str, *, size_bytes: int = 1000, etag: str = "", age_s: float = 0.0) -> ObjectFacts:
    """An object in the school's bucket; keys have etags of their own unless told otherwise."""
    return ObjectFacts(
        bucket=BUCKET,
        key=key,
        size_bytes=size_bytes,
        etag=etag or f"etag-{key}",
        modified_at=NOW - timedelta(seconds=age_s),
    )


def scan(tx: Tx, objects: Sequence[ObjectFacts], *, prefix: str = "") -> None:
    """One whole scan that sees just these objects, and everything that follows a scan."""
    run = tx.scan_runs.begin("ada")
    found = tx.sources.begin_scan(BUCKET, prefix)
    found = tx.sources.upsert_page(found, sorted(objects, key=lambda facts: facts.key))
    tx.sources.finish_scan(found)
    tx.sources.relink(domains={}, endpoint_hosts=())
    tx.sources.refresh_findings()
    tx.scan_runs.close(run.id, buckets=1, sources=len(objects), rows=0, error=None, hint="")


def scanned(uow: UnitOfWork, *keys: str) -> None:
    """Have objects of these keys found."""
    with uow("test") as tx:
        scan(tx, [an_object(key) for key in keys])
        tx.commit()


def source_id(tx: Tx, key: str) -> int:
    [found] = tx.sources.ids(Choice(keys=(key,)), limit=2)
    return found


def started(uow: UnitOfWork, *keys: str, options: Options | None = None) -> Batch:
    """A running batch of these keys, of everything when none is named."""
    with uow("test") as tx:
        batch = tx.batches.freeze(
            name="Spring",
            kind=BatchKind.MIGRATION,
            options=options or Options(),
            choice=Choice(keys=keys),
            by=ADA,
        )
        tx.commit()
    return batch


def claimed(uow: UnitOfWork, batch: Batch, *, in_flight: int = 100) -> list[UUID]:
    with uow("test") as tx:
        found = tx.batches.claim(batch.id, in_flight=in_flight, now=datetime.now(UTC))
        tx.commit()
    return list(found.item_ids)


def an_asset(
    id: str = "a1",
    status: AssetStatus = AssetStatus.READY,
    *,
    passthrough: str | None = None,
    policy: Policy = Policy.PUBLIC,
    test: bool = False,
) -> Asset:
    return Asset(
        id=id,
        status=status,
        created_at=NOW,
        ready_at=NOW if status is AssetStatus.READY else None,
        duration_s=12.5,
        playback_id=f"p-{id}",
        policy=policy,
        passthrough=passthrough,
        test=test,
        tracks=({"type": "video", "max_width": 640},),
    )
