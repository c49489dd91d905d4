"""What forecasts and advice go by, in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from core.advice_finds import AdviceRecords, StoredFile, StoredVideo
from core.usage import Sku
from core.usage_past import UsagePast


@dataclass(slots=True)
class FakePast(UsagePast):
    """Minutes by day."""

    watched: dict[date, float] = field(default_factory=dict)
    brought: dict[date, float] = field(default_factory=dict)
    kept: dict[Sku, Decimal] = field(default_factory=dict)
    moved: int = 0

    def delivered(self) -> Mapping[date, float]:
        return self.watched

    def uploaded(self) -> Mapping[date, float]:
        return self.brought

    def stored(self, at: datetime) -> Mapping[Sku, Decimal]:
        return self.kept

    def moved_bytes(self, first: date, last: date) -> int:
        return self.moved


@dataclass(slots=True)
class FakeAdvice(AdviceRecords):
    """What a test says is found."""

    idle: list[StoredVideo] = field(default_factory=list)
    seen: list[StoredVideo] = field(default_factory=list)
    files: list[StoredFile] = field(default_factory=list)
    equal: list[StoredVideo] = field(default_factory=list)
    mp4s: list[StoredVideo] = field(default_factory=list)

    def unplayed(self, *, since: date, before: datetime, at: datetime) -> Sequence[StoredVideo]:
        return self.idle

    def watched(self, *, since: date, at: datetime) -> Sequence[StoredVideo]:
        return self.seen

    def originals(self, *, before: datetime) -> Sequence[StoredFile]:
        return self.files

    def copies(self, *, at: datetime) -> Sequence[StoredVideo]:
        return self.equal

    def downloads(self, *, since: date, before: datetime, at: datetime) -> Sequence[StoredVideo]:
        return self.mp4s
