"""Sweeping: every few seconds, what has been silent too long is nudged, so that losses only cost time."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from core.asking import ask
from core.batch import ItemState
from core.caption_publishing import carry_later
from core.feeding import feed
from core.lesson_expiring import expire
from core.mastering import close_unused
from core.ports import Services, Tx
from core.recognising import learn
from core.records import Item, Job
from core.rendition_sweeping import sweep_renditions
from core.shielding import shielded
from core.thumbnail_choosing import tell_silent
from core.upload_sweeping import sweep_uploads

ALL = datetime.max.replace(tzinfo=UTC)
EVENT_LATE = timedelta(seconds=30)
ASKED_AT_ONCE = 60
"""Assets that one sweep asks about: some twelve seconds at Mux's limit. The others have their turn next."""

JOBS = {ItemState.SUBMITTING: Job.SUBMIT, ItemState.VERIFYING: Job.VERIFY}


def sweep(*, services: Services, everything: bool = False) -> int:
    """Nudge what has been silent too long (or `everything` that is under way); returns how many items.

    Running batches are fed first: nothing that Mux says may hold them up.
    """
    now = services.clock()
    silent_since = now - timedelta(seconds=services.settings.sweep_after_s)
    with services.uow("sweep.look") as tx:
        running = tx.batches.running()
        silent = tx.batches.silent(before=ALL if everything else silent_since)
        _enqueue_waiting(tx, now, silent_since)
        tx.commit()
    for batch_id in running:
        shielded(f"Batch {batch_id} is fed later", partial(feed, batch_id, services=services))
    _nudge(silent, services)
    shielded("Uploads are looked at later", partial(sweep_uploads, services=services))
    shielded("MP4s are looked at later", partial(sweep_renditions, services=services))
    shielded("Pictures are looked at later", partial(tell_silent, services=services))
    shielded("Earlier versions go later", partial(expire, services=services))
    shielded("Masters at Mux are closed later", partial(close_unused, services=services))
    shielded("Mux's environment is asked for later", partial(learn, services=services))
    return len(silent)


def _enqueue_waiting(tx: Tx, now: datetime, silent_since: datetime) -> None:
    """Jobs for what waits in our tables, in case theirs were lost."""
    for event_id in tx.events.waiting(before=now - EVENT_LATE):
        tx.enqueue(Job.INGEST, key=f"ingest:{event_id}", event_id=event_id)
    for asset_id in tx.upkeep.wishes(tried_before=silent_since):
        tx.enqueue(Job.DISCARD, key=f"discard:{asset_id}", asset_id=asset_id)
    for track in tx.captions.silent(before=silent_since, now=now):
        carry_later(tx, track)
    if tx.intents.all_lost():
        tx.enqueue(Job.FIND_LOST, key="find_lost")
    if tx.host.pending_rows():
        tx.enqueue(Job.WRITE_BACK, key="write_back")
    if tx.corrections.is_due():
        tx.enqueue(Job.CORRECT_LESSONS, key="correct_lessons")
    if tx.sources.unprobed(limit=1):
        tx.enqueue(Job.PROBE, key="probe")


def _nudge(silent: Sequence[Item], services: Services) -> None:
    """What waits for Mux is asked about, a share at a time; the rest gets its job again."""
    to_ask = [item for item in silent if item.state is ItemState.INGESTING and item.asset_id][:ASKED_AT_ONCE]
    to_start = [item for item in silent if item.state is not ItemState.INGESTING or not item.asset_id]
    with services.uow("sweep.nudge") as tx:
        for item in to_start:
            _start(tx, item, services)
        tx.batches.asked([item.id for item in to_ask + to_start], now=services.clock())
        tx.commit()
    for item in to_ask:
        shielded(f"Asset {item.asset_id} is asked about later", partial(_ask_for, item, services))


def _start(tx: Tx, item: Item, services: Services) -> None:
    if job := Job.CHANGE if item.lesson_id and not item.from_asset else JOBS.get(item.state):
        tx.enqueue(job, key=f"{job}:{item.id}", item_id=str(item.id))
        return
    # Pushed, and no event told the asset's id: search for it as for a lost answer.
    work = tx.batches.work(item.id, lock=True)
    if work and work.intent and work.intent.is_open and work.intent.lost_at is None:
        tx.intents.lost(work.intent.id, now=services.clock())


def _ask_for(item: Item, services: Services) -> None:
    ask(str(item.asset_id), services=services)
