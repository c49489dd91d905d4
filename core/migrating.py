"""Migrating: what a person does with a batch; its items' steps are in submitting, absorbing, verifying."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from core import publishing
from core.access import Action, Person, check
from core.batch import BatchKind, BatchState, ItemState, Progress, eta_s
from core.cost import Estimate, estimate
from core.errors import InvalidInput, NotFound, StaleState
from core.migration import Mode, Options, PlanTotals, PolicyRule, SkipReason, Trouble
from core.ports import Call, Services, Tx
from core.records import Batch, ItemRow, Job, Work
from core.selection import Choice

ROLLS_BACK = (ItemState.DONE, ItemState.AWAITING_SCHEMA)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a choice comes to: the review shows it before anything is done."""

    totals: PlanTotals
    estimate: Estimate
    time_s: float
    """At Mux's limit for creating assets, nothing else in the way."""


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


def plan(choice: Choice, options: Options, *, services: Services) -> Plan:
    """Say what would be created, what is skipped and why, what it costs and how long it takes."""
    with services.uow("plan.read") as tx:
        totals = tx.sources.totals(choice)
    known = totals.create - totals.unknown_length
    mean_s = totals.duration_s / known if known else 0.0
    duration_s = totals.duration_s + mean_s * totals.unknown_length
    limit = services.settings.mux_post_per_s
    return Plan(
        totals=totals,
        estimate=estimate(duration_s=duration_s, size_bytes=totals.size_bytes, quality=options.quality),
        time_s=totals.create / limit if limit else 0.0,
    )


def start(choice: Choice, options: Options, *, name: str, by: Person, services: Services) -> Batch:
    """Freeze the manifest and set the batch going; the caller may go away at once.

    Raises `InvalidInput` when nothing would be moved or the options cannot work here.
    """
    check(by, Action.MIGRATE)
    check_options(options, services)
    with services.uow("start") as tx:
        batch = tx.batches.freeze(
            name=name.strip() or "Migration", kind=BatchKind.MIGRATION, options=options, choice=choice, by=by
        )
        if batch.total == 0:
            raise InvalidInput("Nothing matches this choice.", hint="Scan first, or tick other videos.")
        tx.audit(by, "start batch", _subject(batch.id), after={"name": batch.name, "items": batch.total})
        tx.enqueue(Job.FEED, batch_id=batch.id)
        tx.commit()
    return batch


def check_options(options: Options, services: Services) -> None:
    """Refuse what cannot work here, before anything is frozen."""
    settings = services.settings
    if options.mode is Mode.PULL and not settings.pull_works:
        raise InvalidInput(
            "Mux cannot fetch from an S3 that only this machine reaches.", hint="Choose push instead of pull."
        )
    if options.policy is not PolicyRule.PUBLIC and not settings.can_sign:
        raise InvalidInput(
            "Signed playback needs a signing key, and none is set.",
            hint="Set MUX_SIGNING_KEY and MUX_PRIVATE_KEY, or choose public playback.",
        )


def status(batch_id: int, *, services: Services) -> Status:
    """Progress, honest ETA, rate and failures by cause. Raises `NotFound`."""
    with services.uow("status.read") as tx:
        batch = _get(tx, batch_id)
        progress = tx.batches.progress(batch_id)
        tail_s = tx.batches.tail_s(batch_id)
        troubles, skips = tx.batches.troubles(batch_id), tx.batches.skips(batch_id)
    limit = services.pace.rate_per_s(Call.POST)
    running = batch.state is BatchState.RUNNING
    return Status(
        batch=batch,
        progress=progress,
        eta_s=eta_s(progress, limit_per_s=limit, tail_s=tail_s) if running else None,
        rate_per_s=progress.posts_in_window / progress.window_s,
        limit_per_s=limit,
        troubles=troubles,
        skips=skips,
    )


def pause(batch_id: int, *, by: Person, services: Services) -> Batch:
    """Send nothing more; what is at Mux already runs to its end."""
    check(by, Action.MIGRATE)
    with services.uow("pause") as tx:
        before = _get(tx, batch_id)
        batch = tx.batches.set_state(batch_id, BatchState.PAUSED, reason=f"Paused by {by.name}.")
        _audit_state(tx, by, "pause batch", before, batch)
        tx.commit()
    return batch


def resume(batch_id: int, *, by: Person, services: Services) -> Batch:
    """Go on where the batch stopped."""
    check(by, Action.MIGRATE)
    with services.uow("resume") as tx:
        before = _get(tx, batch_id)
        batch = tx.batches.set_state(batch_id, BatchState.RUNNING)
        _audit_state(tx, by, "resume batch", before, batch)
        tx.enqueue(Job.FEED, batch_id=batch_id)
        tx.commit()
    return batch


