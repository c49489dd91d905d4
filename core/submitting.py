"""Submitting: one item's bytes to Mux, exactly once.

Mux has no idempotency key. So the intent is committed before the POST, its id travels as passthrough, and
a POST without an answer is never simply sent again: the item goes to INGESTING and Mux is searched.
"""

import random
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from core import absorbing, probing, scanning
from core.asset import Asset, Policy
from core.batch import NETWORK, BatchState, ItemState
from core.errors import AppError, InvalidInput, NotFound, RateLimited, Refused, StaleState, Unavailable
from core.migration import SkipReason, Trouble, policy_for
from core.ports import Call, Lane, Services, Tx
from core.records import Intent, Job, Work
from core.sending import send
from core.source import MIGRATABLE, Finding, Kind, Source
from core.stepping import fail, requeue

IN_FLIGHT = 8
"""Items of one batch that are on their way to a POST at once: enough to hide S3's and Mux's latency."""

TWIN_WAIT_S = 5.0
"""How long an item waits before it looks again whether its bytes have arrived under another key."""

CREDENTIALS_WAIT_S = 30.0
DEFAULT_SLOW_S = 2.0


def feed(batch_id: int, *, services: Services) -> None:
    """Claim the next due items and enqueue their submission; close the batch when nothing is left."""
    with services.uow("feed") as tx:
        feed_in(tx, batch_id, services)
        tx.batches.settle(batch_id)
        tx.commit()


def feed_in(tx: Tx, batch_id: int, services: Services) -> None:
    """The same inside a transaction that has just freed a place."""
    for item_id in tx.batches.claim(batch_id, in_flight=IN_FLIGHT, now=services.clock()):
        tx.enqueue(Job.SUBMIT, item_id=str(item_id))


def submit(item_id: UUID, *, services: Services) -> None:
    """Bring one claimed item to Mux. Safe to run twice: a posted intent without answer is searched for."""
    with services.uow("submit.read") as tx:
        work = tx.batches.work(item_id)
        twins = tx.sources.same_size_and_etag(work.source.id) if work and not work.options.test else []
    if work is None or work.item.state is not ItemState.SUBMITTING:
        return
    if work.batch_state is not BatchState.RUNNING and not (work.intent and work.intent.posted_at):
        _release(work, services)
        return
    if work.intent and work.intent.posted_at:
        _lose(work, work.intent, services)
        return
    try:
        if work.source.kind is Kind.UNKNOWN and not _turns_out_video(work, services):
            return
        _submit(work, twins, services)
    except Unavailable as error:
        _put_back(work, NETWORK.delay_s(work.item.attempts + 1, jitter=random.random()), error, services)
    except AppError as error:
        _fail(work, _trouble_before_post(error), error.sentence, services)


def _turns_out_video(work: Work, services: Services) -> bool:
    """Look into a file that nobody has looked into yet; what is no video is skipped."""
    source = probing.probe_one(work.source.id, services=services)
    if source and source.kind in MIGRATABLE and Finding.UNREADABLE not in source.findings:
        return True
    with services.uow("submit.skip") as tx:
        tx.batches.move(work.item.id, ItemState.SKIPPED, reason=SkipReason.NOT_VIDEO)
        feed_in(tx, work.item.batch_id, services)
        tx.batches.settle(work.item.batch_id)
        tx.commit()
    return False


def _submit(work: Work, twins: Sequence[Source], services: Services) -> None:
    """Everything up to the POST; what is raised here was raised before anything was sent."""
    policy = policy_for(work.options.policy, is_public=work.is_public, can_sign=services.settings.can_sign)
    check_unchanged(work, services)
    if work.source.asset_id and not work.options.test and _reuse(work, None, policy, services):
        return
    sha256 = scanning.shared_sha256(work.source, twins, services)
    if sha256 and _reuse(work, sha256, policy, services):
        return
    if not services.pace.wait(Call.POST, Lane.BATCH, unless=lambda: _stopped(work, services)):
        _release(work, services)
        return
    intent = _intend(work, sha256, services)
    if intent:
        _post(work, intent, policy, services)


def check_unchanged(work: Work, services: Services) -> None:
    """HEAD the source: `NotFound` when it is gone, `StaleState` when it is not what was planned."""
    facts = services.store.head(work.source.location)
    if facts.etag != work.item.etag:
        raise StaleState("The object changed since the scan.", hint="Scan again, then retry.")


def _reuse(work: Work, sha256: str | None, policy: Policy, services: Services) -> bool:
    """Take the asset that already holds these bytes, the source's own without a hash, and make no other."""
    with services.uow("submit.reuse") as tx:
        own = tx.assets.adopted(work.source.id, work.item.etag) if sha256 is None else None
        asset = tx.assets.serving(sha256, policy=policy) if sha256 else own
        if asset is None:
            return False
        tx.batches.move(work.item.id, ItemState.VERIFYING, asset_id=asset.id)
        tx.enqueue(Job.VERIFY, item_id=str(work.item.id))
        feed_in(tx, work.item.batch_id, services)
        tx.commit()
    return True


