"""Heatmaps: wanted by whoever looks at a lesson, read from the double over HTTP, kept in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core import forgetting, heatmap_reading, retention_looking
from core.asset import Asset, AssetStatus
from core.audience import Group, Side
from core.audience_week import WatchedHour, WeekHour
from core.errors import NotAllowed, NotFound, Unavailable
from core.figures import AssetDay, Span
from core.heatmap import NEAR, UNASKED, Heatmap, Hotspot, KeptHeatmap
from core.period import Days, Period
from core.ports import Services
from core.records import Job
from core.retention import Basis, Completion, Curve
from core.retention_moment import left_early
from core.upload import UploadState
from tests.integration.figures.watched import plays
from tests.integration.uploads.stage import ADMIN, TESS, TIM, Stage

WEEK = Days(first=date(2026, 11, 15), last=date(2026, 11, 21))
UTC_WEEK = Span(
    start_s=int(datetime(2026, 11, 15, tzinfo=UTC).timestamp()),
    end_s=int(datetime(2026, 11, 22, tzinfo=UTC).timestamp()),
)
HALF = Heatmap(buckets=(1.0, None, 0.5), total_views=12)
PHONES = Group(side=Side.DEVICE, name="phone", viewers=7)
EVENING = WatchedHour(start_at=datetime(2026, 11, 16, 18, tzinfo=UTC), views=9, viewers=6)
SPOT = Hotspot(start_s=1.0, end_s=2.5, score=None)


@dataclass
class Engagement:
    """Mux's engagement figures, one and the same for whatever is asked; keeps what was."""

    found: Heatmap = HALF
    error: Exception | None = None
    denied: tuple[str, ...] = ()
    """Parts beside the curve that are refused."""
    asked: list[tuple[str, Span]] = field(default_factory=list)

    def heatmap(self, asset_id: str, *, span: Span) -> Heatmap:
        self.asked.append((asset_id, span))
        if self.error:
            raise self.error
        return self.found

    def hotspots(self, asset_id: str, *, span: Span, limit: int) -> Sequence[Hotspot]:
        return self._part("hotspots", [SPOT][:limit])

    def viewers_by(self, side: Side, asset_id: str, *, span: Span) -> Sequence[Group]:
        return self._part(side.value, [PHONES] if side is Side.DEVICE else [])

    def hours(self, asset_id: str, *, span: Span) -> Sequence[WatchedHour]:
        return self._part("hours", [EVENING])

    def _part(self, name: str, found: Sequence[Any]) -> Sequence[Any]:
        if name in self.denied:
            raise Unavailable(f"Mux does not say {name}.", hint="Wait.")
        return found


def over(stage: Stage, engagement: Engagement) -> Services:
    mux: Any = engagement
    return replace(stage.services, mux_now=mux)


def kept(stage: Stage, asset_id: str = "a1", period_d: int = 7) -> KeptHeatmap:
    with stage.services.uow("test.read") as tx:
        found = tx.heatmaps.get(asset_id, period_d)
    assert found is not None
    return found


def watched(stage: Stage, views: int, day: date = WEEK.last) -> None:
    row = AssetDay(asset_id="a1", day=day, views=views, viewers=1, watch_ms=9, playing_ms=9)
    with stage.services.uow("test") as tx:
        tx.figures.put_day(day, [row], read_at=stage.clock())
        tx.commit()


def test_what_was_read_is_kept_with_its_gaps_and_its_days(stage: Stage) -> None:
    engagement = Engagement()
    watched(stage, 12)
    heatmap_reading.read("a1", WEEK, services=over(stage, engagement))
    assert engagement.asked == [("a1", UTC_WEEK)]
    found = kept(stage)
    assert (found.heatmap, found.hotspots, found.days, found.views) == (HALF, (SPOT,), WEEK, 12)
    assert found.week == (WeekHour(weekday=0, hour=18, views=9, most_viewers=6),)
    assert (found.audience, found.error, found.read_at) == ((PHONES,), None, found.tried_at)


def test_it_is_read_again_for_other_days_and_an_hour_later_where_views_came_in(stage: Stage) -> None:
    engagement = Engagement()
    services = over(stage, engagement)
    for ahead, views, days, asked in (
        (0, 3, WEEK, 1),
        (0, 4, WEEK, 1),  # read a moment ago
        (3601, 4, WEEK, 2),
        (9000, 4, WEEK, 2),  # nobody watched since
        (9000, 4, Days(first=WEEK.first + timedelta(days=1), last=WEEK.last + timedelta(days=1)), 3),
    ):
        stage.clock.ahead_s = ahead
        watched(stage, views)
        heatmap_reading.read("a1", days, services=services)
        assert len(engagement.asked) == asked


