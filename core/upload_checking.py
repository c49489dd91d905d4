"""Checking: a lesson plays what somebody uploaded only after it was seen to play."""

import random
from datetime import timedelta
from uuid import UUID

from core.asset import Asset, AssetStatus
from core.batch import PLAYBACK
from core.copy_checking import check_playback
from core.errors import AppError, ConfigError, InvalidInput, NotFound, RateLimited, Refused, Unavailable
from core.ports import Services, Tx
from core.upload import Upload, UploadState, UploadTrouble
from core.upload_cancelling import discard_asset
from core.upload_captioning import caption_later
from core.upload_publishing import WAITS, close, switch
from core.upload_receiving import check_later

TESTED = (
    "A test: it is cut to 10 seconds, has a watermark and is deleted after a day. The lesson is as it was."
)


class NoPicture(InvalidInput):
    """There is nothing to see in it."""


def check(upload_id: UUID, *, services: Services, attempt: int = 1) -> None:
    """Look at one copy and, when it plays, have the lesson's rows play it. Safe to run twice."""
    with services.uow("upload.check.read") as tx:
        upload = tx.uploads.get(upload_id)
        asset = tx.assets.get(upload.asset_id) if upload and upload.asset_id else None
    if upload is None or asset is None or upload.state is not UploadState.PREPARING:
        return
    if asset.status is not AssetStatus.READY:
        return  # its event comes, or the sweep asks
    try:
        _look(asset, services)
    except NoPicture as error:
        _reject(upload, asset, UploadTrouble.NO_VIDEO, error, services)
    except (Unavailable, RateLimited) as error:
        _again(upload, asset, attempt, error, services)
    except AppError as error:
        _reject(upload, asset, UploadTrouble.NOT_PLAYABLE, error, services)
    else:
        _accept(upload, asset, services)


def _look(asset: Asset, services: Services) -> None:
    """It shows something, and a frame of it can be decoded. How many bytes came Mux tells nobody."""
    tracks = asset.tracks or services.mux.get_asset(asset.id).tracks
    if not tracks:
        raise Unavailable("Mux does not say yet what is in the file.")
    if not any(track.get("type") == "video" for track in tracks):
        raise NoPicture("The file has no picture.", hint="Upload it as audio, or export it as a video.")
    try:
        check_playback(asset, services)
    except Refused as error:
        if error.status is None:
            raise
        raise Unavailable(str(error), hint=error.hint) from error


def _again(upload: Upload, asset: Asset, attempt: int, error: AppError, services: Services) -> None:
    delay_s = PLAYBACK.delay_s(attempt, jitter=random.random())
    if delay_s is None:
        _reject(upload, asset, UploadTrouble.NOT_PLAYABLE, error, services)
        return
    with services.uow("upload.check.again") as tx:
        held = tx.uploads.get(upload.id, lock=True)
        if held and held.state is UploadState.PREPARING:
            tx.uploads.note(upload.id, reason=error.sentence)
            at = services.clock() + timedelta(seconds=delay_s)
            check_later(tx, upload.id, at=at, attempt=attempt + 1)
        tx.commit()


def _reject(
    upload: Upload, asset: Asset, trouble: UploadTrouble, error: AppError, services: Services
) -> None:
    """The lesson stays as it was, and the copy goes."""
    with services.uow("upload.check.reject") as tx:
        held = tx.uploads.get(upload.id, lock=True)
        if held and held.state is UploadState.PREPARING:
            now, reason = services.clock(), error.sentence
            close(tx, held, UploadState.ERRORED, now=now, trouble=trouble, reason=reason)
            discard_asset(tx, asset.id)
        tx.commit()


def _accept(upload: Upload, asset: Asset, services: Services) -> None:
    try:
        with services.uow("upload.switch") as tx:
            _switch(tx, upload, asset, services)
            tx.commit()
    except (ConfigError, InvalidInput) as error:  # the school's tables do not take it
        _reject(upload, asset, UploadTrouble.ROW_REFUSED, error, services)
    except NotFound as error:
        _reject(upload, asset, UploadTrouble.LESSON_GONE, error, services)


def _switch(tx: Tx, upload: Upload, asset: Asset, services: Services) -> None:
    """All rows in this one transaction, the asset held: nobody deletes it meanwhile."""
    known = tx.assets.lock(asset.id)
    held = tx.uploads.get(upload.id, lock=True)
    if held is None or held.state is not UploadState.PREPARING or held.asset_id != asset.id:
        return
    if known is None or known.status is not AssetStatus.READY:
        return  # deleted at this very moment: its event ends the upload
    waits = False if held.options.test else switch(tx, held, known, services=services)
    reason = TESTED if held.options.test else WAITS if waits else None
    tx.uploads.move(held.id, UploadState.READY, now=services.clock(), reason=reason)
    caption_later(tx, held.lesson_id)


def give_up(upload_id: UUID, *, reason: str, services: Services) -> None:
    """End an upload whose check failed in a way that nobody foresaw, also when it was tried again."""
    with services.uow("upload.check.give_up") as tx:
        held = tx.uploads.get(upload_id, lock=True)
        if held and held.state is UploadState.PREPARING:
            now, trouble = services.clock(), UploadTrouble.UNEXPECTED
            close(tx, held, UploadState.ERRORED, now=now, trouble=trouble, reason=reason)
        tx.commit()
