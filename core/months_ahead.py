"""Months to come as usage: what is used now, with what is watched and uploaded carried on.

Pure. What is stored now stays, and each uploaded minute adds to it in the present proportions of quality,
resolution and coldness; what is delivered keeps its proportions too. S3 and MP4s stay as they are.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from core.usage import HOUR_S, Basis, Month, Sku, StorageClass, Usage, What
from core.year_ahead import YearAhead

WINDOW_D = 28
STORED = frozenset({What.STORAGE, What.RENDITION_STORAGE, What.S3_STORAGE})
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
    days: int
    """Of the last 28, from which `per_day` is the mean."""

    @property
    def is_empty(self) -> bool:
        """Nothing is used."""
        return not self.stored and not self.per_day

    def minutes(self, what: What) -> Decimal:
        """Of all qualities and tiers: stored, or in a day."""
        found = self.stored if what in STORED else self.per_day
        return sum((quantity for sku, quantity in found.items() if sku.what is what), NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthUsage:
    """What a month uses, or would."""

    month: Month
    usages: Sequence[Usage]

    def of(self, what: What) -> Decimal:
        """Of all qualities and tiers."""
        return sum((one.quantity for one in self.usages if one.sku.what is what), NONE)


def present(
    used: Mapping[date, Sequence[Usage]],
    *,
    window: Sequence[date],
    at: datetime,
    holes: Collection[date] = (),
    moved_gb: Decimal = NONE,
) -> Present:
    """What flows, from the days of the window, oldest first, but those with a hole; what is stored, as the
    last day that is over kept it, or today where nothing was stored before. `moved_gb` left S3 within the
    window for Mux, once."""
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
    return Present(last=window[-1], stored=_stored(used, at), per_day=flows, days=len(known))


def _stored(used: Mapping[date, Sequence[Usage]], at: datetime) -> dict[Sku, Decimal]:
    """In units that a whole month counts."""
    today = at.date()
    days = sorted(
        (day for day in used if day <= today and _stores(used[day])), key=lambda day: (day < today, day)
    )
    if not days:
        return {}
    over = part_over(days[-1], at) / Month.of(days[-1]).last.day
    return summed((one.sku, one.quantity / over) for one in used[days[-1]] if one.sku.what in STORED)


def part_over(day: date, at: datetime) -> Decimal:
    """How much of the day is over, 0 to 1.

    >>> str(part_over(date(2026, 2, 1), datetime(2026, 2, 1, 6, tzinfo=UTC)))
    '0.25'
    """
    seconds = (at - datetime.combine(day, time.min, UTC)).total_seconds()
    return min(Decimal(1), Decimal(str(seconds)) / (24 * HOUR_S))


def _stores(usages: Sequence[Usage]) -> bool:
    return any(one.sku.what in STORED for one in usages)


def month_now(now: Present, month: Month) -> MonthUsage:
    """A month in which all stays as it is."""
    return month_of(month, {**now.stored, **{sku: day * month.last.day for sku, day in now.per_day.items()}})


def months_ahead(
    now: Present,
    months: Sequence[Month],
    *,
    delivered: YearAhead | None,
    uploaded: YearAhead | None,
    off: int = 0,
) -> list[MonthUsage]:
    """Each of the months; with `off` 1 or -1, as much more or less is watched and uploaded a day as
    forecasting was off when it was tried."""
    coming, before, made = now.minutes(What.STORAGE), NONE, []
    for month in months:
        after = _since(uploaded, month, off)
        minutes = {What.STORAGE: coming + (before + after) / 2, What.INPUT: after - before}
        if delivered:
            minutes[What.DELIVERY] = _whole(
                delivered.minutes(month.first, month.last, off=_off(delivered, off))
            )
        made.append(_filled(month_now(now, month), minutes))
        before = after
    return made


def _since(uploaded: YearAhead | None, month: Month, off: int) -> Decimal:
    """What is uploaded from now to the end of the month."""
    if uploaded is None:
        return NONE
    first = uploaded.last + timedelta(days=1)
    return _whole(uploaded.minutes(first, month.last, off=_off(uploaded, off)))


def _off(ahead: YearAhead, off: int) -> float:
    return off * (ahead.missed or 0.0)


def _whole(minutes: float) -> Decimal:
    return Decimal(round(minutes))


def _filled(plain: MonthUsage, minutes: Mapping[What, Decimal]) -> MonthUsage:
    """The month with these sums of minutes, each in the proportions that it has now."""
    whole = summed((one.sku, one.quantity) for one in plain.usages)
    for what, wanted in minutes.items():
        now = {sku: quantity for sku, quantity in whole.items() if sku.what is what}
        parts = now or _like_stored(whole, what)
        whole = {**whole, **shared(wanted, parts)}
    return month_of(plain.month, whole)


def _like_stored(whole: Quantities, what: What) -> Quantities:
    """The same qualities and tiers as what is stored."""
    stored = ((sku, quantity) for sku, quantity in whole.items() if sku.what is What.STORAGE)
    return summed((replace(sku, what=what, storage=None), quantity) for sku, quantity in stored)


def shared(wanted: Decimal, parts: Quantities) -> dict[Sku, Decimal]:
    """So much in these proportions; nothing where there are none."""
    whole = sum(parts.values(), NONE)
    return {sku: wanted * part / whole for sku, part in parts.items()} if whole else {}


def summed(found: Iterable[tuple[Sku, Decimal]]) -> dict[Sku, Decimal]:
    """Each thing once."""
    whole: dict[Sku, Decimal] = {}
    for sku, quantity in found:
        whole[sku] = whole.get(sku, NONE) + quantity
    return whole


def month_of(month: Month, whole: Quantities) -> MonthUsage:
    """A whole month of these."""
    usages = [
        Usage(sku=sku, quantity=quantity, first=month.first, last=month.last, basis=Basis.ASSUMED)
        for sku, quantity in whole.items()
        if quantity
    ]
    return MonthUsage(month=month, usages=usages)


def coldness(now: Quantities) -> dict[StorageClass | None, Decimal]:
    """How much of what is stored lies in each class, 0 to 1; all of it standard where nothing is stored."""
    found: dict[StorageClass | None, Decimal] = {}
    for sku, quantity in now.items():
        if sku.what is What.STORAGE:
            found[sku.storage] = found.get(sku.storage, NONE) + quantity
    whole = sum(found.values(), NONE)
    return (
        {kind: part / whole for kind, part in found.items()} if whole else {StorageClass.STANDARD: Decimal(1)}
    )
