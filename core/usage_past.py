"""What was watched and uploaded each day so far, as a protocol that `core/db/` fills."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from core.usage import Sku


class UsagePast(Protocol):
    """Minutes of the whole school by day of UTC, as far back as any is known; days with none are left out."""

    def delivered(self) -> Mapping[date, float]:
        """What Mux delivered."""

    def uploaded(self) -> Mapping[date, float]:
        """What came to Mux, without what batches moved there: that does not come again by itself."""

    def stored(self, at: datetime) -> Mapping[Sku, Decimal]:
        """Minutes of video that are kept at Mux at that moment, by what their storage is charged as."""

    def moved_bytes(self, first: date, last: date) -> int:
        """What left S3 from `first` to `last`, both in it, because batches moved it to Mux."""
