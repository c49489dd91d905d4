"""Delivered minutes as Mux tells them, hour by hour and late; which days are read, and what is refused.

Pure. Mux counts deliveries by the hour, tells an hour 12 hours after its end, and forgets after 90 days.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from core.errors import InvalidInput
from core.figures import LATELY, Span

PAGE = 100
"""Rows in an answer: Mux's own default. Whether it gives more is not documented."""

KEPT_BY_MUX_D = 90
LATE = timedelta(hours=12)
SETTLES = LATE + timedelta(hours=1)
"""After its end a day is read anew for so long."""

TIERS = {
    "tier_2160p": "2160p",
    "tier_1440p": "1440p",
    "tier_1080p": "1080p",
    "tier_720p": "720p",
    "tier_audio_only": "audio-only",
}
"""Mux's name for what was delivered, and the resolution tier that it is charged as."""

QUALITIES = frozenset({"basic", "plus", "premium"})
FORMER_QUALITIES = {"baseline": "basic", "smart": "plus", "premium": "premium"}
"""`asset_encoding_tier`, which `asset_video_quality` took the place of."""

MOST_AT_ONCE = 100_000
"""Mux wants to be told of more viewers at once: an asset with more of them all day is a mistake."""

MOST_SECONDS = Decimal(MOST_AT_ONCE * 86_400)
SLACK_S, SLACK_SHARE = Decimal(1), Decimal("0.001")
"""By so much the tiers may miss the row's own sum; they are rounded one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """Seconds of one asset delivered in one tier in a day; `quality` is the asset's."""

    asset_id: str
    quality: str
    tier: str
    seconds: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPage:
    """A page of rows as Mux wrote them, and how many there are in all; None where it does not say."""

    rows: Sequence[Mapping[str, Any]]
    total: int | None


class DeliveryHost(Protocol):
    """Mux's delivery usage; raises as `core.ports.VideoHost` does, and waits for slots of the Video API."""

    def deliveries(self, *, span: Span, page: int, limit: int) -> DeliveryPage:
        """Page `page` (from 1) of what was delivered in these whole hours, most first."""


def day_span(day: date, *, now: datetime) -> Span | None:
    """The day as far as Mux tells of it by now; None while that is nothing."""
    start_at, end_at = bounds(day)
    told_to = newest(now)
    if told_to <= start_at:
        return None
    return Span(start_s=int(start_at.timestamp()), end_s=int(min(end_at, told_to).timestamp()))


def newest(now: datetime) -> datetime:
    """The end of the newest hour that Mux tells of.

    >>> str(newest(datetime(2026, 3, 1, 13, 40, tzinfo=UTC)))
    '2026-03-01 01:00:00+00:00'
    """
    return (now - LATE).replace(minute=0, second=0, microsecond=0)


def bounds(day: date) -> tuple[datetime, datetime]:
    """Its first moment, and the first one after it."""
    start_at = datetime.combine(day, time.min, UTC)
    return start_at, start_at + timedelta(days=1)


def is_final(day: date, *, read_at: datetime) -> bool:
    """Whether what was read then does not change any more."""
    return read_at >= bounds(day)[1] + SETTLES


def due(read: Mapping[date, datetime], *, now: datetime, since: date | None = None) -> list[date]:
    """Days to be read, the newest first: those that may still change, and those that were never read. Those
    read a moment ago come last. `since` reads all days from then on anew, as far as Mux keeps them."""
    last = newest(now).date()
    oldest = max(bounds_of_memory(now), since or date.min)
    days = [last - timedelta(days=back) for back in range((last - oldest).days + 1)]
    days = [day for day in days if day_span(day, now=now)]
    if since is not None:
        return days
    left = [day for day in days if day not in read or not is_final(day, read_at=read[day])]
    return sorted(left, key=lambda day: day in read and now - read[day] < LATELY)


def bounds_of_memory(now: datetime) -> date:
    """The oldest day of which Mux still has every hour."""
    return (now - timedelta(days=KEPT_BY_MUX_D)).date() + timedelta(days=1)


def read_rows(rows: Iterable[Mapping[str, Any]]) -> list[Delivered]:
    """A day's rows. An asset that comes twice, because the list moved between two pages, counts once.

    Raises `InvalidInput`, naming the row, for what cannot be: nothing is guessed.
    """
    by_asset = {_asset_of(row): row for row in rows}
    return [one for asset_id, row in by_asset.items() for one in _of_row(asset_id, row)]


def _asset_of(row: Mapping[str, Any]) -> str:
    if not row.get("asset_id"):
        raise InvalidInput("Mux told of a delivery without an asset.", hint=WHAT_TO_DO)
    return str(row["asset_id"])


def _of_row(asset_id: str, row: Mapping[str, Any]) -> list[Delivered]:
    told = row.get("delivered_seconds_by_resolution") or {}
    if not isinstance(told, Mapping):
        raise _odd(asset_id, "was delivered in no resolution that can be read")
    tiers = {name: _seconds(asset_id, name, value) for name, value in told.items()}
    if unknown := sorted(tiers.keys() - TIERS.keys()):
        raise _odd(asset_id, f"was delivered as {', '.join(unknown)}, which no price is known for")
    whole = _seconds(asset_id, "in all", row.get("delivered_seconds"))
    parts = sum(tiers.values(), Decimal(0))
    if abs(whole - parts) > SLACK_S + SLACK_SHARE * whole:
        raise _odd(asset_id, f"was delivered for {whole} s, but its resolutions come to {parts} s")
    quality = _quality(asset_id, row)
    return [
        Delivered(asset_id=asset_id, quality=quality, tier=TIERS[name], seconds=seconds)
        for name, seconds in tiers.items()
        if seconds
    ]


def _seconds(asset_id: str, where: str, value: object) -> Decimal:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or found < 0:
        raise _odd(asset_id, f"was delivered for “{str(value)[:40]}” seconds ({where[:40]})")
    if found > MOST_SECONDS:
        raise _odd(
            asset_id, f"was delivered for {found} s in a day: more than {MOST_AT_ONCE:,} viewers watch"
        )
    return found


def _quality(asset_id: str, row: Mapping[str, Any]) -> str:
    former = FORMER_QUALITIES.get(str(row.get("asset_encoding_tier")), "")
    told = str(row.get("asset_video_quality") or former)
    if told not in QUALITIES:
        raise _odd(asset_id, f"has the quality “{told[:40]}”, which no price is known for")
    return told


WHAT_TO_DO = "The day is read again within the hour; if this stays, tell whoever runs Lectern."


def _odd(asset_id: str, what: str) -> InvalidInput:
    return InvalidInput(f"Mux says that asset {asset_id} {what}.", hint=WHAT_TO_DO)
