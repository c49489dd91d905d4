"""Verifying: a lesson's provider changes only after its copy was seen to play."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from core import comparing, probing, publishing
from core.asset import DELETED_AT_MUX, Asset, AssetStatus
from core.batch import PLAYBACK, ItemState
from core.errors import AppError, ConfigError, InvalidInput, NotFound, Refused, StaleState, Unavailable
from core.feeding import feed_in
from core.migration import KEEPS_COPY, Trouble, same_length
from core.playback import Audience, needs_token, token_lifetime_s
from core.ports import Services, Tx
from core.records import Job, Work
from core.stepping import discard_later, fail, release_intent, while_verifying


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
        _accept_or_say_why(work, work.asset, services)


def _check(work: Work, asset: Asset, services: Services) -> None:
    """Length, playback and the source's version, in the order of what they cost."""
    if not work.options.test:
        _check_length(work, asset, services)
    _check_plays(asset, services)
    with _original_asked():
        comparing.unchanged(work.source.location, work.item.etag, services.store)


def _check_plays(asset: Asset, services: Services) -> None:
    """A stream that turns us away says nothing against the copy: a retry checks it again."""
    try:
        check_playback(asset, services)
    except Refused as error:
        if error.status is None:
            raise
        raise CopyRejectedError(Trouble.NOT_REACHED, str(error), hint=error.hint) from error


@contextmanager
def _original_asked() -> Iterator[None]:
    """What S3 refuses says nothing against the copy."""
    try:
        yield
    except Refused as error:
        if error.account_wide:  # no fault of this object: it may be asked for again when that is put right
            raise Unavailable(str(error), hint=error.hint) from error
        raise CopyRejectedError(Trouble.SOURCE_DENIED, str(error), hint=error.hint) from error


def _check_length(work: Work, asset: Asset, services: Services) -> None:
    source_s = work.source.duration_s
    if source_s is None:
        with _original_asked():
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
    except (ConfigError, InvalidInput) as error:
        refusal = CopyRejectedError(Trouble.ROW_REFUSED, str(error), hint=error.hint)
        _reject(work, asset, refusal, services)


def _accept(work: Work, asset: Asset, services: Services) -> None:
    with services.uow("verify.switch") as tx:
        held = tx.assets.lock(asset.id)
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
        if current.source.sha256:  # who waits for these bytes is due; a place came free at the POST
            feed_in(tx, work.item.batch_id, services)
        tx.commit()


def _switch(tx: Tx, work: Work, asset: Asset, services: Services) -> tuple[ItemState, str | None]:
    """Adopt the asset and write the host's rows; a test copy touches neither."""
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
