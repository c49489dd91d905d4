"""What was used, as it was taken in: protocols that `core/db/` fills. Days and months are those of UTC.

Every sum is over the whole school; what Mux has not told is left out and said, never counted as nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from core.billed import BilledDays
from core.figures import Freshness, Outcome
from core.phrases import counted
from core.usage import Month, Usage
from core.usage_delivery import Delivered
from core.usage_s3 import S3Days, S3Gaps


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageDay:
    """What is known of one day of deliveries. `covers_to` is up to when Mux had told, None while nothing was
    taken in; `error` why the last try was not."""

    tried_at: datetime
    read_at: datetime | None = None
    covers_to: datetime | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What is in no figure of a month: assets of which Mux has not told how long they are, how good or how
    large, and what of S3 is not."""

    assets: int = 0
    named: Sequence[str] = ()
    """Some of them."""
    s3: S3Gaps = field(default_factory=S3Gaps)

    @property
    def sentences(self) -> Sequence[str]:
        """What is missing, in words."""
        return [*([self._of_assets()] if self.assets else []), *self.s3.sentences]

    def _of_assets(self) -> str:
        are = "is" if self.assets == 1 else "are"
        more = " and others" if self.assets > len(self.named) else ""
        return (
            f"{counted(self.assets, 'asset')} {are} in no figure: Mux has not told the length, "
            f"quality or resolution of {', '.join(self.named)}{more}."
        )


class DeliveryDays(Protocol):
    """`mux_admin.delivery_days`, `usage_days`, `usage_reads`, and what follows from them: `storage_spans`."""

    def put_day(
        self, day: date, rows: Sequence[Delivered], *, read_at: datetime, covers_to: datetime
    ) -> None:
        """Have exactly these rows for the day, and the storage spans that follow. Safe to repeat."""

    def refuse_day(self, day: date, *, at: datetime, error: str) -> None:
        """The day could not be taken in: what was known of it stays, with the reason."""

    def read_days(self, *, since: date) -> Mapping[date, UsageDay]:
        """Days that were asked for."""

    def note_read(
        self, at: datetime, outcome: Outcome = Outcome.READ, *, error: str | None = None, hint: str = ""
    ) -> None:
        """A read of what was due ended so."""

    def freshness(self) -> Freshness:
        """How far deliveries go."""

    def holes(self, first: date, last: date, *, until: datetime) -> Sequence[date]:
        """Days among these of which Mux should have told everything by `until`, and of which not everything
        was taken in; none from before the first asset."""

    def refusals(self, first: date, last: date) -> Mapping[date, str]:
        """Why days among these were not taken in, where something stood against it."""


class UsageRecords(DeliveryDays, S3Days, BilledDays, Protocol):
    """Everything that is charged for."""

    def month_usage(self, month: Month, *, until: datetime) -> Sequence[Usage]:
        """What was used in the month up to `until`, a row for each thing that a price is for and for each way
        in which it is known."""

    def by_day(self, month: Month, *, until: datetime) -> Mapping[date, Sequence[Usage]]:
        """The same by day; the days sum up to the month. Days on which nothing was used are left out."""

    def left_out(self, month: Month, *, until: datetime) -> LeftOut:
        """What is in none of these figures."""

    def note_renditions(self, at: datetime) -> None:
        """MP4s for download as the mirror has them now: which came, which went. Safe to repeat."""
