"""Submitting: one item's bytes to Mux, exactly once.

Mux has no idempotency key. So the intent is committed before the POST, its id travels as passthrough, and
a POST without an answer is never simply sent again: the item goes to INGESTING and Mux is searched.
"""

from collections.abc import Sequence
from uuid import UUID

from core import answering, comparing, probing
from core.asset import Policy
from core.batch import BatchState, ItemState
from core.errors import AppError, InvalidInput, NotFound, RateLimited, Refused, StaleState, Unavailable
from core.feeding import feed_in
from core.kind import MIGRATABLE, Kind
from core.migration import SkipReason, Trouble, policy_for
from core.ports import Call, Lane, Services, Tx
from core.records import Intent, Job, Work
from core.sending import SourceBroke, send
from core.source import Finding, Source
from core.stepping import before_post, fail, release_intent, requeue, unready

EQUAL_WAIT_S = 300.0
"""An item whose bytes are on their way under another key is woken when that one ends; at the latest now."""

DEFAULT_SLOW_S = 2.0
STOPPED = "The batch was stopped."


def submit(item_id: UUID, *, services: Services) -> None:
    """Bring one claimed item to Mux. Safe to run twice: a posted intent without answer is searched for."""
    with services.uow("submit.read") as tx:
        work = tx.batches.work(item_id)
        twins = tx.sources.same_size_and_etag(work.source.id) if work and not work.options.test else []
    if work is None or work.item.state is not ItemState.SUBMITTING:
        return
    if work.intent and work.intent.posted_at:
        reason = "The worker ended before Mux answered; looking whether Mux made the asset."
        answering.lost(work, work.intent, reason, services)
    elif work.batch_state is not BatchState.RUNNING:
        _release(work, services)
    elif ready := _ready(work, twins, services):
        _post(work, *ready, services)


def _ready(work: Work, twins: Sequence[Source], services: Services) -> tuple[Intent, Policy] | None:
    """Everything up to the POST; what goes wrong here went wrong before anything was sent."""
    try:
        if reason := _spares_a_copy(work, services):
            _skip(work, reason, services)
            return None
        return _prepare(work, twins, services)
    except AppError as error:
        with services.uow("submit.unready") as tx:
            if current := before_post(tx, work):
                unready(tx, current, error, services)
            tx.commit()
        return None


def _spares_a_copy(work: Work, services: Services) -> SkipReason | None:
    """Why no copy is worth making after all; known only now, not when the manifest was frozen."""
    if comparing.left_behind(work.source, services):
        return SkipReason.MOVED_ON
    if work.source.kind is Kind.UNKNOWN and not _turns_out_video(work, services):
        return SkipReason.NOT_VIDEO
    return None


def _turns_out_video(work: Work, services: Services) -> bool:
    """Look into a file that nobody has looked into yet."""
    source = probing.probe_one(work.source.id, services=services)
    return bool(source and source.kind in MIGRATABLE and Finding.UNREADABLE not in source.findings)


def _skip(work: Work, reason: SkipReason, services: Services) -> None:
    with services.uow("submit.skip") as tx:
        if before_post(tx, work):
            tx.batches.move(work.item.id, ItemState.SKIPPED, reason=reason)
            feed_in(tx, work.item.batch_id, services)
            tx.batches.settle(work.item.batch_id)
        tx.commit()


def _prepare(work: Work, twins: Sequence[Source], services: Services) -> tuple[Intent, Policy] | None:
    policy = _policy(work, services)
    if policy is None:
        return None
    comparing.unchanged(work.source.location, work.item.etag, services.store)
    sha256 = comparing.shared_sha256(work.source, twins, services)
    # Whoever waits for others takes no slot from those who could send.
    if (sha256 or work.source.asset_id) and _needs_no_slot(work, sha256, policy, services):
        return None
    if not services.pace.wait(Call.POST, Lane.BATCH, unless=lambda: _stopped(work, services)):
        _release(work, services)
        return None
    intent = _intend(work, sha256, policy, services)
    return (intent, policy) if intent else None


