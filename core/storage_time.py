"""How long video was kept, and how cold: intervals into minute-months.

Pure. A minute-month is a minute of video kept for a whole month of UTC; a part of the month counts as that
part. Mux keeps what was not played for a while colder, and charges basic quality for a month at least.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from core.usage import HOUR_S, MINUTE_S, Month, StorageClass

INFREQUENT_AFTER = timedelta(days=30)
COLD_AFTER = timedelta(days=90)
LEAST_MONTHS = Decimal(1)
"""Of basic quality, whenever it is deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageSpan:
    """Kept like this from `from_at` until `to_at`; None: it still is."""

    storage: StorageClass
    from_at: datetime
    to_at: datetime | None = None


def spans(
    created_at: datetime, plays: Iterable[datetime], *, deleted_at: datetime | None = None
) -> Iterator[StorageSpan]:
    """How cold it was when, without gaps: cold until it is first played, then by when it was last played.

    `plays` may be in any order; those out of its life count as none.
    """
    turns = [(created_at, StorageClass.COLD)]
    for at in sorted(play for play in plays if play >= created_at):
        while turns and turns[-1][0] >= at:
            turns.pop()
        turns += [
            (at, StorageClass.STANDARD),
            (at + INFREQUENT_AFTER, StorageClass.INFREQUENT),
            (at + COLD_AFTER, StorageClass.COLD),
        ]
    turns = [turn for turn in turns if deleted_at is None or turn[0] < deleted_at]
    if turns:
        yield from _joined(turns, deleted_at)


def _joined(turns: list[tuple[datetime, StorageClass]], end_at: datetime | None) -> Iterator[StorageSpan]:
    """Neighbours that are kept alike are one."""
    kept = [turn for at, turn in enumerate(turns) if not at or turn[1] is not turns[at - 1][1]]
    ends = [*(from_at for from_at, _ in kept[1:]), end_at]
    for (from_at, storage), to_at in zip(kept, ends, strict=True):
        yield StorageSpan(storage=storage, from_at=from_at, to_at=to_at)


def months_kept(from_at: datetime, to_at: datetime | None, month: Month, *, until: datetime) -> Decimal:
    """The part of the month in which it was kept, 0 to 1, as far as `until`.

    >>> from datetime import UTC
    >>> day = datetime(2026, 2, 8, tzinfo=UTC)
    >>> str(months_kept(day, day + timedelta(days=7), Month(2026, 2), until=day + timedelta(days=99)))
    '0.25'
    """
    first_at = max(from_at, month.start_at)
    end_at = min(to_at or until, until, month.end_at)
    return _seconds(max(end_at - first_at, timedelta())) / (month.hours * HOUR_S)


def minute_months(
    duration_s: Decimal, from_at: datetime, to_at: datetime | None, month: Month, *, until: datetime
) -> Decimal:
    """What a video of this length comes to in the month, as far as `until`."""
    return duration_s / MINUTE_S * months_kept(from_at, to_at, month, until=until)


def rest_of_minimum(duration_s: Decimal, created_at: datetime, deleted_at: datetime) -> Decimal:
    """Minute-months of basic quality that are charged at its deletion, so that it comes to a whole month;
    0 where it was kept that long.

    >>> from datetime import UTC
    >>> made = datetime(2026, 2, 8, tzinfo=UTC)
    >>> str(rest_of_minimum(Decimal(600), made, made + timedelta(days=7)))
    '7.50'
    """
    kept, month = Decimal(0), Month.of(created_at.date())
    while month.start_at < deleted_at and kept < LEAST_MONTHS:
        kept += months_kept(created_at, deleted_at, month, until=deleted_at)
        month = month.after
    return duration_s / MINUTE_S * max(LEAST_MONTHS - kept, Decimal(0))


def _seconds(length: timedelta) -> Decimal:
    """Exact, to the microsecond."""
    return Decimal(length.days * 86_400 + length.seconds) + Decimal(length.microseconds) / 1_000_000
