"""Months to come as usage: what is used now, with what is watched and uploaded carried on.

Pure. What is stored now stays, and each uploaded minute adds to it in the present proportions of quality,
resolution and coldness; what is delivered keeps its proportions too. S3 and MP4s stay as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from core.present_usage import NONE, Present, Quantities
from core.usage import Basis, Month, Sku, StorageClass, Usage, What, quantities, summed
from core.year_ahead import YearAhead


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthUsage:
    """What a month uses, or would."""

    month: Month
    usages: Sequence[Usage]


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
    coming, made = now.video_minutes, list[MonthUsage]()
    before = _since(uploaded, months[0].before, off)  # what still comes this month is in no month ahead
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
    whole = quantities(plain.usages)
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
