"""Quality: from the double over HTTP, each period anew, into PostgreSQL; and views that failed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import fmean, median
from threading import Lock
from typing import Any

import pytest

from core import forgetting, quality_reading, syncing
from core.audience import Group, Side
from core.errors import Refused, Unavailable
from core.figures import Span, span_over
from core.period import Days, Period
from core.ports import Services
from core.quality import MOST_WATCHED, KeptQuality, Measure, Quality, Reading, ReadingPage
from core.quality_failure import FailedView
from tests.integration.figures.test_syncing import BERLIN, Data, asset_at_double, single_views
from tests.integration.figures.watched import plays
from tests.integration.serving import Reply, serving
from tests.integration.uploads.stage import ADMIN, Stage

DAY_S = 86_400
MEASURES = len(Measure)


@dataclass
class Measured:
    """Mux Data: each of so many videos has `views` views of which one in four fails; counts what it is
    asked, and stops when told to."""

    videos: int = 3
    views: int = 8
    failed: dict[str, Sequence[FailedView]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    fails_after: int | None = None
    refuses: str = ""
    lock: Any = field(default_factory=Lock)

    def measured(self, measure: Measure, *, span: Span) -> Reading:
        self._count("school")
        return Reading(value=0.25, views=self.videos * self.views)

    def measured_by_asset(self, measure: Measure, *, span: Span, page: int, limit: int) -> ReadingPage:
        self._count("page")
        names = [f"film-{number:03}" for number in range(self.videos)]
        shown = names[(page - 1) * limit : page * limit]
        rows = {name: Reading(value=0.25, views=self.views) for name in shown}
        return ReadingPage(rows=rows, is_last=page * limit >= self.videos)

    def viewers_by(self, side: Side, asset_id: str | None, *, span: Span) -> Sequence[Group]:
        self._count("side")
        assert asset_id is None
        return [Group(side=side, name="most", viewers=self.views)]

    def failed_views(self, asset_id: str, *, span: Span, limit: int) -> Sequence[FailedView]:
        self._count("views")
        return self.failed.get(asset_id, ())

    def _count(self, what: str) -> None:
        with self.lock:
            if self.fails_after is not None and self.asked.total() >= self.fails_after:
                raise Unavailable("Mux does not answer.")
            self.asked[what] += 1
            if what == self.refuses:
                raise Refused(f"Mux refuses {what}.", status=400)


def over(stage: Stage, data: Any) -> Services:
    services = stage.services
    return replace(services, mux=data, settings=replace(services.settings, school_timezone=BERLIN))


def of_school(stage: Stage, period: Period) -> KeptQuality:
    with stage.services.uow("test.read") as tx:
        found = tx.quality.of_school(int(period))
    assert found is not None
    return found


def of_asset(stage: Stage, asset_id: str, period: Period = Period.WEEK) -> Quality | None:
    with stage.services.uow("test.read") as tx:
        found = tx.quality.of_asset(int(period), asset_id)
    return found.quality if found else None


def days_read(stage: Stage) -> dict[date, Quality]:
    with stage.services.uow("test.read") as tx:
        return dict(tx.quality.days(Days(first=date(2020, 1, 1), last=date(2100, 1, 1))))


def yesterday(stage: Stage) -> date:
    return stage.clock().astimezone(BERLIN).date() - timedelta(days=1)


def ended_in(views: Sequence[dict[str, Any]], span: Span) -> list[dict[str, Any]]:
    return [one for one in views if span.start_s <= _at(one["view_end"]) < span.end_s]


def _at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def by_hand(views: Sequence[dict[str, Any]]) -> dict[str, float | None]:
    """What these views come to, told from the long record of each."""
    began = [view["time_to_first_frame"] for view in views if view["watched"]]
    watched = [max(1, view["watch_time"]) for view in views]
    stops = [view["buffering_count"] for view in views]
    return {
        "views": len(views),
        "startup_ms": median(began) if began else None,
        "not_started": fmean(view["video_startup_failure"] for view in views),
        "failed": fmean(view["playback_failure"] for view in views),
        "waiting": fmean(float(view["rebuffer_percentage"]) for view in views),
        "stops_per_min": fmean(60_000 * n / ms for n, ms in zip(stops, watched, strict=True)),
        "score": fmean(float(view["viewer_experience_score"]) for view in views),
    }


def told(quality: Quality | None, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(quality, name) for name in names}


@dataclass
class Week:
    """What was read of a week in which four videos were watched, and each single view of it."""

    services: Services
    days: Days
    views: Sequence[dict[str, Any]]
    """Of the week, and some around it."""
    made: Sequence[str]

    @property
    def span(self) -> Span:
        return span_over(self.days, BERLIN)

    @property
    def ended(self) -> list[dict[str, Any]]:
        return ended_in(self.views, self.span)


@pytest.fixture
def week(stage: Stage, film: Path) -> Week:
    body = film.read_bytes()
    with serving(lambda _: Reply(200, body, headers={"Content-Type": "video/mp4"})) as files:
        made = [asset_at_double(stage, f"{files.url}/{name}.mp4") for name in ("one", "two", "three", "four")]
    services = replace(stage.services, settings=replace(stage.services.settings, school_timezone=BERLIN))
    quality_reading.read_quality(services=services)
    days = of_school(stage, Period.WEEK).days
    views = [view for view, _ in single_views(stage, days.first - timedelta(days=1))]
    return Week(services=services, days=days, views=views, made=made)


def test_a_week_is_what_its_single_views_come_to(stage: Stage, week: Week) -> None:
    school = of_school(stage, Period.WEEK).quality
    assert week.days == Days(first=yesterday(stage) - timedelta(days=6), last=yesterday(stage))
    by_asset = {one: [view for view in week.ended if view["asset_id"] == one] for one in week.made}
    read = [
        (school, week.ended),
        *((of_asset(stage, one), those) for one, those in by_asset.items() if those),
    ]
    for quality, those in read:
        expected = by_hand(those)
        assert told(quality, [*expected]) == pytest.approx(expected, abs=1e-5)
        assert quality is not None
        began = [view["time_to_first_frame"] for view in those if view["watched"]]
        assert sum(ms > (quality.slow_startup_ms or 0.0) for ms in began) <= 0.05 * len(began)
    # Viewers count with the day on which their view began, though it may have ended after the week.
    starts = [(_at(view["view_start"]), view["viewer_user_id"]) for view in week.views]
    viewers = {viewer for at_s, viewer in starts if week.span.start_s <= at_s < week.span.end_s}
    assert school.viewers == len(viewers)


def test_the_days_of_the_school_are_what_their_single_views_come_to(stage: Stage, week: Week) -> None:
    names = ("views", "failed", "waiting")
    read = days_read(stage)
    for day in week.days:
        those = ended_in(week.views, span_over(Days(first=day, last=day), BERLIN))
        expected = {name: by_hand(those)[name] for name in names} if those else told(Quality(), names)
        assert told(read[day], names) == pytest.approx(expected, abs=1e-5)


def test_views_that_failed_in_the_week_are_kept_with_what_the_player_said(stage: Stage, week: Week) -> None:
    with week.services.uow("test.read") as tx:
        kept = [one for asset_id in week.made for one in tx.quality.failed_views(asset_id, week.span)]
    failed = {view["id"]: view for view in week.ended if view["playback_failure"]}
    assert {one.id for one in kept} == {*failed}
    for one in kept:
        view = failed[one.id]
        assert (one.code, one.browser) == (view["player_error_code"], view["viewer_application_name"])
        assert (one.system, one.country) == (view["viewer_os_family"], view["country_code"])


def test_each_period_is_asked_once_a_day_and_the_days_that_may_change(stage: Stage) -> None:
    data = Measured()
    services = over(stage, data)
    quality_reading.read_quality(services=services)
    # Four periods of eight measures; 99 whole days of three; three videos that fail, looked at for the week;
    # and who watched in 28 days, from three sides.
    assert data.asked == {"school": 4 * MEASURES + 99 * 3, "page": 4 * MEASURES, "side": 3, "views": 3}
    data.asked.clear()
    stage.clock.ahead_s = 60
    quality_reading.read_quality(services=services)
    assert not data.asked
    stage.clock.ahead_s = DAY_S
    quality_reading.read_quality(services=services)
    # The day that is over now, and the three before it: the fourth was read late enough the day before.
    assert data.asked == {"school": 4 * MEASURES + 4 * 3, "page": 4 * MEASURES, "side": 3, "views": 3}
    assert of_school(stage, Period.WEEK).days.last == yesterday(stage)
    assert of_school(stage, Period.YEAR).days.first == yesterday(stage) - timedelta(days=98)
    assert of_school(stage, Period.YEAR).quality.views_failed == 6


def test_only_the_most_watched_are_asked_for_and_few_of_them_view_by_view(stage: Stage) -> None:
    data = Measured(videos=450)
    quality_reading.read_quality(services=over(stage, data))
    assert (data.asked["page"], data.asked["views"]) == (4 * MEASURES * 2, 20)
    assert stage.ask("SELECT period_d, count(*) FROM mux_admin.quality_periods GROUP BY 1 ORDER BY 1") == [
        (period_d, MOST_WATCHED + 1) for period_d in (7, 28, 90, 365)
    ]


@pytest.mark.parametrize("calls", [10, 2 * MEASURES + 4, 8 * MEASURES + 30])
def test_broken_off_it_goes_on_with_what_is_missing(stage: Stage, calls: int) -> None:
    """Within the first period, the second, and the days."""
    data = Measured(fails_after=calls)
    services = over(stage, data)
    with pytest.raises(Unavailable):
        quality_reading.read_quality(services=services)
    data.fails_after = None
    quality_reading.read_quality(services=services)
    at_once = 8 * MEASURES + 99 * 3 + 3 + 3
    assert at_once <= data.asked.total() <= at_once + 2 * MEASURES + 3  # no period and no day twice
    assert len(days_read(stage)) == 99


def test_who_watches_is_kept_of_the_whole_school_and_of_one_period(stage: Stage) -> None:
    data = Measured(views=8)
    quality_reading.read_quality(services=over(stage, data))
    data.views = 9
    quality_reading.read_quality(services=over(stage, data), since=yesterday(stage))
    everybody = tuple(Group(side=side, name="most", viewers=9) for side in Side)
    assert of_school(stage, Period.FOUR_WEEKS).audience == everybody
    assert of_school(stage, Period.WEEK).audience is None


def test_a_period_that_is_read_again_has_what_is_true_now(stage: Stage) -> None:
    data = Measured(videos=3)
    services = over(stage, data)
    quality_reading.read_quality(services=services)
    data.videos, data.views = 2, 4
    since = yesterday(stage)
    quality_reading.read_quality(services=services, since=since)
    assert of_asset(stage, "film-002") is None
    found = of_asset(stage, "film-001")
    assert found is not None
    assert (found.views, found.views_failed, found.startup_ms) == (4, 1, 0.25)
    days = days_read(stage)
    assert (days[since].views, days[since - timedelta(days=1)].views) == (8, 24)


def test_what_nobody_watched_has_no_figures_whatever_number_mux_gives(stage: Stage) -> None:
    quality_reading.read_quality(services=over(stage, Measured(videos=0)))
    assert of_school(stage, Period.WEEK).quality == Quality()
    assert days_read(stage)[yesterday(stage)] == Quality()


def test_views_that_failed_are_kept_once_and_forgotten_in_time(stage: Stage) -> None:
    at = stage.clock() - timedelta(days=2)
    one = FailedView(id="v1", at=at, code="3", message="No decoder.", browser="Safari", system="iOS")
    data = Measured(failed={"film-000": [one]})
    services = over(stage, data)
    quality_reading.read_quality(services=services)
    stage.clock.ahead_s = DAY_S
    quality_reading.read_quality(services=services)
    week = Span(start_s=int(at.timestamp()) - 60, end_s=int(at.timestamp()) + 60)
    with stage.services.uow("test.read") as tx:
        assert list(tx.quality.failed_views("film-000", week)) == [one]
        assert list(tx.quality.failed_views("film-001", week)) == []
    stage.clock.ahead_s = 500 * DAY_S
    forgetting.forget(services=stage.services)
    assert stage.ask("SELECT count(*) FROM mux_admin.failed_views") == [(0,)]


def test_a_lesson_has_the_quality_of_the_video_that_it_plays_now(stage: Stage) -> None:
    first, second = stage.lesson(), stage.lesson("Decimals")
    for lesson_id in (first, second):
        plays(stage, lesson_id, "film-000")
    with stage.services.uow("test") as tx:
        tx.figures.note_assets(today=datetime.now(UTC).date(), zone=BERLIN)
        tx.commit()
    quality_reading.read_quality(services=over(stage, Measured()))
    week = Days(first=yesterday(stage) - timedelta(days=6), last=yesterday(stage))

    def views(lessons: Sequence[str] | None, days: Days) -> dict[str, int]:
        with stage.services.uow("test.read") as tx:
            return {lesson_id: one.views for lesson_id, one in tx.quality.of_lessons(lessons, days).items()}

    assert views(None, week) == {min(first, second): 8}
    assert views([max(first, second)], week) == {max(first, second): 8}
    assert views(["another"], week) == views(None, week.before) == {}


def test_where_quality_cannot_be_read_the_days_are_kept_and_why_is_told(stage: Stage) -> None:
    class Away(Data):
        def measured(self, _measure: Measure, *, span: Span) -> Reading:
            raise Unavailable("Mux does not answer.")

    services, before = over(stage, Away()), stage.clock()
    with pytest.raises(Unavailable):
        syncing.sync(by=ADMIN, services=services)
    assert stage.ask("SELECT count(*) FROM mux_admin.figure_days") == [(100,)]
    fresh = syncing.freshness(services=services)
    assert (fresh.error, fresh.is_partly) == ("Mux does not answer.", True)
    assert fresh.read_at is not None
    assert before <= fresh.read_at


def test_viewers_that_are_refused_keep_no_quality_back_and_are_asked_for_again(stage: Stage) -> None:
    data = Measured(refuses="side")
    services = over(stage, data)
    with pytest.raises(Refused, match="Mux refuses side"):
        quality_reading.read_quality(services=services)
    four_weeks = of_school(stage, Period.FOUR_WEEKS)
    assert (four_weeks.quality.views, four_weeks.audience) == (24, None)
    assert of_school(stage, Period.YEAR).quality.views == 24
    assert len(days_read(stage)) == 99
    data.refuses = ""
    data.asked.clear()
    quality_reading.read_quality(services=services)
    assert data.asked == Counter({"side": len(Side)})  # and nothing else
    assert len(of_school(stage, Period.FOUR_WEEKS).audience or ()) == len(Side)
    data.asked.clear()
    quality_reading.read_quality(services=services)
    assert not data.asked


def test_single_views_that_are_refused_keep_no_quality_back(stage: Stage) -> None:
    data = Measured(refuses="views")
    with pytest.raises(Refused, match="Mux refuses views"):
        quality_reading.read_quality(services=over(stage, data))
    assert of_asset(stage, "film-000") is not None
    assert len(days_read(stage)) == 99
