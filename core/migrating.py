"""Migrating: what a person does with a batch; its items' steps are in submitting, absorbing, verifying."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import inf

from core.access import Action, Person, check
from core.batch import BatchKind, BatchState, ItemState, Progress
from core.bulk import AT_MUX, MUX_NEEDS_S
from core.master import PATIENCE, PREPARED
from core.migration import Mode, Options, SkipReason, Trouble
from core.naming import batch_name, existing, subject
from core.outlook import Holdup, eta_s, is_stalled, mux_silent_since
from core.planning import Plan as Plan
from core.planning import check_choice, check_options, kept_estimate
from core.planning import plan as plan
from core.ports import Call, Services, Tx
from core.records import Batch, ItemRow, Job
from core.retrying import retry as retry
from core.selection import Choice
from core.undoing import ROLLS_BACK as ROLLS_BACK
from core.undoing import roll_back as roll_back

POSTING = frozenset(kind for kind, call in AT_MUX.items() if call is Call.POST)
"""Bulk jobs that wait for Mux's slowest limit, as a migration does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Where a batch stands now."""

    batch: Batch
    progress: Progress
    eta_s: float | None
    rate_per_s: float
    """POSTs of this batch in the last minute, per second."""
    limit_per_s: float
    troubles: Mapping[Trouble, int]
    skips: Mapping[SkipReason, int]
    stalled_since: datetime | None = None
    """Since when nothing has come further, where that is longer than can be explained."""
    stall_reason: str = ""
    """Why, and what to do."""
    awaits: str = ""
    """What Mux does that may take long, where all that moves nothing waits for that."""
    mux_silent_since: datetime | None = None
    """Since when Mux answers nothing; what is under way goes on by itself when it does again."""
    rolling_back: int = 0
    """Items whose rollback was asked for and is under way."""
    not_rolled_back: Mapping[Trouble, int] = field(default_factory=dict)
    """Items that stay on Mux though they were to be rolled back, by cause; `items` narrows by it."""


def start(
    choice: Choice,
    options: Options,
    *,
    name: str,
    by: Person,
    services: Services,
    reviewed: int | None = None,
    once: str = "",
) -> Batch:
    """Freeze the manifest and set the batch going; the caller may go away at once.

    `reviewed` is how many the person was told would move; under the same `once`, one batch is started.
    Raises `InvalidInput` when nothing would be moved or the options cannot work here, `StaleState` when it
    would not be what was reviewed.
    """
    check(by, Action.MIGRATE)
    check_options(options, services)
    with services.uow("start") as tx:
        if begun := tx.batches.begun(once):
            return begun
        totals = tx.sources.totals(choice, options)
        check_choice(totals, reviewed=reviewed)
        batch = tx.batches.freeze(
            name=batch_name(name, otherwise="Migration"),
            kind=BatchKind.MIGRATION,
            options=options,
            choice=choice,
            by=by,
            once=once,
        )
        if kept := kept_estimate(totals, options, tx, services):
            tx.batch_costs.keep(batch.id, kept)
        after = {"name": batch.name, "items": batch.total, "moves": batch.movable}
        tx.audit(by, "start batch", subject(batch.id), after={**after, "options": options.as_json()})
        tx.enqueue(Job.FEED, batch_id=batch.id)
        tx.commit()
    return batch


def status(batch_id: int, *, services: Services) -> Status:
    """Progress, honest ETA, rate, failures by cause, and what holds it up. Raises `NotFound`."""
    limit = services.pace.rate_per_s(Call.POST)
    with services.uow("status.read") as tx:
        batch = existing(tx, batch_id)
        limit = limit if batch.kind is BatchKind.MIGRATION or batch.kind in POSTING else inf
        progress = tx.batches.progress(batch_id)
        tail_s = tx.batches.tail_s(batch_id) or MUX_NEEDS_S.get(batch.kind, 0.0)
        running = batch.state is BatchState.RUNNING
        patience_s = tail_s if _takes_its_time(batch, progress) else 0.0
        stalled = running and is_stalled(progress, limit_per_s=limit, tail_s=patience_s)
        silent_since = mux_silent_since(progress) if running else None
        holdup = tx.batches.holdup(batch_id) if stalled or silent_since else None
        awaits = PREPARED if holdup and _prepares(holdup, progress) else ""
        stalled = stalled and not awaits
        goes_on = running and not (stalled or awaits)
        return Status(
            batch=batch,
            progress=progress,
            eta_s=eta_s(progress, limit_per_s=limit, tail_s=tail_s) if goes_on else None,
            rate_per_s=progress.posts_in_window / progress.window_s,
            limit_per_s=limit,
            troubles=tx.batches.troubles(batch_id),
            skips=tx.batches.skips(batch_id),
            stalled_since=progress.moved_at if stalled else None,
            awaits=awaits,
            stall_reason=holdup.sentence(progress) if holdup and stalled else "",
            mux_silent_since=silent_since if holdup and holdup.worker_runs else None,
            rolling_back=tx.batches.rolling_back(batch_id),
            not_rolled_back=tx.batches.not_rolled_back(batch_id),
        )


def _takes_its_time(batch: Batch, progress: Progress) -> bool:
    """Whether what is under way may take as long as one item does: a push, or Mux's own work."""
    return batch.options.mode is Mode.PUSH or not progress.to_post


def _prepares(holdup: Holdup, progress: Progress) -> bool:
    """Whether Mux makes the files that copies are made of, which takes as long as the videos are."""
    in_time = progress.idle_s < PATIENCE.total_seconds()
    return holdup.worker_runs and holdup.reason == PREPARED and in_time


def pause(batch_id: int, *, by: Person, services: Services) -> Batch:
    """Send nothing more; what is at Mux already runs to its end."""
    check(by, Action.MIGRATE)
    with services.uow("pause") as tx:
        before = existing(tx, batch_id)
        batch = tx.batches.set_state(batch_id, BatchState.PAUSED, reason=f"Paused by {by.name}.")
        _audit_state(tx, by, "pause batch", before, batch)
        tx.commit()
    return batch


def resume(batch_id: int, *, by: Person, services: Services) -> Batch:
    """Go on where the batch stopped."""
    check(by, Action.MIGRATE)
    with services.uow("resume") as tx:
        before = existing(tx, batch_id)
        batch = tx.batches.set_state(batch_id, BatchState.RUNNING)
        _audit_state(tx, by, "resume batch", before, batch)
        tx.enqueue(Job.FEED, batch_id=batch_id)
        tx.commit()
    return batch


def cancel(batch_id: int, *, by: Person, services: Services) -> Batch:
    """Let go of what was not sent; what is at Mux already runs to its end."""
    check(by, Action.MIGRATE)
    with services.uow("cancel") as tx:
        before = existing(tx, batch_id)
        batch = tx.batches.set_state(batch_id, BatchState.CANCELLED, reason=f"Cancelled by {by.name}.")
        reason = "The batch was cancelled."
        tx.batches.move_all(batch_id, ItemState.QUEUED, ItemState.CANCELLED, reason=reason)
        tx.intents.close_cancelled(batch_id)
        _audit_state(tx, by, "cancel batch", before, batch)
        tx.commit()
    return batch


def report(batch_id: int, *, services: Services) -> Iterator[ItemRow]:
    """Every item of a batch, streamed."""
    with services.uow("report.read") as tx:
        existing(tx, batch_id)
        yield from tx.batches.all_items(batch_id)


def _audit_state(tx: Tx, by: Person, action: str, before: Batch, after: Batch) -> None:
    tx.audit(by, action, subject(after.id), before={"state": before.state}, after={"state": after.state})
