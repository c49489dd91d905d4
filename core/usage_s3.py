"""What lies in S3 and what leaves it, day by day: protocols and the words of storage classes.

Pure. Bytes are known at the end of each scan; the last scan of a day stands for it, and for the days after
it until the next one, as long as the bucket is among S3_BUCKETS.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Protocol

from core.phrases import counted, full_date
from core.phrases import day as day_in_words
from core.usage import Basis, StorageClass

CLASSES: Mapping[str, StorageClass] = {
    "STANDARD": StorageClass.STANDARD,
    "STANDARD_IA": StorageClass.S3_IA,
}
"""What S3 calls the classes that a price card may have a price for."""

STALE_D = 14
"""A scan that is older is told of: much may have come or gone since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Days on which a bucket that was scanned before was not among S3_BUCKETS, both in it; None: it lasts."""

    bucket: str
    first: date
    last: date | None = None

    @property
    def sentence(self) -> str:
        """That what lies there is in no figure."""
        since = full_date(self.first)
        if self.last is None:
            told = f"What lies in the bucket {self.bucket} is in no figure since {since}"
            return f"{told}: it is not among S3_BUCKETS any more."
        told = f"What lay in the bucket {self.bucket} from {since} to {full_date(self.last)} is in no figure"
        return f"{told}: it was not among S3_BUCKETS then."


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Gaps:
    """What of S3 is in no figure of a month, or is counted by an old scan."""

    scanned_since: date | None = None
    """The first scan of all, where it came after the month had begun."""
    new: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))
    """Buckets that were first scanned after it, within the month, with that day."""
    absences: Sequence[Absence] = ()
    stale: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))
    """Buckets whose last scan is older than `STALE_D` days, with its day."""
    classes: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Objects by S3's name of their class, where no price card can have a price for it."""

    @property
    def sentences(self) -> Sequence[str]:
        """What is missing, in words."""
        return [*self._of_scans(), *self._of_classes()]

    def _of_scans(self) -> Iterator[str]:
        first = "is in no figure: it was scanned then for the first time."
        if self.scanned_since:
            yield f"What lay in S3 before {day_in_words(self.scanned_since)} {first}"
        for bucket, since in sorted(self.new.items()):
            yield f"What lay in the bucket {bucket} before {day_in_words(since)} {first}"
        yield from (one.sentence for one in self.absences)
        for bucket, last in sorted(self.stale.items()):
            yield f"What lies in the bucket {bucket} is counted as it was scanned last, on {full_date(last)}."

    def _of_classes(self) -> Iterator[str]:
        for name, objects in sorted(self.classes.items()):
            are = "is" if objects == 1 else "are"
            yield f"{counted(objects, 'object')} in S3 {are} in no figure: there is no price for {name}."


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Traffic:
    """What left a bucket on a day, and how often it was asked. `reads` are GETs, `writes` PUTs."""

    day: date
    bucket: str
    egress_bytes: Decimal
    reads: Decimal
    writes: Decimal
    basis: Basis


class TrafficStore(Protocol):
    """CloudWatch's request metrics; raises `NotFound` where the bucket has none, else as
    `core.storage.ObjectStore` does."""

    def traffic(self, bucket: str, first: date, last: date) -> Sequence[S3Traffic]:
        """What left the bucket on these days of UTC; days without figures are left out."""


class S3Days(Protocol):
    """`mux_admin.s3_days`, `s3_absences` and `s3_traffic_days`."""

    def put_s3_day(self, day: date, bucket: str, prefixes: Sequence[str] = ("",)) -> None:
        """What the last scan found below these prefixes of the bucket, as the figures of this day; it is
        looked at from now on. Safe to repeat."""

    def note_buckets(self, day: date, looked_at: Collection[str]) -> None:
        """These are among S3_BUCKETS on this day, and no others: of those that were scanned before the
        absence begins, of these it has ended. One that is over by the next day was none. Safe to repeat."""

    def put_traffic(self, found: Sequence[S3Traffic]) -> None:
        """Have these for their days and buckets."""

    def put_estimate(self, bucket: str, first: date, last: date, found: Sequence[S3Traffic]) -> None:
        """Have exactly these for the bucket's days, but where something was measured."""

    def traffic_days(self, bucket: str, *, since: date) -> Mapping[date, Basis]:
        """Days of which something is known, and how."""

    def estimated_traffic(self, bucket: str, first: date, last: date) -> Sequence[S3Traffic]:
        """What should have left the bucket on these days, by views of files in S3, each of its whole file,
        and by the bytes that migrations fetched; of days with any."""
