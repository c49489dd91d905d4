"""Finding: the assets of POSTs that were never answered, before anything is sent again."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from core.absorbing import absorb
from core.asset import Asset, AssetStatus
from core.batch import RESEND, ItemState
from core.migration import Trouble
from core.ports import Services, Tx
from core.records import Intent, Job
from core.stepping import fail, requeue
from core.work import Work

CLOCK_SLACK = timedelta(minutes=5)
"""How far our clock and Mux's may differ when newest pages are searched."""

LOOKS_BEFORE_SENDING_AGAIN = 2


def find_lost(*, services: Services) -> int:
    """Search Mux for the assets of POSTs that were never answered; returns how many were settled.

    Events first, then the newest pages. Two searches a grace period apart find nothing → the same intent
    is sent again under the same passthrough.
    """
    due = _due(services)
    if not due:
        return 0
    oldest_at = min(intent.created_at for intent in due) - CLOCK_SLACK
    wanted = {str(intent.id) for intent in due}
    found = (asset for page in pages_back_to(oldest_at, services) for asset in page)
    sights = {asset.passthrough: asset for asset in found if asset.passthrough in wanted}
    for intent in due:
        _settle_lost(intent, sights.get(str(intent.id)), services)
    return len(due)


def _due(services: Services) -> list[Intent]:
    """Lost intents whose next look has come; the job is enqueued again for the others."""
    now, grace = services.clock(), timedelta(seconds=services.settings.lost_grace_s)
    with services.uow("find.due") as tx:
        lost = [intent for intent in tx.intents.all_lost() if intent.lost_at]
        later = [i for i in lost if i.lost_at and i.lost_at + grace * (i.looks + 1) > now]
        if lost:
            tx.enqueue(Job.FIND_LOST, key="find_lost", at=now + max(grace / 2, timedelta(seconds=0.2)))
        tx.commit()
    waiting = {intent.id for intent in later}
    return [intent for intent in lost if intent.id not in waiting]


def pages_back_to(moment: datetime, services: Services) -> Iterator[Sequence[Asset]]:
    """Newest assets page by page; stops after a page on which every asset is older than `moment`.

    No order within a page is assumed.
    """
    cursor: str | None = None
    while True:
        page = services.mux.newest_assets(cursor=cursor)
        yield page.assets
        all_older = all(asset.created_at and asset.created_at < moment for asset in page.assets)
        cursor = page.next_cursor
        if all_older or cursor is None:
            return


def _settle_lost(intent: Intent, sight: Asset | None, services: Services) -> None:
    with services.uow("find.settle") as tx:
        work = tx.batches.work(intent.item_id, lock=True)  # item before intent, as every step locks
        asset = _alive(tx, intent, sight)
        if asset:
            verify_later(tx, absorb(tx, asset, services=services))
        elif _is_as_it_was(tx, intent) and tx.intents.looked(intent.id).looks >= LOOKS_BEFORE_SENDING_AGAIN:
            _send_again(tx, work, intent, services)
        tx.commit()


def _alive(tx: Tx, intent: Intent, sight: Asset | None) -> Asset | None:
    """What was seen or announced under the intent and was not deleted since."""
    for asset in filter(None, [sight, *tx.events.created_under(str(intent.id))]):
        known = tx.assets.get(asset.id)
        if known is None or known.status is not AssetStatus.DELETED:
            return asset
    return None


def _is_as_it_was(tx: Tx, seen: Intent) -> bool:
    """Whether nothing came while Mux was searched: no answer, and no other search for the same intent."""
    current = tx.intents.get(seen.id, lock=True)
    if current is None or not current.is_open:
        return False
    return (current.lost_at, current.looks) == (seen.lost_at, seen.looks)


def _send_again(tx: Tx, work: Work | None, intent: Intent, services: Services) -> None:
    tx.intents.absent(intent.id)
    if work is None or work.item.state is not ItemState.INGESTING:
        return
    delay_s = RESEND.delay_s(intent.losses, jitter=random.random())
    if delay_s is None:
        reason = f"Mux was asked {intent.losses} times, never confirmed it, and has no such asset."
        fail(tx, work, Trouble.MUX_SILENT, reason)
    else:
        reason = "Mux never made the asset; it is asked for again."
        requeue(tx, work, delay_s=delay_s, reason=reason, services=services)


def verify_later(tx: Tx, item_id: UUID | None) -> bool:
    """Enqueue the verification of an item that just became ready; False where there is none."""
    if item_id is None:
        return False
    tx.enqueue(Job.VERIFY, item_id=str(item_id))
    return True
