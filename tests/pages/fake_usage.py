"""What was used, in memory, for the pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from core.billed import BilledColumn
from core.figures import Freshness
from core.usage import Month, Usage
from core.usage_records import LeftOut, UsageDay


@dataclass(slots=True)
class FakeUsage:
    """What a test says of months and days; nothing follows from anything."""

    months: dict[Month, Sequence[Usage]] = field(default_factory=dict)
    days: dict[Month, Mapping[date, Sequence[Usage]]] = field(default_factory=dict)
    missing: list[date] = field(default_factory=list)
    refused: dict[date, str] = field(default_factory=dict)
    fresh: Freshness = field(default_factory=Freshness)
    out: LeftOut = field(default_factory=LeftOut)
    read: dict[date, UsageDay] = field(default_factory=dict)
    bills: dict[date, Sequence[BilledColumn]] = field(default_factory=dict)

    def month_usage(self, month: Month, *, until: datetime) -> Sequence[Usage]:
        return self.months.get(month, ())

    def by_day(self, month: Month, *, until: datetime) -> Mapping[date, Sequence[Usage]]:
        return self.days.get(month, {})

    def left_out(self, month: Month, *, until: datetime) -> LeftOut:
        return self.out

    def holes(self, first: date, last: date, *, until: datetime) -> Sequence[date]:
        return [day for day in self.missing if first <= day <= last]

    def refusals(self, first: date, last: date) -> Mapping[date, str]:
        return {day: why for day, why in self.refused.items() if first <= day <= last}

    def read_days(self, *, since: date) -> Mapping[date, UsageDay]:
        return {day: one for day, one in self.read.items() if day >= since}

    def freshness(self) -> Freshness:
        return self.fresh

    def billed(self, first: date, last: date) -> dict[date, Sequence[BilledColumn]]:
        return {day: found for day, found in self.bills.items() if first <= day <= last}
