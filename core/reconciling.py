"""Reconciling: what is true at Mux against what we believe, so that a lost webhook or answer only costs time.

The sweep (every few seconds) nudges what has been silent too long; a reconcile compares everything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.absorbing import absorb
from core.access import Action, Person, check
from core.asset import Asset, deleted
from core.batch import ItemState
from core.errors import NotFound
from core.feeding import feed
from core.finding import CLOCK_SLACK, find_lost, pages_back_to, verify_later
from core.ports import Services, Tx
from core.records import Item, Job

ALL = datetime.max.replace(tzinfo=UTC)
EVENT_LATE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What a reconcile found and did."""

    assets: int
    """Assets at Mux."""
    twins: int
    """Copies of ours that nobody uses, deleted."""
    gone: int
    """Assets we held for alive that Mux does not have."""
    moved: int
    """Items that went on because of it."""


def sweep(*, services: Services, everything: bool = False) -> int:
    """Nudge what has been silent too long (or `everything` that is under way); returns how many items."""
    now = services.clock()
    silent_since = ALL if everything else now - timedelta(seconds=services.settings.sweep_after_s)
    with services.uow("sweep.look") as tx:
        late_events = tx.events.waiting(before=now - EVENT_LATE)
        silent = tx.batches.silent(before=silent_since)
        running = tx.batches.running()
        for event_id in late_events:
            tx.enqueue(Job.INGEST, key=f"ingest:{event_id}", event_id=event_id)
        if tx.intents.all_lost():
            tx.enqueue(Job.FIND_LOST, key="find_lost")
        if tx.host.pending_rows():
            tx.enqueue(Job.WRITE_BACK, key="write_back")
        if tx.sources.unprobed(limit=1):
            tx.enqueue(Job.PROBE, key="probe")
        tx.commit()
    _nudge(silent, services)
    for batch_id in running:
        feed(batch_id, services=services)
    return len(silent)


def _nudge(silent: Sequence[Item], services: Services) -> None:
    jobs = {ItemState.SUBMITTING: Job.SUBMIT, ItemState.VERIFYING: Job.VERIFY}
    with services.uow("sweep.nudge") as tx:
        for item in silent:
            if job := jobs.get(item.state):
                tx.enqueue(job, key=f"{job}:{item.id}", item_id=str(item.id))
            elif item.asset_id is None:
                _ask_for(tx, item, services)
        tx.commit()
    _ask_about([item for item in silent if item.asset_id and item.state is ItemState.INGESTING], services)


def _ask_for(tx: Tx, item: Item, services: Services) -> None:
    """Pushed, and no event told the asset's id: search for it as for a lost answer."""
    work = tx.batches.work(item.id, lock=True)
    if work and work.intent and work.intent.is_open and work.intent.lost_at is None:
        tx.intents.lost(work.intent.id, now=services.clock())


def _ask_about(items: Sequence[Item], services: Services) -> None:
    """GET each asset whose event never came, at the pace of the batch lane."""
    for item in items:
        asset_id = str(item.asset_id)
        try:
            sight = services.mux.get_asset(asset_id)
        except NotFound:
            with services.uow("sweep.gone.read") as tx:
                known = tx.assets.get(asset_id)
            if known is None:
                continue
            sight = deleted(known, at=services.clock())
        with services.uow("sweep.absorb") as tx:
            verify_later(tx, absorb(tx, sight, services=services))
            tx.commit()


def reconcile(*, by: Person, services: Services) -> Reconciled:
    """Compare every asset at Mux with our records, delete twins, mark what is gone, nudge the rest."""
    check(by, Action.RECONCILE)
    started_at = services.clock()
    seen: list[str] = []
    moved = 0
    for page in pages_back_to(datetime.min.replace(tzinfo=started_at.tzinfo), services):
        moved += _absorb_page(page, services)
        seen += [asset.id for asset in page]
    gone = _mark_gone(seen, started_at - CLOCK_SLACK, services)
    twins = _discard_twins(seen, services)
    find_lost(services=services)
    moved += sweep(services=services, everything=True)
    return Reconciled(assets=len(seen), twins=twins, gone=gone, moved=moved)


def _absorb_page(page: Sequence[Asset], services: Services) -> int:
    with services.uow("reconcile.page") as tx:
        moved = [verify_later(tx, absorb(tx, asset, services=services)) for asset in page]
        tx.commit()
    return sum(moved)


def _mark_gone(seen: Sequence[str], created_before: datetime, services: Services) -> int:
    """What we hold for alive and a full listing did not show is deleted."""
    with services.uow("reconcile.gone") as tx:
        ids = tx.assets.alive_but(seen, created_before=created_before)
        known = [asset for asset_id in ids if (asset := tx.assets.get(asset_id))]
        for asset in known:
            absorb(tx, deleted(asset, at=services.clock()), services=services)
        tx.commit()
    return len(known)


def _discard_twins(seen: Sequence[str], services: Services) -> int:
    with services.uow("reconcile.twins.read") as tx:
        twins = tx.assets.twins(seen)
    return sum(discard(asset_id, services=services) for asset_id in twins)


def discard(asset_id: str, *, services: Services, asked: bool = False) -> bool:
    """Delete an asset that passthrough and intent prove to be a twin, or that a person asked to delete.

    Never one that serves a source; False when it was left alone.
    """
    with services.uow("discard.read") as tx:
        free = not tx.assets.sources_of(asset_id) if asked else asset_id in tx.assets.twins([asset_id])
    if not free:
        return False
    services.mux.delete_asset(asset_id)
    with services.uow("discard.write") as tx:
        known = tx.assets.get(asset_id)
        if known:
            tx.assets.fold(deleted(known, at=services.clock()), at=services.clock())
        tx.commit()
    return True