def test_one_that_fails_says_why_keeps_what_there_was_and_is_tried_again(stage: Stage) -> None:
    engagement = Engagement()
    services = over(stage, engagement)
    heatmap_reading.read("a1", WEEK, services=services)
    later = Days(first=WEEK.first + timedelta(days=1), last=WEEK.last + timedelta(days=1))
    engagement.error = Unavailable("Mux does not answer.")
    stage.clock.ahead_s = 60
    with pytest.raises(Unavailable):
        heatmap_reading.read("a1", later, services=services)
    found = kept(stage)
    assert (found.error, found.heatmap, found.days) == ("Mux does not answer.", HALF, WEEK)
    assert found.read_at is not None
    assert found.tried_at > found.read_at
    engagement.error = None
    heatmap_reading.read("a1", later, services=services)  # the job's own next try
    assert len(engagement.asked) == 3
    assert (kept(stage).error, kept(stage).days) == (None, later)


@pytest.mark.parametrize("part", ["hotspots", Side.DEVICE.value, "hours"])
def test_a_part_that_is_refused_takes_nothing_else_with_it(stage: Stage, part: str) -> None:
    """And the job tries again until all is there."""
    engagement = Engagement(denied=(part,))
    services = over(stage, engagement)
    with pytest.raises(Unavailable):
        heatmap_reading.read("a1", WEEK, services=services)
    found = kept(stage)
    there = {"hotspots": found.hotspots, Side.DEVICE.value: found.audience, "hours": found.week}
    assert found.heatmap == HALF
    assert [name for name, rows in there.items() if not rows] == [part]
    assert (found.error, found.hint, found.is_partly) == (f"Mux does not say {part}.", "Wait.", True)
    engagement.denied = ()
    heatmap_reading.read("a1", WEEK, services=services)
    assert (kept(stage).error, bool(kept(stage).hotspots and kept(stage).audience)) == (None, True)


def test_a_part_that_is_refused_later_stays_what_it_was_of_the_same_days(stage: Stage) -> None:
    engagement = Engagement()
    services = over(stage, engagement)
    heatmap_reading.read("a1", WEEK, services=services)
    engagement.denied, stage.clock.ahead_s = ("hours",), 3601
    watched(stage, 4)
    with pytest.raises(Unavailable):
        heatmap_reading.read("a1", WEEK, services=services)
    assert kept(stage).week
    with pytest.raises(Unavailable):
        heatmap_reading.read("a1", Days(first=WEEK.first, last=WEEK.last).before, services=services)
    assert not kept(stage).week


def test_one_that_never_came_has_no_parts_and_its_reason(stage: Stage) -> None:
    error = NotFound("Mux cannot say the heatmap of asset a1.", hint="Look there.")
    with pytest.raises(NotFound):
        heatmap_reading.read("a1", WEEK, services=over(stage, Engagement(error=error)))
    found = kept(stage)
    assert (found.heatmap, found.days, found.read_at, found.hint) == (None, None, None, "Look there.")


def test_the_most_watched_are_read_once_a_day_though_nobody_looks(stage: Stage) -> None:
    """Behind people; of what lessons play alone."""
    plays(stage, stage.lesson(), "a1")
    today = stage.clock().date()
    noon_s = (datetime(today.year, today.month, today.day, 12, tzinfo=UTC) - stage.clock()).total_seconds()
    watched(stage, 9, today - timedelta(days=1))
    watched(stage, 9, today - timedelta(days=2))
    with stage.services.uow("test") as tx:
        tx.figures.note_assets(today=today, zone=ZoneInfo("UTC"))
        tx.commit()
    engagement, nobody = Engagement(), Engagement()
    services = replace(over(stage, nobody), mux=over(stage, engagement).mux_now)
    stage.services = services
    for hours, asked in ((24, 1), (26, 1), (48, 2)):  # noon of the next day, two hours later, a day later
        stage.clock.ahead_s = noon_s + hours * 3600
        with stage.services.uow("test") as tx:
            tx.figures.note_read(stage.clock())
            tx.commit()
        heatmap_reading.want_most_watched(services=services)
        stage.run()
        assert ([one for one, _ in engagement.asked], nobody.asked) == (["a1"] * asked, [])
    assert kept(stage, period_d=28).heatmap == HALF


def test_of_many_only_the_most_watched_that_lessons_play_are_wanted(stage: Stage) -> None:
    names = [f"film-{number:02}" for number in range(UNASKED + 3)]
    day = stage.clock().date() - timedelta(days=1)
    rows = [
        AssetDay(asset_id=name, day=day, views=99 - place, viewers=1, watch_ms=9, playing_ms=9)
        for place, name in enumerate(names)
    ]
    for name in names[1:]:
        plays(stage, stage.lesson(name), name)
    with stage.services.uow("test") as tx:
        tx.figures.put_day(day, rows, read_at=stage.clock())
        tx.figures.note_assets(today=stage.clock().date(), zone=ZoneInfo("UTC"))
        tx.commit()
    heatmap_reading.want_most_watched(services=stage.services)
    wanted = stage.ask("SELECT args ->> 'asset_id' FROM jobs WHERE job = %s ORDER BY 1", Job.HEATMAP.value)
    assert [name for (name,) in wanted] == names[1 : UNASKED + 1]


