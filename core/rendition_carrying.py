"""Carrying: the next step of an MP4 on its way to Mux, or away. Safe to run twice.

What is to be done is written down first, and the file carries its record's id, so that an answer that was
lost is found again.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from core import publishing
from core.access import SYSTEM
from core.errors import AppError, RateLimited, Refused
from core.lost_answer import may_come
from core.ports import Call, Lane, Services, Tx
from core.rendition import (
    MOVING,
    OF_MUX,
    ON_ITS_WAY,
    Rendition,
    RenditionState,
    files,
    named,
)
from core.rendition_making import carry_later
from core.rendition_removing import asset_of, delete, look_again, tidy

NO_ASSET = "The video was deleted at Mux."
NO_FILE = "It was deleted at Mux before it was ready."
MUX_FAILED = "Mux could not make it."
TOO_LARGE = "The video itself does not have it: nothing is made larger than it is."


def carry(rendition: UUID, *, services: Services) -> None:
    """Do what is to be done next with this MP4; nothing where it rests, or is not there any more."""
    with services.uow("rendition.read") as tx:
        held = tx.renditions.get(rendition)
    if held is None or held.state not in STEPS:
        return
    try:
        STEPS[held.state](held, services)
    except AppError as error:
        if error.account_wide:
            _waits(held, error.sentence, services)
        raise


def _waits(held: Rendition, reason: str, services: Services) -> None:
    """What keeps everything from Mux is said beside it: it goes on by itself once that is put right."""
    with services.uow("rendition.waits") as tx:
        now = tx.renditions.get(held.id, lock=True)
        if now and now.state in MOVING:
            tx.renditions.note(held.id, reason=reason)
        tx.commit()


def _send(held: Rendition, services: Services) -> None:
    """Ask Mux for it, unless an earlier try did and its answer was lost."""
    asset = asset_of(held, services)
    if asset is None:
        _fail(held, NO_ASSET, services)
        return
    mine = named(files(asset), id=None, passthrough=str(held.id))
    if mine is not None:
        _answered(held, str(mine["id"]), services)
    elif may_come(held.posted_at, services):
        look_again(held, services)
    else:
        _ask(held, services)


def _ask(held: Rendition, services: Services) -> None:
    services.pace.wait(Call.POST, Lane.INTERACTIVE)  # somebody has just wanted it
    if not _intend(held, services):
        return
    try:
        rendition_id = services.mux_now.create_rendition(
            held.asset_id, resolution=held.resolution, passthrough=str(held.id)
        )
    except RateLimited:
        _unsent(held, services)
        raise
    except Refused as error:
        if error.account_wide:
            _unsent(held, services)
            raise
        _fail(held, error.sentence, services)
    else:
        _answered(held, rendition_id, services)


def _intend(held: Rendition, services: Services) -> bool:
    """Written down before the POST; False where it is not to be sent any more."""
    with services.uow("rendition.intent") as tx:
        now = tx.renditions.get(held.id, lock=True)
        if now is None or now.state is not RenditionState.WAITING or now.posted_at != held.posted_at:
            return False
        tx.renditions.note(held.id, posted_at=services.clock())
        tx.commit()
    return True


def _unsent(held: Rendition, services: Services) -> None:
    """It surely made nothing: it is sent again, and not looked for."""
    with services.uow("rendition.unsent") as tx:
        now = tx.renditions.get(held.id, lock=True)
        if now and now.state is RenditionState.WAITING:
            tx.renditions.note(held.id, posted_at=held.posted_at)
        tx.commit()


def _answered(held: Rendition, rendition_id: str, services: Services) -> None:
    with services.uow("rendition.answer") as tx:
        now = tx.renditions.get(held.id, lock=True)
        if now and now.state is RenditionState.WAITING:
            at = services.clock()
            tx.renditions.move(
                held.id, RenditionState.PREPARING, now=at, rendition_id=rendition_id, reason=None
            )
        elif now and now.rendition_id is None:
            tx.renditions.note(held.id, rendition_id=rendition_id)
            carry_later(tx, held.id)
        tx.commit()


def _settle(held: Rendition, services: Services) -> None:
    """What Mux has made of it, where its event was lost."""
    asset = asset_of(held, services)
    mine = named(files(asset), id=held.rendition_id, passthrough=str(held.id)) if asset else None
    if asset is None or mine is None:
        _fail(held, NO_FILE if asset else NO_ASSET, services)
        return
    with services.uow("rendition.seen") as tx:
        known = tx.assets.fold(asset, at=services.clock())
        publishing.amend(tx, known, services=services)
        now = tx.renditions.get(held.id, lock=True)
        if now:
            became(tx, now, mine, services=services)
        tx.commit()


def became(tx: Tx, held: Rendition, file: Mapping[str, Any], *, services: Services) -> None:
    """Let the record follow what Mux says of the file; it is locked."""
    then = OF_MUX.get(str(file.get("status")))
    if held.state is not RenditionState.PREPARING or then is None:
        return
    now = services.clock()
    told = "; ".join(str(one) for one in (file.get("error") or {}).get("messages") or ())
    reasons = {RenditionState.SKIPPED: TOO_LARGE, RenditionState.FAILED: told or MUX_FAILED}
    tx.renditions.move(held.id, then, now=now, reason=reasons.get(then), used_at=now)
    if then in reasons:
        carry_later(tx, held.id)  # what came to nothing keeps nobody from trying again


def _fail(held: Rendition, reason: str, services: Services) -> None:
    with services.uow("rendition.failed") as tx:
        now = tx.renditions.get(held.id, lock=True)
        if now and now.state in ON_ITS_WAY:
            at = services.clock()
            tx.renditions.move(held.id, RenditionState.FAILED, now=at, reason=reason, rendition_id=None)
            tx.audit(SYSTEM, "fail to make MP4", f"lesson {held.lesson_id}", after={"reason": reason})
        tx.commit()


STEPS: dict[RenditionState, Callable[[Rendition, Services], None]] = {
    RenditionState.WAITING: _send,
    RenditionState.PREPARING: _settle,
    RenditionState.SKIPPED: tidy,
    RenditionState.FAILED: tidy,
    RenditionState.DELETING: delete,
}