def _policy(work: Work, services: Services) -> Policy | None:
    """None, and the item has failed, where the copy would have to be signed and no key is set."""
    try:
        return policy_for(work.options.policy, is_public=work.is_public, can_sign=services.settings.can_sign)
    except InvalidInput as error:
        with services.uow("submit.fail") as tx:
            if current := before_post(tx, work):
                fail(tx, current, Trouble.SIGNING_KEY_MISSING, error.sentence)
                feed_in(tx, work.item.batch_id, services)
            tx.commit()
        return None


def _needs_no_slot(work: Work, sha256: str | None, policy: Policy, services: Services) -> bool:
    """Whether its bytes are at Mux already, or on their way there under another key."""
    with services.uow("submit.equal") as tx:
        current = before_post(tx, work)
        if current and not _spared(tx, current, sha256, policy, services):
            return False
        tx.commit()
    return True


def _intend(work: Work, sha256: str | None, policy: Policy, services: Services) -> Intent | None:
    """Commit the intent as posted; None when the item is not ours to post any more, or need not be."""
    now = services.clock()
    with services.uow("submit.intent") as tx:
        current = before_post(tx, work)
        if current is None:
            return None
        intent = None
        if current.batch_state is not BatchState.RUNNING:
            requeue(tx, current, delay_s=0.0, reason=STOPPED, services=services)
        elif not _spared(tx, current, sha256, policy, services):
            intent = tx.intents.open(work.item.id, now=now)
            tx.intents.posted(intent.id, now=now)
        tx.commit()
    return intent


def _spared(tx: Tx, work: Work, sha256: str | None, policy: Policy, services: Services) -> bool:
    """Wait for the asset that is being made of these bytes, or take the one that was: no POST then."""
    if sha256 and tx.batches.same_content_in_flight(sha256, but=work.item.id):
        reason = "The same bytes are on their way under another key."
        requeue(tx, work, delay_s=EQUAL_WAIT_S, reason=reason, services=services)
        feed_in(tx, work.item.batch_id, services)
        return True
    asset = tx.batches.ready_copy(work.item.id, policy=policy)
    if asset is None and sha256:
        asset = tx.assets.serving(sha256, policy=policy)
    if asset is None:
        return False
    release_intent(tx, work)
    tx.batches.move(work.item.id, ItemState.VERIFYING, asset_id=asset.id)
    tx.enqueue(Job.VERIFY, item_id=str(work.item.id))
    feed_in(tx, work.item.batch_id, services)
    return True


def _post(work: Work, intent: Intent, policy: Policy, services: Services) -> None:
    """Send it. From here on only a definite refusal proves that nothing was made."""
    try:
        asset = send(work, intent, policy, services)
    except SourceBroke as error:
        answering.unread(work, intent, error.cause, services)
    except RateLimited as error:
        answering.withdrawn(work, intent, error.retry_after_s or DEFAULT_SLOW_S, error, services)
    except (Refused, NotFound, InvalidInput, StaleState) as error:
        answering.refused(work, intent, error, services)
    except Unavailable as error:
        answering.lost(work, intent, f"{error} Looking whether Mux made the asset.", services)
    else:
        answering.answered(work, intent, asset, services)


def _release(work: Work, services: Services) -> None:
    """The batch does not run any more: give the item back, or let it go with its batch."""
    with services.uow("submit.release") as tx:
        if current := before_post(tx, work):
            requeue(tx, current, delay_s=0.0, reason=STOPPED, services=services)
        tx.commit()


def _stopped(work: Work, services: Services) -> bool:
    """Whether the batch no longer runs, asked anew while the item waits for its slot."""
    with services.uow("submit.stopped.read") as tx:
        batch = tx.batches.get(work.item.batch_id)
    return batch is None or batch.state is not BatchState.RUNNING


def give_up(item_id: UUID, *, reason: str, services: Services) -> None:
    """End an item whose step failed in a way that nobody foresaw, also when it was tried again."""
    with services.uow("submit.give_up") as tx:
        work = tx.batches.work(item_id, lock=True)
        if work and work.item.state in (ItemState.SUBMITTING, ItemState.VERIFYING):
            fail(tx, work, Trouble.UNEXPECTED, reason)
            feed_in(tx, work.item.batch_id, services)
        tx.commit()
