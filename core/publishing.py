"""Publishing: what the school's own rows say about a video, switched, put back, or written late."""

import logging
from collections.abc import Sequence

from core.access import SYSTEM
from core.asset import Asset
from core.batch import ItemState
from core.errors import AppError
from core.found import Waiting
from core.playback import host_facts
from core.ports import Services, Tx
from core.records import Switch, Work
from core.source import HostRow

log = logging.getLogger(__name__)

TOGETHER = 50
"""Rows written late in one transaction."""


def switch(tx: Tx, work: Work, asset: Asset, *, services: Services) -> bool:
    """Have every host row that points at the item's source play from Mux, keeping what stood there.

    True: columns are missing, so that some facts wait for ops to add them. A row that the host deleted
    since the scan is passed over.
    """
    waits = False
    for row in _in_lock_order(tx.sources.rows_of(work.source.id)):
        facts = host_facts(row.table, asset, services.settings.hosts)
        written = tx.host.write(row.table, row.row_id, facts)
        if written.found:
            tx.host.keep_switch(work.item.id, row, written, facts)
            tx.audit(SYSTEM, "switch to Mux", f"{row.table} {row.row_id}", before=written.before, after=facts)
        waits = waits or written.fallback_used
    return waits


def put_back(tx: Tx, work: Work) -> bool:
    """Have the item's rows say again what they said before; False as soon as one was changed since.

    Rows before that one are put back already: whoever wants all or none rolls the transaction back.
    """
    return all(_put_back(tx, kept) for kept in tx.host.switched(work.item.id))


def _put_back(tx: Tx, kept: Switch) -> bool:
    if not tx.host.put_back(kept):
        return False
    tx.audit(SYSTEM, "put back", f"{kept.table} {kept.row_id}", before=kept.after, after=kept.before)
    return True


def write_back(*, services: Services) -> int:
    """Write the facts whose columns have come; returns how many rows. Safe to run at any time.

    A row that cannot be written is logged and left for the next run, and the others go on.
    """
    done = 0
    last: Waiting | None = None
    while rows := _waiting(last, services):
        done += _settle(rows, services)
        last = rows[-1]
    return done


def _waiting(last: Waiting | None, services: Services) -> Sequence[Waiting]:
    with services.uow("write_back.read") as tx:
        return tx.host.waiting(after=last, limit=TOGETHER)


def _settle(rows: Sequence[Waiting], services: Services) -> int:
    """Together if possible, else one by one, so that one bad row does not hold up the rest."""
    try:
        _settle_together(rows, services)
    except AppError as error:
        if len(rows) > 1:
            return sum(_settle([row], services) for row in rows)
        log.warning("Facts for %s %s wait on: %s", rows[0].table, rows[0].row_id, error.sentence)
        return 0
    return len(rows)


def _settle_together(rows: Sequence[Waiting], services: Services) -> None:
    with services.uow("write_back") as tx:
        # Items before host rows: the order in which every other step locks them.
        ids = sorted({item_id for row in rows for item_id in row.item_ids})
        works = [work for item_id in ids if (work := tx.batches.work(item_id, lock=True))]
        for row in rows:
            tx.host.settle(row)
        for work in works:
            if work.item.state is ItemState.AWAITING_SCHEMA and not tx.host.awaits(work.item.id):
                tx.batches.move(work.item.id, ItemState.DONE)
        tx.commit()


def _in_lock_order(rows: Sequence[HostRow]) -> list[HostRow]:
    """Each row once, in the order in which every transaction locks them, so that none waits in a circle."""
    once = {(row.table, row.row_id): row for row in rows}
    return [once[key] for key in sorted(once)]
