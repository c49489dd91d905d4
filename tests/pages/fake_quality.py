"""How well videos play, in memory, for the pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from core.audience import Group
from core.figures import Span
from core.period import Days
from core.quality import KeptQuality, Quality
from core.quality_failure import FailedView
from tests.fakes import EPOCH
from tests.pages.fake_viewing import LAST


@dataclass(slots=True)
class FakeQualities:
    """What was read of the period of 28 days; `lessons` are those of the lessons that play the assets."""

    school: Quality | None = None
    assets: dict[str, Quality] = field(default_factory=dict)
    lessons: dict[str, Quality] = field(default_factory=dict)
    failed: list[FailedView] = field(default_factory=list)
    audience: tuple[Group, ...] = ()
    of_days: dict[date, Quality] = field(default_factory=dict)
    kept_days: Days = field(default_factory=lambda: Days(first=LAST - timedelta(days=27), last=LAST))

    def of_school(self, _period_d: int) -> KeptQuality | None:
        found = self._kept(self.school)
        return replace(found, audience=self.audience) if found else None

    def of_asset(self, _period_d: int, asset_id: str) -> KeptQuality | None:
        return self._kept(self.assets.get(asset_id))

    def of_lessons(self, lessons: Sequence[str] | None, _days: Days) -> Mapping[str, Quality]:
        return {one: found for one, found in self.lessons.items() if lessons is None or one in lessons}

    def failed_views(self, _asset_id: str, span: Span) -> Sequence[FailedView]:
        return [one for one in self.failed if span.start_s <= one.at.timestamp() < span.end_s]

    def days(self, days: Days) -> Mapping[date, Quality]:
        return {day: one for day, one in self.of_days.items() if day in days}

    def _kept(self, quality: Quality | None) -> KeptQuality | None:
        return KeptQuality(days=self.kept_days, read_at=EPOCH, quality=quality) if quality else None
