"""Completing: facts that waited for columns of the school's tables are written when these have come."""

import logging
from collections.abc import Sequence

from core import publishing
from core.access import SYSTEM
from core.batch import ItemState
from core.errors import AppError
from core.found import Waiting
from core.ports import Services, Tx
from core.upload_publishing import note_written
from core.work import Move, Work

log = logging.getLogger(__name__)

TOGETHER = 50
"""Rows written late in one transaction."""

MOVED_ON = "Left as it is, because it names another video since the scan: {}."


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
        reasons: dict[object, str] = {}
        for row in rows:
            mine = [work for work in works if work.item.id in row.item_ids]
            if not _write(tx, row, mine, services):
                name = f"{row.table} {row.row_id}"
                reasons |= {work.item.id: MOVED_ON.format(name) for work in mine}
        for work in works:
            if work.item.state is ItemState.AWAITING_SCHEMA and not tx.host.awaits(work.item.id):
                tx.batches.move(work.item.id, ItemState.DONE, reason=reasons.get(work.item.id))
        for upload_id in set(ids) - {work.item.id for work in works}:
            note_written(tx, upload_id)
        tx.commit()


def _write(tx: Tx, row: Waiting, works: Sequence[Work], services: Services) -> bool:
    """Write what waits for the row; False, and it is forgotten, when the row names another video by now."""
    name = f"{row.table} {row.row_id}"
    sources = [work.source for work in works if isinstance(work, Move)]
    if (
        sources
        and len(sources) == len(works)
        and not any(publishing.still_names(tx, row.table, row.row_id, source, services) for source in sources)
    ):
        dropped = tx.host.let_go(row)
        tx.audit(SYSTEM, "forget late facts", name, before=dropped)
        return False
    if settled := tx.host.settle(row):
        tx.audit(SYSTEM, "write late facts", name, before=settled.before, after=settled.after)
    return True
