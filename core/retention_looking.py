"""How a lesson is watched: its days, its retention curve as far as it is known."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from core.access import Action, Person
from core.admitting import admit
from core.audience import most_viewers
from core.figures import Freshness
from core.heatmap import KeptHeatmap, is_due, kept_by_mux
from core.heatmap_reading import want
from core.lesson_day import LessonDay
from core.lesson_day_told import Told, told_days, told_weeks
from core.lesson_move import Move, across
from core.period import Days, Period, day_of
from core.playable import Playable
from core.playback import Provider, provider_of
from core.ports import Services, Tx
from core.quality_looking import VideoQuality, of_video
from core.retention import Completion, Curve, NoCurve, completion, curve_of
from core.retention_band import Band, band, lengths
from core.viewings import known_days

MOST_SHARED = 50
MOST_ALIKE = 100
"""Videos that a usual curve is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonViewing:
    """A lesson over a period. `asset_id` None: it does not play from Mux, so that nobody measures its
    parts.

    `curve` None: it was never read. `is_coming`: a newer one was asked for.
    """

    lesson_id: str
    title: str
    course: str
    provider: Provider
    duration_s: float | None
    days: Days
    fresh: Freshness
    by_day: Told
    by_week: Told
    known: frozenset[date]
    """Days of which there are figures; of others nobody can say that nothing was watched."""
    moved_on: date | None
    replaced_on: Sequence[date]
    """The days on which another asset took the place of the one that it played."""
    move: Move | None
    """What changed with the move to Mux; None where that cannot be told."""
    completion: Completion | None = None
    """The share of viewers that watches to the end."""
    asset_id: str | None = None
    read_days: Days | None = None
    """The days of the curve: Mux forgets earlier ones."""
    kept: KeptHeatmap | None = None
    is_coming: bool = False
    curve: Curve | NoCurve | None = None
    usual: Band | None = None
    shared: int = 0
    """How many other lessons play the same video: the curve counts theirs as well."""
    quality: VideoQuality | None = None
    """How well that video plays; None where none of Mux's is played."""

    @property
    def told(self) -> Told:
        """By days; by weeks where more of those are told, and several, because most days have few views."""
        return self.by_week if len(self.by_week.days) > max(1, len(self.by_day.days)) else self.by_day

    @property
    def read_from(self) -> tuple[str, Days]:
        """Of what the curve is, and of which days."""
        assert self.asset_id is not None, "it plays from Mux"
        assert self.read_days is not None, "set with the asset"
        return self.asset_id, self.read_days

    @property
    def views(self) -> int | None:
        """How many the curve counts; None where Mux did not say."""
        return self.kept.heatmap.total_views if self.kept and self.kept.heatmap else None


def look(lesson_id: str, period: Period, *, by: Person, services: Services) -> LessonViewing:
    """As far as it is known here; what is due is asked for, and comes later.

    Raises `NotFound`, `NotAllowed`.
    """
    now = services.clock()
    with services.uow("retention.look.read") as tx:
        admit(by, Action.SEE_VIEWING, lesson_id, tx=tx)
        found = tx.playables.get(lesson_id, by.host_user_id)
        assert found is not None, "admit raises where there is no lesson"
        seen = _looked(tx, found, period, now, services)
    if seen.is_coming:
        with services.uow("retention.want") as tx:
            want(tx, *seen.read_from)
            tx.commit()
    return seen


def _looked(tx: Tx, found: Playable, period: Period, now: datetime, services: Services) -> LessonViewing:
    lesson_id, zone = found.ties.lesson_id, services.settings.school_timezone
    fresh = tx.figures.freshness(zone)
    days = fresh.days(period, now=now, zone=zone)
    by_day = tx.figures.of_lesson(lesson_id, days.first, days.last)
    known = known_days(days, tx.figures.read_days(since=days.first), {one.day for one in by_day})
    moved_on = tx.figures.moved_on([lesson_id]).get(lesson_id)
    seen = LessonViewing(
        lesson_id=lesson_id,
        title=found.title,
        course=found.series or "",
        provider=provider_of(found.facts)[0],
        duration_s=found.duration_s,
        days=days,
        fresh=fresh,
        by_day=told_days(by_day, days, known),
        by_week=told_weeks(by_day, days, known),
        known=known,
        moved_on=moved_on,
        replaced_on=tx.figures.replaced_on(lesson_id),
        move=across(by_day, [day for day in days if day in known], moved_on) if moved_on else None,
    )
    asset_id = found.asset_id or (tx.host.read("lessons", lesson_id) or {}).get("mux_asset_id")
    if seen.provider is Provider.MUX and asset_id:
        read_days = kept_by_mux(days, today=day_of(now, zone))
        quality = of_video(tx, str(asset_id), days, zone)
        seen = replace(seen, asset_id=str(asset_id), read_days=read_days, quality=quality)
        seen = _with_parts(tx, seen, now)
    return replace(seen, completion=_completion(tx, seen, by_day))


def _completion(tx: Tx, seen: LessonViewing, by_day: Sequence[LessonDay]) -> Completion | None:
    """Not by the time that few views played."""
    known = [one for one in by_day if one.mux_whole_ms is not None and seen.told.views is not None]
    return completion(
        seen.curve if isinstance(seen.curve, Curve) else None,
        progress=tx.heatmaps.progress(seen.lesson_id),
        playing_ms=sum(one.mux_playing_ms for one in known),
        whole_ms=sum(one.mux_whole_ms or 0 for one in known),
    )


def _with_parts(tx: Tx, seen: LessonViewing, now: datetime) -> LessonViewing:
    asset_id, days = seen.read_from
    kept = tx.heatmaps.get(asset_id, len(days))
    return replace(
        seen,
        kept=kept,
        is_coming=is_due(kept, now=now, days=days, views=tx.heatmaps.views(asset_id, days)),
        curve=_curve(kept, seen.duration_s),
        usual=_usual(tx, seen),
        shared=len(tx.lessons.lessons_on(asset_id, but=seen.lesson_id, limit=MOST_SHARED)),
    )


def _curve(kept: KeptHeatmap | None, duration_s: float | None) -> Curve | NoCurve | None:
    if kept is None or kept.heatmap is None:
        return None
    return curve_of(kept.heatmap, duration_s=duration_s, viewers=most_viewers(kept.audience))


def _usual(tx: Tx, seen: LessonViewing) -> Band | None:
    if not seen.duration_s:
        return None
    asset_id, days = seen.read_from
    least_s, most_s = lengths(seen.duration_s)
    return band(tx.heatmaps.alike(asset_id, len(days), least_s=least_s, most_s=most_s, limit=MOST_ALIKE))
