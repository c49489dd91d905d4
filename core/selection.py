"""What a person picked out of a long list: a filter, and ticks that survive paging and refresh."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from core.errors import InvalidInput
from core.kind import Kind
from core.source import Finding
from core.ticks import Ticks


class Standing(StrEnum):
    """Where a source stands on its way to Mux; each is a tab of the migrate page."""

    READY = "ready"
    MOVING = "moving"
    NEEDS_LOOK = "needs_look"
    ON_MUX = "on_mux"
    NOT_VIDEO = "not_video"


class Sort(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    LARGEST = "largest"
    LONGEST = "longest"
    KEY = "key"


class SizeBand(StrEnum):
    UNDER_10_MB = "under_10_mb"
    UNDER_100_MB = "under_100_mb"
    UNDER_1_GB = "under_1_gb"
    OVER_1_GB = "over_1_gb"

    @property
    def limits_bytes(self) -> tuple[int, int | None]:
        """Lower bound (inclusive) and upper bound (exclusive, None: open), decimal units."""
        return _BAND_LIMITS[self]


_BAND_LIMITS: dict[SizeBand, tuple[int, int | None]] = {
    SizeBand.UNDER_10_MB: (0, 10_000_000),
    SizeBand.UNDER_100_MB: (10_000_000, 100_000_000),
    SizeBand.UNDER_1_GB: (100_000_000, 1_000_000_000),
    SizeBand.OVER_1_GB: (1_000_000_000, None),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which sources to list; an empty field does not narrow. All values are text, as in a URL."""

    search: str = ""
    standing: str = ""
    course: str = ""
    kind: str = ""
    size: str = ""
    finding: str = ""

    @classmethod
    def parse(cls, pairs: Iterable[str]) -> "Filter":
        """Read `name=value` words; an unknown name is an `InvalidInput` that lists the known ones."""
        values = dict(pair.partition("=")[::2] for pair in pairs)
        known = [field.name for field in fields(cls)]
        if unknown := sorted(set(values) - set(known)):
            raise InvalidInput(f"Unknown filter {', '.join(unknown)}.", hint=f"Known: {', '.join(known)}.")
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Selection(Ticks[int]):
    """Ticked sources, by their id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A filter and the ticks within it: what an action works on."""

    filter: Filter = Filter()
    selection: Selection = Selection("all")
    keys: tuple[str, ...] = ()
    """Exact keys named on the command line; not empty: they replace filter and ticks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """Counts behind the filters of the migrate page."""

    standings: Mapping[Standing, int]
    kinds: Mapping[Kind, int]
    findings: Mapping[Finding, int]
    courses: Mapping[str, str]
    """Course id → title."""
    sources: int
    scanned_at: datetime | None
    ready_duration_s: float = 0.0
