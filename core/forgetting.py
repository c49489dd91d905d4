"""Forgetting: once a day, what nobody needs any more is deleted, a little at a time. The audit stays."""

from datetime import datetime, timedelta

from core.ports import Services
from core.upkeep import Old

AT_ONCE = 5000
"""Rows deleted in one transaction, so that nobody waits for it."""


def forget(*, services: Services) -> int:
    """Delete old events, the history of batches that are long over, old viewings, players' troubles,
    captions, uploads, curves and views that failed; returns how many rows.

    What exactly-once, a rollback and playing need (intents, items, switches, the upload that a lesson plays,
    events of what is on its way) stays.
    """
    now, settings = services.clock(), services.settings
    keep_d = dict.fromkeys(Old, settings.keep_history_d) | {Old.EVENTS: settings.keep_events_d}
    return sum(_all(old, now - timedelta(days=days), services) for old, days in keep_d.items())


def _all(old: Old, before: datetime, services: Services) -> int:
    total, done = 0, AT_ONCE
    while done == AT_ONCE:
        with services.uow("forget") as tx:
            done = tx.upkeep.forget(old, before=before, limit=AT_ONCE)
            tx.commit()
        total += done
    return total
