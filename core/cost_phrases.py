"""Costs in words: the same on pages, in a terminal and in what is told to people.

Pure.
"""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from core.allocation import CostRow, Per, Shared
from core.bill import Line, LineKind, cents
from core.card_choice import NAMES
from core.cost_changes import Change, LessonChange
from core.month_costs import Alike, Group, MonthCosts
from core.month_forecast import Forecast
from core.phrases import GONE, MANY_TIMES, counted, usd
from core.price_card import Vendor
from core.usage import UNITS, Basis, Month, Sku, StorageClass, What

GROUP: Mapping[Group, str] = {
    Group.STORAGE: "Storage",
    Group.DELIVERY: "Delivery",
    Group.INPUT: "Input",
    Group.DOWNLOADS: "Downloads",
    Group.S3: "S3",
    Group.PLAN: "Plan",
}

WHAT: Mapping[What, str] = {
    What.INPUT: "Input",
    What.STORAGE: "Storage",
    What.DELIVERY: "Delivery",
    What.RENDITION_INPUT: "MP4s made",
    What.RENDITION_STORAGE: "MP4s kept",
    What.S3_STORAGE: "Kept in S3",
    What.S3_EGRESS: "Out of S3",
    What.S3_READS: "S3 reads",
    What.S3_WRITES: "S3 writes",
}

STORAGE: Mapping[StorageClass, str] = {
    StorageClass.STANDARD: "",
    StorageClass.INFREQUENT: "infrequent",
    StorageClass.COLD: "cold",
    StorageClass.S3_IA: "infrequent access",
}

BASIS: Mapping[Basis, str] = {
    Basis.MEASURED: "measured",
    Basis.DERIVED: "derived",
    Basis.ASSUMED: "assumed",
}

SHARED: Mapping[Shared, str] = {
    Shared.PLAN: "Plans: fees less credit",
    Shared.S3: "S3: what no lesson keeps there",
    Shared.NO_LESSON: "Videos at Mux that no lesson plays",
}

NAMELESS: Mapping[Per, str] = {
    Per.COURSE: "No course",
    Per.TEACHER: "No teacher",
    Per.LESSON: "Untitled",
    Per.PROVIDER: "",
}

DAY = timedelta(days=1)
HOW_FORETOLD = (
    "What is stored stays as it is; what is delivered and brought in comes as on the same weekdays of the "
    "last four weeks. The range is how much those days varied: eight months in ten should end within it."
)


def month_name(month: Month) -> str:
    """
    >>> month_name(Month(2026, 11))
    'November 2026'
    """
    return f"{month.first:%B %Y}"


def thing(sku: Sku) -> str:
    """What a price is for.

    >>> thing(Sku(what=What.STORAGE, quality="plus", tier="1080p", storage=StorageClass.COLD))
    'Storage · 1080p · plus · cold'
    """
    kept = STORAGE[sku.storage] if sku.storage else ""
    return " · ".join(part for part in (WHAT[sku.what], sku.tier, sku.quality, kept) if part)


def line(one: Line) -> str:
    """What a line of a bill is for."""
    if one.sku is None:
        what = "credit" if one.kind is LineKind.CREDIT else "fee"
        return f"{NAMES[one.vendor]}: {what} of the plan"
    return f"{thing(one.sku)} · free" if one.kind is LineKind.FREE else thing(one.sku)


def row(one: CostRow, per: Per) -> str:
    """What a line of an allocation is called."""
    if one.shared:
        return SHARED[one.shared]
    return NAMES[Vendor(one.key)] if per is Per.PROVIDER else one.name or NAMELESS[per]


def unit(sku: Sku | None) -> str:
    """Of its quantity."""
    return "month" if sku is None else UNITS[sku.what]


def so_far(costs: MonthCosts) -> str:
    """The answer: what the month has cost, is likely to come to, and what the last one was."""
    is_over = "" if costs.is_over else " so far"
    parts = [f"{usd(cents(costs.bill.total_usd))}{is_over}"]
    if costs.forecast:
        parts.append(foretold(costs.forecast, costs.month))
    if costs.before:
        parts.append(f"{costs.month.before.first:%B} {usd(cents(costs.before.total_usd))}")
    return " · ".join(parts)


def foretold(found: Forecast, month: Month) -> str:
    """
    >>> from core.bill import Bill
    >>> found = Forecast(bill=Bill(lines=()), low_usd=Decimal(0), high_usd=Decimal(9), days=28, rest=3)
    >>> foretold(found, Month(2026, 11))
    'about $0.00 by the 30th (range $0.00 to $9.00)'
    """
    low, expected, high = (_dollars(one) for one in (found.low_usd, found.usd, found.high_usd))
    last = month.last.day
    return f"about {expected} by the {last}{'st' if last == 31 else 'th'} (range {low} to {high})"


def compared(month: Month, alike: Alike) -> tuple[str, str]:
    """Which days are compared, and with which: `in the first 21 days` with `those of October`; of whole
    months "" with `October`."""
    before = f"{month.before.first:%B}"
    if alike.until >= month.end_at and alike.before_until >= month.before.end_at:
        return "", before
    days = (alike.until - month.start_at) // DAY
    then = (alike.before_until - month.before.start_at) // DAY
    with_which = "those" if then == days else f"the first {counted(then, 'day')}"
    return f"in the first {counted(days, 'day')}", f"{with_which} of {before}"


def change(one: Change, month: Month, alike: Alike, titles: Mapping[str, str]) -> str:
    """What changed, with the figures behind it."""
    days, before = compared(month, alike)
    now, then, more = (usd(cents(amount)) for amount in (one.usd, one.before_usd, abs(one.more_usd)))
    within = f"{now} {days}" if days else now
    if one.group is Group.PLAN:
        return f"Fees of plans less their credit came to {within}, after {then} in {before}."
    if not cents(one.before_usd):
        lesson = f" {_part(one.lesson, titles)}." if one.lesson else ""
        return f"{GROUP[one.group]} came to {within}, after nothing in {before}.{lesson}"
    lesson = f" {_lesson(one.lesson, titles)}" if one.lesson else ""
    moved = "grew" if one.more_usd > 0 else "fell"
    comma = "," if days else ""
    return f"{GROUP[one.group]} {moved} by {more} to {within}{comma} against {before}.{lesson}"


def _lesson(one: LessonChange, titles: Mapping[str, str]) -> str:
    part = _part(one, titles)
    if one.more_usd < 0:
        return f"{part}."
    if not cents(one.before_usd):
        return f"{part}, and nothing then."
    times = one.usd / one.before_usd
    much = f": {times:.1f} × as much as then" if times >= Decimal(MANY_TIMES) else ""
    return f"{part}{much}."


def _part(one: LessonChange, titles: Mapping[str, str]) -> str:
    title = f"“{titles[one.lesson_id]}”" if titles.get(one.lesson_id) else GONE
    return f"{title} made {usd(cents(abs(one.more_usd)))} of it"


def _dollars(amount: Decimal) -> str:
    """Cents where there are few dollars: elsewhere they would say more than anybody knows."""
    return usd(cents(amount)) if abs(amount) < 10 else usd(amount.quantize(Decimal(1)))[:-3]
