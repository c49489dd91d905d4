"""Taking in what the platform itself knows of who watched what, a slice of rows at a time.

A slice is one transaction with the figures that follow from it: killed anywhere, the next run goes on, and
nothing counts twice.
"""

from datetime import datetime

from core.joining import join
from core.own_progress import OVERLAP, Taken
from core.period import day_of
from core.ports import Services


def take_own(*, services: Services) -> int:
    """Take in all rows that were written since the last run; returns how many days of lessons grew."""
    after, grew = _start(services), 0
    while True:
        taken = _take(after, services)
        grew += len(taken.grew)
        if taken.up_to is None:
            return grew
        after = taken.up_to


def _start(services: Services) -> datetime | None:
    """A row may be dated later than now, where clocks differ: others still come before it."""
    with services.uow("figures.own.read") as tx:
        known = tx.figures.own_up_to()
    return min(known, services.clock()) - OVERLAP if known else None


def _take(after: datetime | None, services: Services) -> Taken:
    zone = services.settings.school_timezone
    with services.uow("figures.own") as tx:
        tx.figures.hold_own()
        today = day_of(services.clock(), zone)
        taken = tx.figures.take_own(after=after, today=today, zone=zone)
        join(taken.grew, tx=tx)
        if taken.up_to:
            tx.figures.note_own(taken.up_to)
            tx.commit()
    return taken
