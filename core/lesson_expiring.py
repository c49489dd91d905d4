"""Expiring: the copy at Mux of an earlier version is deleted when its time is over and nothing plays it.

What is to go is written down first, with the job that deletes it (`discarding`): a kill costs time alone.
"""

from core.access import SYSTEM
from core.asset import Asset, AssetStatus
from core.lesson_former import Former, in_s3
from core.lesson_keeping import is_ours
from core.lesson_replacing import is_original
from core.ports import Services, Tx
from core.stepping import let_go


def expire(*, services: Services) -> int:
    """Let go of earlier versions whose time is over; returns how many."""
    with services.uow("former.look.read") as tx:
        over = tx.lessons.expired_formers(before=services.clock())
    return sum(_expire(lesson_id, what, services) for lesson_id, what in over)


def _expire(lesson_id: str, what: str, services: Services) -> bool:
    with services.uow("former.expire") as tx:
        asset = tx.assets.lock(what)  # first, as whoever has a row name it does
        former = tx.lessons.former(lesson_id, what)
        if former is None or former.expires_at is None or former.expires_at > services.clock():
            return False
        tx.lessons.forget_former(lesson_id, what)
        _keep_file(tx, former, services)
        if asset is not None and _may_go(tx, asset):
            let_go(tx, asset.id, by=SYSTEM)
        tx.commit()
    return True


def _keep_file(tx: Tx, former: Former, services: Services) -> None:
    """What it was made of lies in S3, and costs nothing there: that stays a version without a copy, as long
    as there is the lesson."""
    if tx.host.read("lessons", former.lesson_id) is not None and is_original(tx, former, services=services):
        tx.lessons.keep_former(in_s3(former))


def _may_go(tx: Tx, asset: Asset) -> bool:
    """Nothing plays it, nothing is about to, no other lesson may go back to it, and we made it."""
    if asset.status is AssetStatus.DELETED or not is_ours(tx, asset):
        return False
    in_use = tx.lessons.rows_on(asset.id) or tx.batches.alive_on(asset.id)
    return not in_use and not tx.lessons.is_kept_former(asset.id)
