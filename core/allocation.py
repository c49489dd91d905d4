"""Whose costs are whose: what lessons cost of themselves, and how what all share is laid upon them.

Pure. Every exact amount is kept to the end; `allocation_cents` makes cents of them, once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from core.bill import Bill, untraced
from core.cost_shares import CostLesson
from core.month_costs import ByGroup, Group, by_group, split
from core.phrases import GONE
from core.price_card import Vendor
from core.usage import Month, Sku


class Per(StrEnum):
    """By what costs are told apart."""

    COURSE = "course"
    TEACHER = "teacher"
    """Whoever made the lesson."""
    LESSON = "lesson"
    PROVIDER = "provider"


class SharedRule(StrEnum):
    """How what no lesson has of itself is shared."""

    PROPORTIONAL = "proportional"
    """In proportion to what each lesson costs of itself."""
    EVENLY = "evenly"
    """The same for each lesson that costs anything."""
    APART = "apart"
    """Not shared: it has lines of its own."""


class Shared(StrEnum):
    """What no lesson has of itself."""

    PLAN = "plan"
    """Fees and credit."""
    S3 = "s3"
    """What lies there and no lesson names, and what leaves it: of that buckets are counted, not lessons."""
    NO_LESSON = "no_lesson"
    """Videos at Mux that no lesson plays in the month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRow:
    """A line of the table. `usd` is what it costs of itself, by group, `shared_usd` its share of the rest."""

    key: str
    """The id of the lesson, course or teacher, or the vendor; "" for those without one."""
    name: str
    usd: ByGroup
    shared_usd: Decimal = Decimal(0)
    lessons: Sequence[str] = ()
    shared: Shared | None = None
    """Of a line for what is kept apart: what it is."""

    @property
    def own_usd(self) -> Decimal:
        return sum(self.usd.values(), Decimal(0))

    @property
    def total_usd(self) -> Decimal:
        return self.own_usd + self.shared_usd


@dataclass(frozen=True, slots=True, kw_only=True)
class Direct:
    """What each lesson costs of itself, and what is left of the bill. All sums up to the bill."""

    lessons: Mapping[str, ByGroup]
    shared: Mapping[Shared, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """A month's costs by lesson, course, teacher or provider: what costs most comes first, what is kept apart
    last. `total_usd` is the bill's; the rows of somebody who sees their own lessons come to less."""

    month: Month
    as_of: datetime
    per: Per
    rule: SharedRule
    rows: Sequence[CostRow]
    total_usd: Decimal


def effective_prices(bill: Bill, quantities: Mapping[Sku, Decimal]) -> dict[Sku, Decimal]:
    """What a unit of each thing really came to, with volume steps and free units."""
    return {sku: usd / quantities[sku] for sku, usd in bill.by_sku().items() if quantities.get(sku)}


def direct(bill: Bill, found: Mapping[str, ByGroup]) -> Direct:
    """The bill as lessons' own costs and what is left. `found` as `CostShares.by_lesson` gives it."""
    groups = by_group(bill)
    lessons = {lesson_id: usd for lesson_id, usd in found.items() if lesson_id}
    own = sum((sum(usd.values(), Decimal(0)) for usd in lessons.values()), Decimal(0))
    in_s3 = sum((usd.get(Group.S3, Decimal(0)) for usd in lessons.values()), Decimal(0))
    known = {
        Shared.PLAN: groups.get(Group.PLAN, Decimal(0)),
        Shared.S3: groups.get(Group.S3, Decimal(0)) - in_s3,
    }
    no_lesson = bill.total_usd - own - sum(known.values())  # with what divisions were rounded by
    return Direct(lessons=lessons, shared={**known, Shared.NO_LESSON: no_lesson})


def lesson_rows(found: Direct, rule: SharedRule, named: Mapping[str, CostLesson]) -> list[CostRow]:
    """A row for each lesson, with its share of what all share; where that is kept apart, rows for it.

    Where no lesson costs anything there is nobody to share it, and it is kept apart whatever the rule says.
    """
    gone = CostLesson(lesson_id="", title=GONE)
    own = [sum(usd.values(), Decimal(0)) for usd in found.lessons.values()]
    is_apart = rule is SharedRule.APART or not own
    weights = own if rule is SharedRule.PROPORTIONAL else [Decimal(1)] * len(own)
    parts = [Decimal(0)] * len(own) if is_apart else split(sum(found.shared.values(), Decimal(0)), weights)
    rows = [
        CostRow(key=one, name=named.get(one, gone).title, usd=usd, shared_usd=part, lessons=(one,))
        for (one, usd), part in zip(found.lessons.items(), parts, strict=True)
    ]
    return [*_largest_first(rows), *(apart(found.shared) if is_apart else ())]


def apart(shared: Mapping[Shared, Decimal]) -> list[CostRow]:
    """Rows for what is not shared; none for nothing. Less than a cent may make one of the sum."""
    return [
        CostRow(key="", name="", usd={}, shared_usd=usd, shared=what)
        for what, usd in shared.items()
        if untraced(usd)
    ]


def gathered(rows: Sequence[CostRow], per: Per, named: Mapping[str, CostLesson]) -> list[CostRow]:
    """The rows of lessons as those of their courses or teachers; what is kept apart stays."""
    if per is Per.LESSON:
        return [*rows]
    kinds: dict[str, list[CostRow]] = {}
    names: dict[str, str] = {}
    for row in rows:
        if row.shared is None:
            lesson = named.get(row.key, CostLesson(lesson_id=row.key))
            key, name = _under(lesson, per)
            kinds.setdefault(key, []).append(row)
            names[key] = name
    together = [_together(key, names[key], those) for key, those in kinds.items()]
    return [*_largest_first(together), *(row for row in rows if row.shared)]


def of_providers(bill: Bill) -> list[CostRow]:
    """The bill by vendor, where nothing is shared: each has its own fee and credit."""
    found = [(vendor, bill.of(vendor)) for vendor in Vendor]
    rows = [CostRow(key=vendor, name=vendor, usd=by_group(part)) for vendor, part in found if part.lines]
    return _largest_first(rows)


def _under(lesson: CostLesson, per: Per) -> tuple[str, str]:
    if per is Per.COURSE:
        return lesson.course_id, lesson.course
    return lesson.teacher_id, lesson.teacher


def _together(key: str, name: str, rows: Sequence[CostRow]) -> CostRow:
    usd: dict[Group, Decimal] = {}
    for row in rows:
        for group, one in row.usd.items():
            usd[group] = usd.get(group, Decimal(0)) + one
    return CostRow(
        key=key,
        name=name,
        usd=usd,
        shared_usd=sum((row.shared_usd for row in rows), Decimal(0)),
        lessons=[row.key for row in rows],
    )


def _largest_first(rows: Iterable[CostRow]) -> list[CostRow]:
    return sorted(rows, key=lambda row: (-row.total_usd, row.key))
