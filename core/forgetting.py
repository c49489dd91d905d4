"""Forgetting: once a day, what nobody needs any more is deleted, a little at a time. The audit stays."""

from collections.abc import Callable
from datetime import timedelta

from core.ports import Services, Tx

AT_ONCE = 5000
"""Rows deleted in one transaction, so that nobody waits for it."""


def forget(*, services: Services) -> int:
    """Delete old events and the history of batches that are long over; returns how many rows.

    What exactly-once and a rollback need (intents, items, switches, events of what is on its way) stays.
    """
    now, settings = services.clock(), services.settings
    events_before = now - timedelta(days=settings.keep_events_d)
    history_before = now - timedelta(days=settings.keep_history_d)
    return _all(lambda tx: tx.upkeep.forget_events(before=events_before, limit=AT_ONCE), services) + _all(
        lambda tx: tx.upkeep.forget_history(before=history_before, limit=AT_ONCE), services
    )


def _all(delete_some: Callable[[Tx], int], services: Services) -> int:
    total, done = 0, AT_ONCE
    while done == AT_ONCE:
        with services.uow("forget") as tx:
            done = delete_some(tx)
            tx.commit()
        total += done
    return total
