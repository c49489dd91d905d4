"""Verifying: a lesson's provider changes only after its copy was seen to play."""

import random
from datetime import timedelta
from uuid import UUID

from core import probing, publishing
from core.asset import Asset
from core.batch import PLAYBACK, ItemState
from core.errors import AppError, InvalidInput, NotFound, Refused, StaleState, Unavailable
from core.migration import Trouble, same_length
from core.playback import Audience, needs_token, token_lifetime_s
from core.ports import Services, Tx
from core.records import Job, Work
from core.stepping import discard_later, fail, release_intent
from core.submitting import check_unchanged, feed_in


class CopyRejectedError(AppError):
    """The copy is not what it should be; `trouble` is the cause it is grouped under."""

    def __init__(self, trouble: Trouble, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.trouble = trouble


def verify(item_id: UUID, *, services: Services, attempt: int = 1) -> None:
    """Check one copy and, when it holds, switch every host row that points at its source."""
    with services.uow("verify.read") as tx:
        work = tx.batches.work(item_id)
    if work is None or work.item.state is not ItemState.VERIFYING or work.asset is None:
        return
    try:
        _check(work, work.asset, services)
    except Unavailable as error:
        _again(work, attempt, error, services)
    except AppError as error:
        _reject(work, work.asset, error, services)
    else:
        _accept(work, work.asset, services)


def _check(work: Work, asset: Asset, services: Services) -> None:
    """Length, playback and the source's version, in the order of what they cost."""
    if not work.options.test:
        _check_length(work, asset, services)
    check_playback(asset, services)
    check_unchanged(work, services)


def _check_length(work: Work, asset: Asset, services: Services) -> None:
    source_s = work.source.duration_s
    if source_s is None:
        probed = probing.probe_one(work.source.id, services=services)
        source_s = probed.duration_s if probed else None
    if source_s is None or asset.duration_s is None:
        raise CopyRejectedError(
            Trouble.LENGTH_UNKNOWN,
            "The length of the original cannot be read, so the copy cannot be checked.",
            hint="Play the original; if it is good, convert it to MP4 and scan again.",
        )
    if not same_length(source_s, asset.duration_s):
        raise CopyRejectedError(
            Trouble.LENGTH_DIFFERS,
            f"The original is {source_s:.1f} s long, the copy {asset.duration_s:.1f} s.",
            hint="The file may be damaged; play both, then retry.",
        )


def check_playback(asset: Asset, services: Services) -> None:
    """Play the first frame, with a token when signed."""
    if asset.playback_id is None:
        raise CopyRejectedError(Trouble.NOT_PLAYABLE, "The asset has no playback id.")
    token = None
    if needs_token(asset.policy):
        token = _token(asset, asset.playback_id, services)
    services.player.first_frame(services.settings.hosts.manifest(asset.playback_id, token=token))


def _token(asset: Asset, playback_id: str, services: Services) -> str:
    if services.signer is None:
        raise CopyRejectedError(
            Trouble.SIGNING_KEY_MISSING,
            "The copy is signed and no signing key is set.",
            hint="Set MUX_SIGNING_KEY and MUX_PRIVATE_KEY, then retry.",
        )
    return services.signer.token(playback_id, Audience.VIDEO, lifetime_s=token_lifetime_s(asset.duration_s))


def _again(work: Work, attempt: int, error: Unavailable, services: Services) -> None:
    """It may play in a moment; after the last try it counts as not playable."""
    delay_s = PLAYBACK.delay_s(attempt, jitter=random.random())
    with services.uow("verify.again") as tx:
        if delay_s is None:
            _reject_in(tx, work, Trouble.NOT_PLAYABLE, error.sentence)
        else:
            at = services.clock() + timedelta(seconds=delay_s)
            tx.enqueue(Job.VERIFY, at=at, item_id=str(work.item.id), attempt=attempt + 1)
        tx.commit()


def _reject(work: Work, asset: Asset, error: AppError, services: Services) -> None:
    """The copy does not hold: the item fails, its asset goes, the host's rows stay as they are."""
    with services.uow("verify.reject") as tx:
        _reject_in(tx, work, _trouble(error), error.sentence)
        if not tx.assets.sources_of(asset.id):
            discard_later(tx, asset)
        tx.commit()


def _reject_in(tx: Tx, work: Work, trouble: Trouble, reason: str) -> None:
    fail(tx, work, trouble, reason)


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


def _accept(work: Work, asset: Asset, services: Services) -> None:
    with services.uow("verify.switch") as tx:
        current = tx.batches.work(work.item.id, lock=True)
        if current is None or current.item.state is not ItemState.VERIFYING:
            return
        then, reason = _switch(tx, current, asset, services)
        tx.batches.move(work.item.id, then, reason=reason)
        release_intent(tx, current)
        feed_in(tx, work.item.batch_id, services)
        tx.batches.settle(work.item.batch_id)
        tx.commit()


def _switch(tx: Tx, work: Work, asset: Asset, services: Services) -> tuple[ItemState, str | None]:
    """Adopt the asset and write the host's rows; a test copy touches neither."""
    if work.options.test:
        return ItemState.TESTED, None
    if not tx.assets.adopt(asset.id, work.source.id, work.item.etag):
        adopted = tx.assets.adopted(work.source.id, work.item.etag) or asset
        discard_later(tx, asset)
        asset = adopted
    if publishing.switch(tx, work, asset, services=services):
        return ItemState.AWAITING_SCHEMA, "Ready; waits for the Mux columns of the database."
    return ItemState.DONE, None