def cancel(batch_id: int, *, by: Person, services: Services) -> Batch:
    """Let go of what was not sent; what is at Mux already runs to its end."""
    check(by, Action.MIGRATE)
    with services.uow("cancel") as tx:
        before = _get(tx, batch_id)
        batch = tx.batches.set_state(batch_id, BatchState.CANCELLED, reason=f"Cancelled by {by.name}.")
        reason = "The batch was cancelled."
        tx.batches.move_all(batch_id, ItemState.QUEUED, ItemState.CANCELLED, reason=reason)
        _audit_state(tx, by, "cancel batch", before, batch)
        tx.commit()
    return batch


def retry(batch_id: int, *, by: Person, services: Services, item_ids: Sequence[UUID] | None = None) -> int:
    """Queue failed items again (all, or these) and wake the batch; returns how many."""
    check(by, Action.MIGRATE)
    with services.uow("retry") as tx:
        batch = _get(tx, batch_id)
        chosen = [
            i for i in tx.batches.item_ids(batch_id, [ItemState.FAILED]) if not item_ids or i in item_ids
        ]
        if not chosen:
            raise StaleState("Nothing has failed here (any more).", hint="Load the page again.")
        for item_id in chosen:
            tx.batches.renew(item_id)
        if batch.state is not BatchState.RUNNING:
            tx.batches.set_state(batch_id, BatchState.RUNNING)
        tx.audit(by, "retry items", _subject(batch_id), after={"items": len(chosen)})
        tx.enqueue(Job.FEED, batch_id=batch_id)
        tx.commit()
    return len(chosen)


def roll_back(
    batch_id: int,
    *,
    by: Person,
    services: Services,
    item_ids: Sequence[UUID] | None = None,
    delete_assets: bool = False,
) -> int:
    """Have the host rows of done items (all, or these) put back as they were; returns how many items.

    The originals in S3 were never touched. With `delete_assets` the copies at Mux go too.
    """
    check(by, Action.ROLL_BACK)
    with services.uow("roll_back") as tx:
        _get(tx, batch_id)
        chosen = [i for i in tx.batches.item_ids(batch_id, ROLLS_BACK) if not item_ids or i in item_ids]
        if not chosen:
            raise StaleState("There is nothing to roll back.", hint="Only items that are done can be.")
        for item_id in chosen:
            tx.enqueue(Job.ROLL_BACK, item_id=str(item_id), delete_asset=delete_assets, actor=by.name)
        tx.audit(by, "roll back", _subject(batch_id), after={"items": len(chosen), "delete": delete_assets})
        tx.commit()
    return len(chosen)


def roll_back_item(item_id: UUID, *, actor: str, delete_asset: bool, services: Services) -> bool:
    """Put one item's rows back; False when a row was changed since, and then none of them is."""
    with services.uow("roll_back.item") as tx:
        work = tx.batches.work(item_id, lock=True)
        if work is None or work.item.state not in ROLLS_BACK:
            return False
        if not publishing.put_back(tx, work):
            reason = "A row was changed since the migration; it was left as it is."
            tx.rollback()
            tx.batches.note(item_id, trouble=Trouble.ROW_CHANGED, reason=reason)
            tx.commit()
            return False
        _let_go(tx, work, actor, delete_asset)
        tx.commit()
    return True


def _let_go(tx: Tx, work: Work, actor: str, delete_asset: bool) -> None:
    asset_id = str(work.item.asset_id)
    tx.assets.release(asset_id, work.source.id)
    tx.batches.move(work.item.id, ItemState.ROLLED_BACK, reason=f"Rolled back by {actor}.")
    if delete_asset:
        tx.enqueue(Job.DISCARD, key=f"discard:{asset_id}", asset_id=asset_id, asked=True)


def report(batch_id: int, *, services: Services) -> Iterator[ItemRow]:
    """Every item of a batch, streamed."""
    with services.uow("report.read") as tx:
        _get(tx, batch_id)
        yield from tx.batches.all_items(batch_id)


def _get(tx: Tx, batch_id: int) -> Batch:
    batch = tx.batches.get(batch_id)
    if batch is None:
        raise NotFound(f"There is no batch {batch_id}.", hint="The list of batches shows them all.")
    return batch


def _audit_state(tx: Tx, by: Person, action: str, before: Batch, after: Batch) -> None:
    tx.audit(by, action, _subject(after.id), before={"state": before.state}, after={"state": after.state})


def _subject(batch_id: int) -> str:
    return f"batch {batch_id}"
