"""Verifying: a lesson's provider changes only after its copy was seen to play."""

import random
from datetime import timedelta
from uuid import UUID

from core import normalising, publishing
from core.asset import DELETED_AT_MUX, Asset, AssetStatus
from core.batch import PLAYBACK, ItemState
from core.copy_checking import check
from core.errors import AppError, ConfigError, InvalidInput, NotFound, Refused, StaleState, Unavailable
from core.feeding import feed_in
from core.migration import KEEPS_COPY, Trouble
from core.normalise_captioning import ComingError, let_go
from core.ports import Services, Tx
from core.records import Job
from core.stepping import CopyRejectedError, discard_later, fail, release_intent, while_verifying
from core.work import Move, Remake, Work

A_MINUTE_APART = 8
"""The try from which on a copy that only waits for its turn at Mux is looked at, however long that takes."""


def verify(item_id: UUID, *, services: Services, attempt: int = 1) -> None:
    """Check one copy and, when it holds, switch every host row that points at its source."""
    with services.uow("verify.read") as tx:
        work = tx.batches.work(item_id)
    if work is None or work.item.state is not ItemState.VERIFYING or work.asset is None:
        return
    try:
        check(work, work.asset, services)
    except ComingError as error:
        _again(work, min(attempt, A_MINUTE_APART), error, services)
    except Unavailable as error:
        _again(work, attempt, error, services)
    except AppError as error:
        _reject(work, work.asset, error, services)
    else:
        _accept_or_say_why(work, work.asset, services)


def _again(work: Work, attempt: int, error: Unavailable, services: Services) -> None:
    """It may play in a moment, or when the outage is over; the item says meanwhile what it waits for.

    The job's key is the sweep's too: however long it waits, one job does.
    """
    delay_s = PLAYBACK.delay_s(attempt, jitter=random.random())
    with services.uow("verify.again") as tx:
        if while_verifying(tx, work) is None:
            return
        if delay_s is None:
            fail(tx, work, Trouble.NOT_REACHED, str(error))
        else:
            at = services.clock() + timedelta(seconds=delay_s)
            item_id = str(work.item.id)
            tx.enqueue(Job.VERIFY, at=at, key=f"verify:{item_id}", item_id=item_id, attempt=attempt + 1)
            if work.item.reason != error.sentence:
                tx.batches.note(work.item.id, trouble=None, reason=error.sentence)
        tx.commit()


def _reject(work: Work, asset: Asset, error: AppError, services: Services) -> None:
    """The item fails, the host's rows stay as they are; the copy goes if it is to blame."""
    trouble = _trouble(error)
    with services.uow("verify.reject") as tx:
        if while_verifying(tx, work) is None:
            return
        fail(tx, work, trouble, error.sentence)
        if trouble not in KEEPS_COPY and not tx.assets.sources_of(asset.id):
            discard_later(tx, asset)
            if isinstance(work, Remake):
                let_go(tx, asset.id, services)
        tx.commit()


def _trouble(error: AppError) -> Trouble:
    if isinstance(error, CopyRejectedError):
        return error.trouble
    kinds: dict[type[AppError], Trouble] = {
        NotFound: Trouble.SOURCE_GONE,
        StaleState: Trouble.SOURCE_CHANGED,
        Refused: Trouble.NOT_PLAYABLE,
        InvalidInput: Trouble.NOT_PLAYABLE,
    }
    return kinds.get(type(error), Trouble.UNEXPECTED)


def _accept_or_say_why(work: Work, asset: Asset, services: Services) -> None:
    """Where the school's tables do not take what is to be written, the item says so; a retry writes it."""
    try:
        _accept(work, asset, services)
    except CopyRejectedError as error:
        _reject(work, asset, error, services)
    except (ConfigError, InvalidInput) as error:
        refusal = CopyRejectedError(Trouble.ROW_REFUSED, str(error), hint=error.hint)
        _reject(work, asset, refusal, services)


def _accept(work: Work, asset: Asset, services: Services) -> None:
    with services.uow("verify.switch") as tx:
        held = _lock(tx, work, asset)
        current = while_verifying(tx, work)
        if current is None:
            return
        if held is None or held.status is AssetStatus.DELETED:
            fail(tx, current, Trouble.ASSET_DELETED, DELETED_AT_MUX)
        else:
            then, reason = _switch(tx, current, asset, services)
            tx.batches.move(work.item.id, then, reason=reason)
            release_intent(tx, current)
        tx.batches.settle(work.item.batch_id)
        # who waits for these bytes is due; a place came free at the POST
        if current.source and current.source.sha256:
            feed_in(tx, work.item.batch_id, services)
        tx.commit()


def _lock(tx: Tx, work: Work, asset: Asset) -> Asset | None:
    """The new copy, and the one whose place it takes; nobody deletes them meanwhile."""
    both = [asset.id, work.old.id] if isinstance(work, Remake) else [asset.id]
    return {one: tx.assets.lock(one) for one in sorted(both)}[asset.id]


def _switch(tx: Tx, work: Work, asset: Asset, services: Services) -> tuple[ItemState, str | None]:
    """Adopt the asset and write the host's rows; a test copy touches neither."""
    if isinstance(work, Remake):
        return normalising.switch(tx, work, asset, services=services)
    assert isinstance(work, Move), "there is no third kind"
    if work.options.test:
        return ItemState.TESTED, None
    if not tx.assets.adopt(asset.id, work.source.id, work.item.etag):
        adopted = tx.assets.adopted(work.source.id, work.item.etag) or asset
        discard_later(tx, asset)
        asset = adopted
        tx.batches.bind(work.item.id, asset.id)
    switched = publishing.switch(tx, work, asset, services=services)
    tx.batches.overtaken(work.source.id)
    if switched.waits:
        return ItemState.AWAITING_SCHEMA, switched.reason("Ready; waits for the Mux columns of the database.")
    return ItemState.DONE, switched.reason(None)
