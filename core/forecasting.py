"""Forecasting: the twelve months after this one, as usage and as bills."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from core.access import Action, Person, check
from core.bill import Bill
from core.card_choice import in_use
from core.cost import bill
from core.migration import Options
from core.month_forecast import WINDOW_D
from core.months_ahead import MonthUsage, months_ahead
from core.planning import plan
from core.ports import Services, Tx
from core.present_usage import Present, present
from core.price_card import PriceCard
from core.pricing import every_card
from core.selection import Choice, Filter, Standing
from core.usage import Month, Usage
from core.usage_delivery import newest
from core.what_if import Left, with_card
from core.year_ahead import YearAhead, year_ahead

MONTHS = 12
REST = Choice(filter=Filter(standing=Standing.READY))
GB = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class YearCosts:
    """The twelve months after this one; `low` and `high` as far off as forecasting was when it was tried."""

    made_at: datetime
    now: Present
    months: Sequence[MonthUsage]
    low: Sequence[MonthUsage]
    high: Sequence[MonthUsage]
    delivered: YearAhead | None
    uploaded: YearAhead | None
    left: Left
    cards: Mapping[Month, Sequence[PriceCard]]
    """Those in use, by month."""
    others: Sequence[PriceCard]
    """All that there are."""
    holes: int
    """Days of the past whose deliveries are not known."""

    @property
    def has_range(self) -> bool:
        """Whether forecasting was tried; where it was not, nobody knows how far off it is."""
        return any(one is not None and one.trials for one in (self.delivered, self.uploaded))

    def price(self, month: MonthUsage, card: PriceCard | None = None) -> Bill:
        """The bill of one of these months, or of what would be in its place. Raises `UnknownPrice`."""
        return bill(month.usages, with_card(self.cards[month.month], card), month=month.month)

    def usd(self, months: Sequence[MonthUsage]) -> Sequence[Decimal]:
        """What each of them costs, exact."""
        return [self.price(one).total_usd for one in months]


def year(*, by: Person, services: Services) -> YearCosts | None:
    """None where nothing is used, and nothing could move. Raises `NotAllowed`, `UnknownPrice`."""
    check(by, Action.SEE_COSTS)
    at = services.clock()
    months = following(Month.of(at.date()))
    with services.uow("forecast.read") as tx:
        others, plans = every_card(tx, services), tx.prices.plans()
        cards = {month: in_use(others, plans, month) for month in months}
        now = used_now(at, tx=tx)
        delivered_by_day, uploaded_by_day = tx.past.delivered(), tx.past.uploaded()
        holes = _holes(delivered_by_day, now.last, at, tx)
    left = what_is_left(services=services)
    if now.is_empty and not left.minutes:
        return None
    delivered = _ahead(delivered_by_day, now.last, months, holes, services)
    uploaded = _ahead(uploaded_by_day, at.date() - timedelta(days=1), months, (), services)
    expected, low, high = (
        months_ahead(now, months, delivered=delivered, uploaded=uploaded, off=off) for off in (0, -1, 1)
    )
    return YearCosts(
        made_at=at,
        now=now,
        months=expected,
        low=low,
        high=high,
        delivered=delivered,
        uploaded=uploaded,
        left=left,
        cards=cards,
        others=others,
        holes=len(holes),
    )


def used_now(at: datetime, *, tx: Tx) -> Present:
    """What is used at present, by the last 28 days that Mux has told of."""
    last = tx.usage.freshness().final_to or newest(at).date() - timedelta(days=1)
    window = [last - timedelta(days=back) for back in reversed(range(WINDOW_D))]
    used: dict[date, Sequence[Usage]] = {}
    for month in dict.fromkeys(Month.of(day) for day in (*window, at.date())):
        used |= tx.usage.by_day(month, until=at)
    return present(
        used,
        window=window,
        videos=tx.past.stored(at),
        at=at,
        holes=tx.usage.holes(window[0], last, until=at),
        moved_gb=Decimal(tx.past.moved_bytes(window[0], last)) / GB,
    )


def following(month: Month) -> list[Month]:
    """The twelve months after this one."""
    found = [month.after]
    while len(found) < MONTHS:
        found.append(found[-1].after)
    return found


def what_is_left(*, services: Services) -> Left:
    """What plays from S3 and could move."""
    totals = plan(REST, Options(), services=services).totals
    minutes = Decimal(str(totals.duration_s)) / 60
    return Left(minutes=minutes, gb=Decimal(totals.size_bytes) / GB)


def _holes(by_day: Mapping[date, float], last: date, at: datetime, tx: Tx) -> Collection[date]:
    first = min(by_day, default=None)
    return tx.usage.holes(first, last, until=at) if first and first <= last else ()


def _ahead(
    by_day: Mapping[date, float],
    last: date,
    months: Sequence[Month],
    holes: Collection[date],
    services: Services,
) -> YearAhead | None:
    if not by_day or min(by_day) > last:
        return None
    return year_ahead(
        by_day,
        first=min(by_day),
        last=last,
        holes=holes,
        months=months,
        forecaster=services.forecaster,
    )
