"""How each part of a video is watched, in memory, for the pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from core.heatmap import Heatmap, KeptHeatmap, LessonHeatmap, Progress
from core.period import Days
from tests.fakes import EPOCH
from tests.pages.fake_viewing import LAST

ASSET = "asset-1"
"""Of lesson 1."""


@dataclass(slots=True)
class FakeHeatmaps:
    kept: dict[tuple[str, int], KeptHeatmap] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)
    """Views that the figures by day have, by asset."""
    others: list[Heatmap] = field(default_factory=list)
    learners: Progress = field(default_factory=Progress)

    def get(self, asset_id: str, period_d: int) -> KeptHeatmap | None:
        return self.kept.get((asset_id, period_d))

    def views(self, asset_id: str, _days: Days) -> int:
        return self.known.get(asset_id, 0)

    def of_lessons(self, lessons: Sequence[str], days: Days) -> Mapping[str, LessonHeatmap]:
        kept = self.get(ASSET, len(days)) if "1" in lessons else None
        if kept is None or kept.heatmap is None:
            return {}
        return {"1": LessonHeatmap(heatmap=kept.heatmap, duration_s=600.0, audience=kept.audience)}

    def progress(self, _lesson_id: str) -> Progress:
        return self.learners

    def alike(self, _asset_id: str, _period_d: int, **_: Any) -> Sequence[Heatmap]:
        return self.others

    def keep(self, heatmap: Heatmap | None, *, period_d: int = 28, **facts: Any) -> None:
        """What was read of lesson 1's video for the period that ends with the last day."""
        days = Days(first=LAST - timedelta(days=period_d - 1), last=LAST)
        usual = {"days": days, "tried_at": EPOCH, "read_at": EPOCH if heatmap else None}
        told = KeptHeatmap(asset_id=ASSET, period_d=period_d, heatmap=heatmap, **(usual | facts))
        self.kept[ASSET, period_d] = told
