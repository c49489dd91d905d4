"""What lies in S3 and what leaves it, day by day: protocols and the words of storage classes.

Pure. Bytes are known at the end of each scan; the last scan of a day stands for it, and for the days after
it until the next one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from core.usage import Basis, StorageClass

CLASSES: Mapping[str, StorageClass] = {
    "STANDARD": StorageClass.STANDARD,
    "STANDARD_IA": StorageClass.S3_IA,
}
"""What S3 calls the classes that a price card may have a price for."""


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
    """`mux_admin.s3_days` and `s3_traffic_days`."""

    def put_s3_day(self, day: date, bucket: str) -> None:
        """What the last scan found in the bucket, as the figures of this day. Safe to repeat."""

    def put_traffic(self, found: Sequence[S3Traffic]) -> None:
        """Have these for their days and buckets."""

    def put_estimate(self, bucket: str, first: date, last: date, found: Sequence[S3Traffic]) -> None:
        """Have exactly these for the bucket's days, but where something was measured."""

    def traffic_days(self, bucket: str, *, since: date) -> Mapping[date, Basis]:
        """Days of which something is known, and how."""

    def estimated_traffic(self, first: date, last: date) -> Sequence[S3Traffic]:
        """What should have left each bucket on these days, by views of files in S3, each of its whole file,
        and by the bytes that migrations fetched; of days and buckets with any."""
