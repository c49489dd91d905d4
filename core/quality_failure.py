"""Views that failed: what players reported, one by one as Mux lists them, and together as it is told.

Pure. Whose view it was is not kept; browsers and countries of few are not told apart.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from core.audience import merged
from core.few import FEWEST_TOLD
from core.figures import Span
from core.period import day_of

MOST_VIDEOS = 20
"""Of which single views are asked for, those with most failures first."""

MOST_VIEWS = 100
"""Of one video, the newest first: a page of Mux's."""

LONGEST_MESSAGE = 200


class Failure(StrEnum):
    """Why a view failed, as far as the player's code says."""

    ABORTED = "aborted"
    NETWORK = "network"
    DECODING = "decoding"
    SOURCE = "source"
    OTHER = "other"


CODES: Mapping[str, Failure] = {
    "1": Failure.ABORTED,
    "2": Failure.NETWORK,
    "3": Failure.DECODING,
    "4": Failure.SOURCE,
}
"""Media errors of HTML, which Mux Player reports as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedView:
    """One view and the error that ended it, `at` its end; "" where Mux does not know."""

    id: str
    at: datetime
    code: str = ""
    message: str = ""
    browser: str = ""
    system: str = ""
    country: str = ""

    @property
    def kind(self) -> Failure:
        return CODES.get(self.code, Failure.OTHER)

    @property
    def used(self) -> str:
        """
        >>> from datetime import UTC
        >>> FailedView(id="v", at=datetime(2026, 1, 1, tzinfo=UTC), browser="Safari", system="iOS").used
        'Safari on iOS'
        """
        return " on ".join(filter(None, (self.browser, self.system)))


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureGroup:
    """Views that failed alike; `message` is the player's own where nothing better is known. Of `used` and
    `countries` the name None stands for all others."""

    kind: Failure
    message: str
    views: int
    last_on: date
    used: Sequence[tuple[str | None, int]]
    countries: Sequence[tuple[str | None, int]]


class FailureHost(Protocol):
    """Mux's list of single views."""

    def failed_views(self, asset_id: str, *, span: Span, limit: int) -> Sequence[FailedView]:
        """Views of the asset that ended in the span with an error, the newest first."""


class FailedViews(Protocol):
    """`mux_admin.failed_views`."""

    def put_failed(self, asset_id: str, found: Sequence[FailedView]) -> None:
        """Keep them; those that are kept already stay as they are."""

    def failed_views(self, asset_id: str, span: Span) -> Sequence[FailedView]:
        """Those that are kept of the span, the newest first."""


def grouped(views: Sequence[FailedView], zone: ZoneInfo, *, viewers: float | None) -> list[FailureGroup]:
    """By what went wrong, most views first; days are those of the zone. Where the video has fewer `viewers`
    than are told apart (None: nobody knows), nothing is told of what they use and where they are."""
    alike: dict[tuple[Failure, str], list[FailedView]] = {}
    if viewers is None or viewers < FEWEST_TOLD:
        views = [replace(one, browser="", system="", country="") for one in views]
    for one in views:
        message = one.message if one.kind is Failure.OTHER else ""
        alike.setdefault((one.kind, message), []).append(one)
    return sorted(_groups(alike, zone), key=lambda one: (-one.views, one.kind, one.message))


def _groups(
    alike: Mapping[tuple[Failure, str], Sequence[FailedView]], zone: ZoneInfo
) -> Iterator[FailureGroup]:
    for (kind, message), views in alike.items():
        yield FailureGroup(
            kind=kind,
            message=message,
            views=len(views),
            last_on=day_of(max(one.at for one in views), zone),
            used=merged([*Counter(one.used or None for one in views).items()]),
            countries=merged([*Counter(one.country or None for one in views).items()]),
        )
