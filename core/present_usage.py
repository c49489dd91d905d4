"""What is used at present: what is kept, and what flows in a day, as the last days had it.

Pure.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from core.month_forecast import BESIDES, STORED
from core.usage import HOUR_S, Month, Sku, Usage, What, summed

ONCE = frozenset({What.INPUT, What.RENDITION_INPUT})
"""Paid when something is made, so that nothing of it comes again by itself."""

NONE = Decimal(0)
Quantities = Mapping[Sku, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """What is used now: `stored` is kept, in units that a whole month of it counts; `per_day` flows."""

    last: date
    """The last day of which all is known."""
    stored: Quantities
    per_day: Quantities

    @property
    def is_empty(self) -> bool:
        """Nothing is used."""
        return not self.stored and not self.per_day

    @property
    def video_minutes(self) -> Decimal:
        """Kept at Mux, of all qualities and tiers."""
        return sum((minutes for sku, minutes in self.stored.items() if sku.what is What.STORAGE), NONE)


def present(
    used: Mapping[date, Sequence[Usage]],
    *,
    window: Sequence[date],
    videos: Quantities,
    at: datetime,
    holes: Collection[date] = (),
    moved_gb: Decimal = NONE,
) -> Present:
    """What flows, from the days of the window, oldest first, but those with a hole; `videos` that are kept at
    Mux, in minutes; what else is stored, as the last day that is over and was used kept it, or today where
    nothing was stored then. `moved_gb` left S3 within the window for Mux, once.

    A day's storage is no measure of what is kept: of basic quality it has the rest of a month for each video
    that was deleted."""
    known = [day for day in window if day not in holes]
    flows = summed(
        (one.sku, one.quantity / len(known))
        for day in known
        for one in used.get(day, ())
        if one.sku.what not in STORED | ONCE
    )
    moved = Sku(what=What.S3_EGRESS)
    if moved in flows:
        flows[moved] = max(NONE, flows[moved] - moved_gb / len(known))
    return Present(last=window[-1], stored={**_besides(used, at), **videos}, per_day=flows)


def _besides(used: Mapping[date, Sequence[Usage]], at: datetime) -> dict[Sku, Decimal]:
    """What is stored but videos, in units that a whole month counts."""
    today = at.date()
    latest = max((day for day in used if day < today), default=today)
    last = next((day for day in (latest, today) if _stores(used.get(day, ()))), None)
    if last is None:
        return {}
    over = part_over(last, at) / Month.of(last).last.day
    return summed((one.sku, one.quantity / over) for one in used[last] if one.sku.what in BESIDES)


def part_over(day: date, at: datetime) -> Decimal:
    """How much of the day is over, 0 to 1.

    >>> str(part_over(date(2026, 2, 1), datetime(2026, 2, 1, 6, tzinfo=UTC)))
    '0.25'
    """
    seconds = (at - datetime.combine(day, time.min, UTC)).total_seconds()
    return min(Decimal(1), Decimal(str(seconds)) / (24 * HOUR_S))


def _stores(usages: Sequence[Usage]) -> bool:
    return any(one.sku.what in BESIDES for one in usages)
