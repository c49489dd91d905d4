"""Comparing what Mux bills with what Lectern counts, day by day of a month."""

from collections.abc import Sequence

from core.access import Action, Person, check
from core.billed_day import BilledDay, compare
from core.ports import Services
from core.usage import Month


def compare_billed(month: Month, *, by: Person, services: Services) -> Sequence[BilledDay]:
    """Days of the month whose export was taken in, in order."""
    check(by, Action.SEE_COSTS)
    until = services.clock()
    with services.uow("billed.compare.read") as tx:
        billed = tx.usage.billed(month.first, month.last)
        if not billed:
            return []
        ours = tx.usage.by_day(month, until=until)
        holes = tx.usage.holes(month.first, month.last, until=until)
        left_out = tx.usage.left_out(month, until=until).assets
    return [
        compare(day, columns, ours.get(day, ()), is_hole=day in holes, left_out=left_out)
        for day, columns in billed.items()
    ]