def test_one_that_nobody_looked_at_for_long_is_forgotten(stage: Stage) -> None:
    heatmap_reading.read("a1", WEEK, services=over(stage, Engagement()))
    stage.clock.ahead_s = 399 * 86_400.0
    assert forgetting.forget(services=stage.services) == 0
    stage.clock.ahead_s = 401 * 86_400.0
    assert forgetting.forget(services=stage.services) == 1
    assert stage.ask("SELECT count(*) FROM mux_admin.heatmaps") == [(0,)]


def put(stage: Stage, asset_id: str, duration_s: float, buckets: tuple[float, ...]) -> None:
    asset = Asset(id=asset_id, status=AssetStatus.READY, duration_s=duration_s)
    with stage.services.uow("test") as tx:
        tx.assets.fold(asset, at=stage.clock())
        tx.commit()
    engagement = Engagement(found=Heatmap(buckets=buckets, total_views=9))
    heatmap_reading.read(asset_id, WEEK, services=over(stage, engagement))


def test_videos_of_about_the_same_length_are_found_but_not_the_video_itself(stage: Stage) -> None:
    for number, duration_s in enumerate((449.0, 450.0, 600.0, 750.0, 751.0)):
        put(stage, f"film-{number}", duration_s, (1.0, number / 10))
    with stage.services.uow("test.read") as tx:
        found = tx.heatmaps.alike("film-2", 7, least_s=450.0, most_s=750.0, limit=10)
        newest = tx.heatmaps.alike("film-2", 7, least_s=450.0, most_s=750.0, limit=1)
        other = tx.heatmaps.alike("film-2", 28, least_s=450.0, most_s=750.0, limit=10)
    assert [one.buckets[1] for one in found] == [0.3, 0.1]
    assert [one.buckets[1] for one in newest] == [0.3]
    assert other == []


def test_curves_of_what_lessons_play_now_are_found_for_periods_that_end_about_then(stage: Stage) -> None:
    """Of 600 s; of ten parts six tenths are gone after the first."""
    early, steady, former = ("film-a", "film-b", "film-c")
    for name, second in ((early, 0.4), (steady, 0.9), (former, 0.1)):
        put(stage, name, 600.0, (1.0, *[second] * 9))
    spells = ((early, "1", None), (steady, "2", None), (former, "2", WEEK.first), (early, "3", None))
    for name, lesson_id, last in spells:
        sql = "INSERT INTO mux_admin.lesson_assets VALUES (%s, %s, '2026-01-01', %s) RETURNING 1"
        stage.ask(sql, lesson_id, name, last)
    later = Days(first=WEEK.first + NEAR, last=WEEK.last + NEAR)
    day = timedelta(days=1)
    too_late = Days(first=later.first + day, last=later.last + day)
    with stage.services.uow("test.read") as tx:
        found = left_early(tx.heatmaps.of_lessons(["1", "2", "4"], WEEK))
        near = tx.heatmaps.of_lessons(["1"], later)
        others = [tx.heatmaps.of_lessons(["1"], one) for one in (too_late, WEEK.before)]
        longer = tx.heatmaps.of_lessons(["1"], Days(first=WEEK.first - day, last=WEEK.last))
    assert found == {"1": pytest.approx(0.4), "2": pytest.approx(0.9)}
    assert [*near] == ["1"]
    assert (others, longer) == ([{}, {}], {})


def test_a_look_at_a_lesson_wants_its_curve_once_and_a_job_reads_it(stage: Stage, film: Path) -> None:
    opened = stage.open(stage.lesson(), film)
    lesson_id = opened.upload.lesson_id
    assert retention_looking.look(lesson_id, Period.WEEK, by=TESS, services=stage.services).asset_id is None
    stage.put(opened.url, film.read_bytes())
    stage.until(opened, UploadState.READY)
    stage.services = over(stage, Engagement(found=Heatmap(buckets=(1.0, 0.75, 0.5, 0.25), total_views=20)))
    first = retention_looking.look(lesson_id, Period.QUARTER, by=TESS, services=stage.services)
    again = retention_looking.look(lesson_id, Period.QUARTER, by=ADMIN, services=stage.services)
    assert (first.is_coming, first.curve, again.is_coming) == (True, None, True)
    wanted = stage.ask("SELECT args FROM jobs WHERE job = %s", Job.HEATMAP.value)
    assert len(wanted) == 1
    stage.run()
    seen = retention_looking.look(lesson_id, Period.QUARTER, by=TESS, services=stage.services)
    assert not seen.is_coming
    assert isinstance(seen.curve, Curve)
    assert seen.completion == Completion(share=0.25, basis=Basis.HEATMAP)
    with pytest.raises(NotAllowed):
        retention_looking.look(lesson_id, Period.WEEK, by=TIM, services=stage.services)
    stage.ask("UPDATE lessons SET status = 'draft' WHERE id::text = %s RETURNING id", lesson_id)
    with pytest.raises(NotFound):
        retention_looking.look(lesson_id, Period.WEEK, by=TIM, services=stage.services)