def _intend(work: Work, sha256: str | None, services: Services) -> Intent | None:
    """Commit the intent as posted; None when the item is not ours to post any more."""
    now = services.clock()
    with services.uow("submit.intent") as tx:
        current = tx.batches.work(work.item.id, lock=True)
        if not _still_ours(current):
            return None
        if sha256 and tx.batches.same_content_in_flight(sha256, but=work.item.id):
            reason = "The same bytes are on their way under another key."
            requeue(tx, work, delay_s=TWIN_WAIT_S, reason=reason, services=services)
            tx.commit()
            return None
        intent = tx.intents.open(work.item.id, now=now)
        tx.intents.posted(intent.id, now=now)
        tx.commit()
    return intent


def _still_ours(current: Work | None) -> bool:
    """Whether the item still waits for its POST; the same job may have been run elsewhere."""
    if current is None or current.item.state is not ItemState.SUBMITTING:
        return False
    return current.intent is None or current.intent.posted_at is None


def _post(work: Work, intent: Intent, policy: Policy, services: Services) -> None:
    """Send it. From here on only a definite refusal proves that nothing was made."""
    try:
        asset = send(work, intent, policy, services)
    except RateLimited as error:
        _withdraw(work, intent, error.retry_after_s or DEFAULT_SLOW_S, error, services)
    except (Refused, NotFound, InvalidInput, StaleState) as error:
        _refused(work, intent, error, services)
    except Unavailable:
        _lose(work, intent, services)
    else:
        _answered(work, asset, services)


def _answered(work: Work, asset: Asset | None, services: Services) -> None:
    with services.uow("submit.answer") as tx:
        if asset is None:
            tx.batches.move(work.item.id, ItemState.INGESTING)
        else:
            verify_id = absorbing.absorb(tx, asset, services=services)
            if verify_id:
                tx.enqueue(Job.VERIFY, item_id=str(verify_id))
        feed_in(tx, work.item.batch_id, services)
        tx.commit()


def _lose(work: Work, intent: Intent, services: Services) -> None:
    """No answer: an asset may have been made. Search before anything is sent again."""
    now = services.clock()
    with services.uow("submit.lost") as tx:
        current = tx.batches.work(work.item.id, lock=True)
        if current is None or current.item.state is not ItemState.SUBMITTING:
            return  # an event was faster
        tx.intents.lost(intent.id, now=now)
        reason = "Mux did not answer; looking whether it made the asset."
        tx.batches.move(work.item.id, ItemState.INGESTING, reason=reason)
        at = now + timedelta(seconds=services.settings.lost_grace_s)
        tx.enqueue(Job.FIND_LOST, at=at, key="find_lost")
        feed_in(tx, work.item.batch_id, services)
        tx.commit()


def _withdraw(work: Work, intent: Intent, wait_s: float, error: AppError, services: Services) -> None:
    """Mux refused for now: nothing was made, the same intent is sent again later."""
    with services.uow("submit.withdraw") as tx:
        tx.intents.withdrawn(intent.id)
        requeue(tx, work, delay_s=wait_s, reason=error.sentence, services=services)
        tx.commit()


def _refused(work: Work, intent: Intent, error: AppError, services: Services) -> None:
    if isinstance(error, Refused) and error.status in (401, 403):
        _withdraw(work, intent, CREDENTIALS_WAIT_S, error, services)
        return
    with services.uow("submit.refused") as tx:
        tx.intents.withdrawn(intent.id)
        tx.commit()
    _fail(work, _trouble_after_post(error), error.sentence, services)


def _put_back(work: Work, delay_s: float | None, error: AppError, services: Services) -> None:
    if delay_s is None:
        _fail(work, Trouble.SOURCE_UNREACHABLE, error.sentence, services)
        return
    with services.uow("submit.put_back") as tx:
        requeue(tx, work, delay_s=delay_s, reason=error.sentence, services=services, count=True)
        tx.commit()


def _release(work: Work, services: Services) -> None:
    """The batch does not run any more: give the item back, or let it go with its batch."""
    with services.uow("submit.release") as tx:
        requeue(tx, work, delay_s=0.0, reason="The batch was stopped.", services=services)
        batch = tx.batches.get(work.item.batch_id)
        if batch and batch.state is BatchState.CANCELLED:
            tx.batches.move(work.item.id, ItemState.CANCELLED, reason="The batch was cancelled.")
        tx.commit()


def _fail(work: Work, trouble: Trouble, reason: str, services: Services) -> None:
    with services.uow("submit.fail") as tx:
        fail(tx, work, trouble, reason)
        feed_in(tx, work.item.batch_id, services)
        tx.commit()


def _stopped(work: Work, services: Services) -> bool:
    """Whether the batch no longer runs, asked anew while the item waits for its slot."""
    with services.uow("submit.stopped.read") as tx:
        batch = tx.batches.get(work.item.batch_id)
    return batch is None or batch.state is not BatchState.RUNNING


def _trouble_before_post(error: AppError) -> Trouble:
    kinds: dict[type[AppError], Trouble] = {
        NotFound: Trouble.SOURCE_GONE,
        StaleState: Trouble.SOURCE_CHANGED,
        Refused: Trouble.SOURCE_DENIED,
        InvalidInput: Trouble.SIGNING_KEY_MISSING,
    }
    return kinds.get(type(error), Trouble.UNEXPECTED)


def _trouble_after_post(error: AppError) -> Trouble:
    kinds: dict[type[AppError], Trouble] = {
        StaleState: Trouble.SOURCE_CHANGED,
        InvalidInput: Trouble.FILE_DAMAGED,
    }
    return kinds.get(type(error), Trouble.MUX_REFUSED)
