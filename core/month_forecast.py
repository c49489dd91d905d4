"""What the days to come of a month are likely to add: simple, and said in words.

Pure. What is stored now stays as it is. What flows (delivery, input, MP4s, what leaves S3) comes each day as
it did on that weekday in the last four weeks. The range is how much those days varied: eight months in ten
should end within it, if all that flows varies together. Nothing is smoothed, and no trend is drawn.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from core.bill import Bill
from core.usage import Basis, Month, Sku, Usage, What, quantities

WINDOW_D = 28
LEAST_D = 7
"""Of fewer days nothing is foretold."""

EIGHT_IN_TEN = Decimal("1.28")
"""So many standard deviations to each side hold eight values in ten."""

STORED = frozenset({What.STORAGE, What.RENDITION_STORAGE, What.S3_STORAGE})
"""What is counted by how long it is kept; everything else flows."""

BESIDES = STORED - {What.STORAGE}
"""What is stored beside videos: files."""

ByDay = Mapping[date, Sequence[Usage]]
Price = Callable[[Sequence[Usage]], Bill]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What the whole month is likely to cost, and between which amounts; never less than it cost already."""

    bill: Bill
    low_usd: Decimal
    high_usd: Decimal
    days: int
    """How many days of the last four weeks it goes by."""
    rest: int
    """How many days of the month were still to come, or not told by Mux yet."""

    @property
    def usd(self) -> Decimal:
        return self.bill.total_usd


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """The days of a month from `first` on, by what was used before."""

    month: Month
    first: date
    known: Sequence[date]
    """Days of the four weeks before, of which there are figures."""
    used: ByDay
    videos: Mapping[Sku, Decimal]

    @property
    def days(self) -> list[date]:
        return [day for day in self.month.days() if day >= self.first]


def forecast(
    used: ByDay,
    *,
    videos: Mapping[Sku, Decimal],
    month: Month,
    known_to: date,
    holes: Collection[date],
    price: Price,
) -> Forecast | None:
    """The month with its rest foretold; None of too few days. `used` reaches back four weeks before the last
    day that is known as a whole; a day with a hole is left out, as nobody knows what it was like.

    `videos` are minutes that are kept now: what a day counts has also the rest of a month of basic quality
    for each video that was deleted, which comes once."""
    window = [known_to - timedelta(days=back) for back in reversed(range(WINDOW_D))]
    known = [day for day in window if day in used and day not in holes]
    if len(known) < LEAST_D:
        return None
    first = max(known_to + timedelta(days=1), month.first)
    rest = Rest(month=month, first=first, known=known, used=used, videos=videos)
    so_far = [one for day in month.days() if day < rest.first for one in used.get(day, ())]
    to_come = [one for day in rest.days for one in _day(rest, day)]
    spread = {what: _spread(rest, what) for what in {one.sku.what for one in to_come} - STORED}
    low, high = (price([*so_far, *_scaled(to_come, spread, sign)]).total_usd for sign in (-1, 1))
    seen = price([one for day in month.days() for one in used.get(day, ())]).total_usd
    return Forecast(
        bill=price([*so_far, *to_come]),
        low_usd=max(low, seen),
        high_usd=high,
        days=len(known),
        rest=len(rest.days),
    )


def _day(rest: Rest, day: date) -> list[Usage]:
    """What a day to come is likely to use; no less of anything than what is known of it already."""
    seen = quantities(rest.used.get(day, ()))
    expected = _stored(rest) | _flowing(rest, day)
    return [
        Usage(
            sku=sku,
            quantity=max(expected.get(sku, Decimal(0)), seen.get(sku, Decimal(0))),
            first=day,
            last=day,
            basis=Basis.ASSUMED,
        )
        for sku in expected | seen
    ]


def _stored(rest: Rest) -> dict[Sku, Decimal]:
    """The videos that are kept now, and what else the last day that is known kept, as a day of this month
    counts it."""
    last = rest.known[-1]
    longer = Decimal(Month.of(last).hours) / rest.month.hours
    found = quantities(rest.used[last])
    besides = {sku: quantity * longer for sku, quantity in found.items() if sku.what in BESIDES}
    return besides | {sku: minutes / rest.month.last.day for sku, minutes in rest.videos.items()}


def _flowing(rest: Rest, day: date) -> dict[Sku, Decimal]:
    alike = _alike(rest, day)
    total = quantities([one for known in alike for one in rest.used[known]])
    return {sku: quantity / len(alike) for sku, quantity in total.items() if sku.what not in STORED}


def _alike(rest: Rest, day: date) -> Sequence[date]:
    """The known days of the same weekday; all where there is none."""
    return [one for one in rest.known if one.weekday() == day.weekday()] or rest.known


def _spread(rest: Rest, what: What) -> Decimal:
    """By what share the rest may differ from what is expected of it: of the days' own distance from the mean
    of their weekday, and of how few they are."""
    of_day = {day: _total(rest.used[day], what) for day in rest.known}
    means = {day: _mean([of_day[one] for one in _alike(rest, day)]) for day in (*rest.known, *rest.days)}
    weekdays = len({day.weekday() for day in rest.known})
    free = max(1, len(rest.known) - weekdays)
    variance = sum(((of_day[day] - means[day]) ** 2 for day in rest.known), Decimal(0)) / free
    expected = sum((means[day] for day in rest.days), Decimal(0))
    count = Decimal(len(rest.days))
    deviation = (variance * (count + count * count / len(rest.known))).sqrt()
    return EIGHT_IN_TEN * deviation / expected if expected else Decimal(0)


def _scaled(to_come: Sequence[Usage], spread: Mapping[What, Decimal], sign: int) -> list[Usage]:
    factors = {what: max(Decimal(0), 1 + sign * share) for what, share in spread.items()}
    one = Decimal(1)
    return [replace(usage, quantity=usage.quantity * factors.get(usage.sku.what, one)) for usage in to_come]


def _total(usages: Sequence[Usage], what: What) -> Decimal:
    return sum((one.quantity for one in usages if one.sku.what is what), Decimal(0))


def _mean(values: Sequence[Decimal]) -> Decimal:
    return sum(values, Decimal(0)) / len(values)
