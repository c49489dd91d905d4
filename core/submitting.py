"""Submitting: one item's bytes to Mux, exactly once.

Mux has no idempotency key. So the intent is committed before the POST, its id travels as passthrough, and
a POST without an answer is never simply sent again: the item goes to INGESTING and Mux is searched.
"""

from collections.abc import Sequence
from uuid import UUID

from core import answering, comparing, normalising
from core.asset import Policy
from core.batch import BatchState, ItemState
from core.errors import AppError, InvalidInput, NotFound, RateLimited, Refused, StaleState, Unavailable
from core.feeding import feed_in
from core.migration import SkipReason, Trouble, policy_for
from core.ports import Call, Lane, Services, Tx
from core.records import Intent
from core.sending import SourceBroke, send
from core.source import Source
from core.sparing import is_spared, why_none
from core.stepping import before_post, fail, requeue, unready
from core.work import Move, Remake, Work

DEFAULT_SLOW_S = 2.0
STOPPED = "The batch was stopped."


def submit(item_id: UUID, *, services: Services) -> None:
    """Bring one claimed item to Mux. Safe to run twice: a posted intent without answer is searched for."""
    with services.uow("submit.read") as tx:
        work = tx.batches.work(item_id)
        twins = _twins(tx, work)
    if work is None or work.item.state is not ItemState.SUBMITTING:
        return
    if work.intent and work.intent.posted_at:
        reason = "The worker ended before Mux answered; looking whether Mux made the asset."
        answering.lost(work, work.intent, reason, services)
    elif work.batch_state is not BatchState.RUNNING:
        _release(work, services)
    elif ready := _ready(work, twins, services):
        _post(*ready, services)


def _twins(tx: Tx, work: Work | None) -> Sequence[Source]:
    """Other files that may hold the same bytes."""
    if not isinstance(work, Move) or work.options.test:
        return []
    return tx.sources.same_size_and_etag(work.source.id)


def _ready(work: Work, twins: Sequence[Source], services: Services) -> tuple[Work, Intent, Policy] | None:
    """Everything up to the POST; what goes wrong here went wrong before anything was sent."""
    try:
        if reason := why_none(work, services):
            _skip(work, reason, services)
            return None
        return _prepare(work, twins, services)
    except AppError as error:
        with services.uow("submit.unready") as tx:
            if current := before_post(tx, work):
                unready(tx, current, error, services)
            tx.commit()
        return None


def _skip(work: Work, reason: SkipReason, services: Services) -> None:
    with services.uow("submit.skip") as tx:
        if before_post(tx, work):
            tx.batches.move(work.item.id, ItemState.SKIPPED, reason=reason)
            feed_in(tx, work.item.batch_id, services)
            tx.batches.settle(work.item.batch_id)
        tx.commit()


def _prepare(work: Work, twins: Sequence[Source], services: Services) -> tuple[Work, Intent, Policy] | None:
    policy = _policy(work, services)
    if policy is None:
        return None
    if isinstance(work, Remake):
        made = normalising.with_origin(work, services)
        return _take_turn(made, None, policy, services) if made else None
    assert isinstance(work, Move), "there is no third kind"
    comparing.unchanged(work.source.location, work.item.etag, services.store)
    sha256 = comparing.shared_sha256(work.source, twins, services)
    # Whoever waits for others takes no slot from those who could send.
    if (sha256 or work.source.asset_id) and _needs_no_slot(work, sha256, policy, services):
        return None
    return _take_turn(work, sha256, policy, services)


def _take_turn(
    work: Work, sha256: str | None, policy: Policy, services: Services
) -> tuple[Work, Intent, Policy] | None:
    """Wait for a slot, then commit the intent."""
    if not services.pace.wait(Call.POST, Lane.BATCH, unless=lambda: _stopped(work, services)):
        _release(work, services)
        return None
    intent = _intend(work, sha256, policy, services)
    return (work, intent, policy) if intent else None


def _policy(work: Work, services: Services) -> Policy | None:
    """None, and the item has failed, where the copy would have to be signed and no key is set."""
    try:
        if isinstance(work, Remake):
            return normalising.policy_of(work, services)
        is_public = isinstance(work, Move) and work.is_public
        return policy_for(work.options.policy, is_public=is_public, can_sign=services.settings.can_sign)
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
        if current and not is_spared(tx, current, sha256, policy, services):
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
        elif not is_spared(tx, current, sha256, policy, services):
            intent = tx.intents.open(work.item.id, now=now)
            tx.intents.posted(intent.id, now=now)
            if isinstance(work, Remake):
                tx.bulk.made_of(work.item.id, work.version)
        tx.commit()
    return intent


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
