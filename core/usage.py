"""Usage: what Mux and AWS count, in the quantities that they charge for.

Pure. A billing day is a day of UTC and a billing month a month of UTC, as both count theirs; the school's
clocks change nothing. Quantities are Decimal: no float comes near money.
"""

from calendar import monthrange
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum

HOUR_S = 3600
MINUTE_S = 60
BEGINNING, END = date(2000, 1, 1), date(2100, 12, 31)
"""Of all days that something is counted on: no price is older, or known for longer."""


class What(StrEnum):
    """What is charged for; its unit stands in `UNITS`."""

    INPUT = "input"
    STORAGE = "storage"
    DELIVERY = "delivery"
    RENDITION_INPUT = "rendition input"
    """MP4s made for download."""
    RENDITION_STORAGE = "rendition storage"
    S3_STORAGE = "s3 storage"
    S3_EGRESS = "s3 egress"
    S3_READS = "s3 reads"
    S3_WRITES = "s3 writes"


UNITS = {
    What.INPUT: "min",
    What.STORAGE: "min-months",
    What.DELIVERY: "min",
    What.RENDITION_INPUT: "min",
    What.RENDITION_STORAGE: "min-months",
    What.S3_STORAGE: "GB-months",
    What.S3_EGRESS: "GB",
    What.S3_READS: "requests",
    What.S3_WRITES: "requests",
}
"""A GB has 10**9 bytes; a minute-month is a minute of video kept for a whole month."""


class StorageClass(StrEnum):
    """How cold something is kept: Mux's first three by when it was last played, S3's by the object."""

    STANDARD = "standard"
    INFREQUENT = "infrequent"
    """Not played for 30 days."""
    COLD = "cold"
    """Not played for 90 days, or never."""
    S3_IA = "standard-ia"


class Basis(StrEnum):
    """How a quantity is known, the surest first."""

    MEASURED = "measured"
    """Mux or AWS told it."""
    DERIVED = "derived"
    """Worked out of what Lectern knows for certain."""
    ASSUMED = "assumed"


def least_sure(found: Collection[Basis]) -> Basis:
    """How a figure is known that is made of several: no better than the worst of them. None: measured."""
    return max(found, key=[*Basis].index, default=Basis.MEASURED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sku:
    """What one price is for. A part that the price does not depend on is ""."""

    what: What
    quality: str = ""
    """Mux's: basic, plus, premium."""
    tier: str = ""
    """Mux's resolution tier: audio-only, 720p, 1080p, 1440p, 2160p."""
    storage: StorageClass | None = None
    """Of what is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """So much of one thing from `first` to `last`, both in it, days of UTC in one month."""

    sku: Sku
    quantity: Decimal
    first: date
    last: date
    basis: Basis


def summed(found: Iterable[tuple[Sku, Decimal]]) -> dict[Sku, Decimal]:
    """Each thing once, with all of it."""
    whole: dict[Sku, Decimal] = {}
    for sku, quantity in found:
        whole[sku] = whole.get(sku, Decimal(0)) + quantity
    return whole


def quantities(usages: Iterable[Usage]) -> dict[Sku, Decimal]:
    """How much of each thing was used, however it is known."""
    return summed((one.sku, one.quantity) for one in usages)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A billing month.

    >>> str(Month.of(date(2026, 2, 5))), Month.of(date(2026, 2, 5)).hours, Month.read("2026-11").last.day
    ('2026-02', 672, 30)
    """

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Month":
        """The one that the day is in."""
        return cls(day.year, day.month)

    @classmethod
    def read(cls, text: str) -> "Month":
        """Of `2026-11`; raises `ValueError`, also for a year that nothing can be counted in."""
        first = date.fromisoformat(f"{text}-01")
        if not BEGINNING <= first <= END:
            raise ValueError(text)
        return cls.of(first)

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.number, monthrange(self.year, self.number)[1])

    @property
    def start_at(self) -> datetime:
        return datetime.combine(self.first, time.min, UTC)

    @property
    def end_at(self) -> datetime:
        """The first moment that is not in it."""
        return datetime.combine(self.last + timedelta(days=1), time.min, UTC)

    @property
    def hours(self) -> int:
        return 24 * self.last.day

    @property
    def before(self) -> "Month":
        return Month.of(self.first - timedelta(days=1))

    @property
    def after(self) -> "Month":
        return Month.of(self.last + timedelta(days=1))

    def days(self) -> Iterator[date]:
        """Its days in order."""
        return (self.first + timedelta(days=back) for back in range(self.last.day))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"
