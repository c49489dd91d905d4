"""What was used day by day, and by which lessons, in memory: five days of January beside December."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from core.cost_shares import CostLesson, Quantity
from core.figures import Freshness
from core.library import LibraryFilter, Reader
from core.month_costs import GROUPS, Group
from core.usage import Basis, Month, Sku, StorageClass, Usage, What
from core.usage_records import UsageDay
from tests.fakes import EPOCH
from tests.pages.fake_library import FakeLibrary, Shelf
from tests.pages.fake_usage import FakeUsage

STORED = Sku(what=What.STORAGE, quality="plus", tier="1080p", storage=StorageClass.STANDARD)
DELIVERED = Sku(what=What.DELIVERY, quality="plus", tier="1080p")
MADE = Sku(what=What.INPUT, quality="plus", tier="1080p")
IN_S3 = Sku(what=What.S3_STORAGE, storage=StorageClass.STANDARD)
JANUARY = Month(2026, 1)
PARTS = {"1": Decimal("0.5"), "2": Decimal("0.25"), "gone": Decimal("0.15"), "": Decimal("0.1")}
"""Of all that is at Mux, by lesson; "gone" is none of the school's any more, "" is what no lesson plays."""


@dataclass(slots=True)
class FakeDays(FakeUsage):
    """Months follow from days."""

    by: dict[date, dict[Sku, Decimal]] = field(default_factory=dict)

    def add(self, day: date, sku: Sku, quantity: int) -> None:
        self.by.setdefault(day, {})[sku] = Decimal(quantity)

    def month_usage(self, month: Month, *, until: datetime) -> Sequence[Usage]:
        found: defaultdict[Sku, Decimal] = defaultdict(Decimal)
        for used in self.by_day(month, until=until).values():
            for one in used:
                found[one.sku] += one.quantity
        last = min(until.date(), month.last)
        return [_usage(sku, quantity, month.first, last) for sku, quantity in found.items()]

    def by_day(self, month: Month, *, until: datetime) -> Mapping[date, Sequence[Usage]]:
        days = (day for day in month.days() if day in self.by and _begins(day) < until)
        return {day: [_usage(sku, one, day, day) for sku, one in self.by[day].items()] for day in days}


def some_usage() -> FakeDays:
    """Each day 1,000 minute-months and 4 GB-months; 40,000 minutes delivered a day in January, 10,000 in
    December, up to the 4th; 400 minutes brought in on the 2nd."""
    found = FakeDays(fresh=Freshness(read_at=EPOCH, tried_at=EPOCH, final_to=date(2026, 1, 3)))
    today = EPOCH.date()
    for back in range(36):
        day = today - timedelta(days=back)
        found.add(day, STORED, 1000)
        found.add(day, IN_S3, 4)
        if back:
            found.add(day, DELIVERED, 40_000 if day >= JANUARY.first else 10_000)
            found.read[day] = UsageDay(
                tried_at=EPOCH, read_at=EPOCH, covers_to=_begins(day + timedelta(days=1))
            )
    found.add(date(2026, 1, 2), MADE, 400)
    return found


class FakeCostShares:
    def __init__(self, usage: FakeUsage, shelf: Shelf) -> None:
        self.usage, self.shelf = usage, shelf

    def by_lesson(
        self, month: Month, *, until: datetime, prices: Mapping[Sku, Decimal]
    ) -> Mapping[str, Mapping[Group, Decimal]]:
        found: dict[str, dict[Group, Decimal]] = {}
        for lesson_id in PARTS:
            for one in self.quantities([lesson_id], month, until=until):
                if usd := one.quantity * prices[one.sku]:
                    groups = found.setdefault(lesson_id, {})
                    group = GROUPS[one.sku.what]
                    groups[group] = groups.get(group, Decimal(0)) + usd
        return found

    def quantities(self, lessons: Sequence[str], month: Month, *, until: datetime) -> Sequence[Quantity]:
        part = sum((PARTS[one] for one in lessons if one in PARTS), Decimal(0))
        used = [one for one in self.usage.month_usage(month, until=until) if one.sku != IN_S3]
        return [Quantity(sku=one.sku, quantity=one.quantity * part) for one in used] if part else []

    def lessons(self, reader: Reader) -> Sequence[CostLesson]:
        return [
            CostLesson(
                lesson_id=line.lesson_id,
                title=line.title,
                course_id=line.course or "",
                course=line.course or "",
                teacher_id=line.owner or "",
                teacher=line.owner or "",
            )
            for line in FakeLibrary(self.shelf).matching(LibraryFilter(), reader)
        ]


def _usage(sku: Sku, quantity: Decimal, first: date, last: date) -> Usage:
    basis = Basis.MEASURED if sku.what is What.DELIVERY else Basis.DERIVED
    return Usage(sku=sku, quantity=quantity, first=first, last=last, basis=basis)


def _begins(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
