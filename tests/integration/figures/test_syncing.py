"""Figures of what was watched: from the double over HTTP, day by day into PostgreSQL."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import urllib3
from click.testing import CliRunner

from cli import main
from commands.session import Session
from core import syncing, viewing
from core.errors import NotAllowed, Refused, Unavailable
from core.figures import Figure, FigurePage, Metric, Span, span_of
from core.period import Period
from core.ports import Services
from tests.integration.figures.watched import NoQuality, plays, views_a_day
from tests.integration.serving import Reply, serving
from tests.integration.uploads.stage import ADMIN, TESS, Stage

BERLIN = ZoneInfo("Europe/Berlin")
ROWS = "SELECT asset_id, day, views, viewers, watch_ms, playing_ms FROM mux_admin.asset_days ORDER BY 1, 2"
http = urllib3.PoolManager(retries=False, timeout=20.0)


class Data(NoQuality):
    """Mux Data with so many watched assets a day; counts what it is asked, and stops when told to."""

    def __init__(self, watched: int = 3) -> None:
        self.watched, self.asked, self.fails_after = watched, Counter[Span](), None
        self.lock = Lock()
        self.never: set[Span] = set()
        """Days that it does not give."""
        self.error: Exception = Unavailable("Mux does not answer.", hint="Try again.")
        self.late: str | None = None
        """Watched for the first time between a breakdown's first page and its second."""

    def breakdown(self, metric: Metric, *, group_by: str, span: Span, page: int, limit: int) -> FigurePage:
        with self.lock:
            if self.fails_after is not None and self.asked.total() >= self.fails_after:
                raise self.error
            self.asked[span] += 1
        if span in self.never:
            raise self.error
        names = [f"asset-{number:04}" for number in range(self.watched)]
        names = sorted([*names, self.late]) if self.late and page > 1 else names
        shown = names[(page - 1) * limit : page * limit]
        rows = [Figure(field=name, value=2.0, views=5, watch_ms=900, playing_ms=800) for name in shown]
        return FigurePage(rows=rows, total=len(names))


def over(stage: Stage, data: Data, zone: ZoneInfo = BERLIN) -> Services:
    services = stage.services
    mux: Any = data
    return replace(services, mux=mux, settings=replace(services.settings, school_timezone=zone))


def rows(stage: Stage) -> list[Any]:
    return stage.ask(ROWS)


def ask_double(stage: Stage, path: str) -> Any:
    auth = urllib3.make_headers(basic_auth="token-id:token-secret")
    return http.request("GET", f"{stage.settings['mux_base_url']}{path}", headers=auth).json()


def asset_at_double(stage: Stage, url: str) -> str:
    auth = urllib3.make_headers(basic_auth="token-id:token-secret")
    body = {"inputs": [{"url": url}], "playback_policies": ["public"]}
    base = f"{stage.settings['mux_base_url']}/video/v1/assets"
    made = str(http.request("POST", base, json=body, headers=auth).json()["data"]["id"])
    stage.run_until(lambda: ask_double(stage, f"/video/v1/assets/{made}")["data"]["status"] == "ready")
    return made


def single_views(stage: Stage, since: date) -> Iterator[tuple[dict[str, Any], date]]:
    """Every single view that the double tells of, with the day in Berlin on which it began."""
    start = int(datetime(since.year, since.month, since.day, tzinfo=BERLIN).timestamp())
    now = int(stage.clock.seconds())
    page = 1
    while listed := ask_double(
        stage, f"/data/v1/video-views?limit=100&page={page}&timeframe[]={start}&timeframe[]={now}"
    )["data"]:
        for one in listed:
            view = ask_double(stage, f"/data/v1/video-views/{one['id']}")["data"]
            began = datetime.fromisoformat(view["view_start"]).astimezone(BERLIN).date()
            if began >= since:
                yield view, began
        page += 1


def counted_by_hand(stage: Stage, since: date) -> Counter[tuple[str, date]]:
    """Views of each asset on each day of Berlin, from the list of single views."""
    return Counter((view["asset_id"], day) for view, day in single_views(stage, since))


def test_figures_are_those_of_the_single_views_by_the_schools_days(stage: Stage, film: Path) -> None:
    body = film.read_bytes()
    with serving(lambda _: Reply(200, body, headers={"Content-Type": "video/mp4"})) as files:
        made = {asset_at_double(stage, f"{files.url}/{name}.mp4") for name in ("one", "two")}
    services = stage.services
    services = replace(services, settings=replace(services.settings, school_timezone=BERLIN))
    since = stage.clock().astimezone(BERLIN).date() - timedelta(days=12)
    found = syncing.sync(by=ADMIN, services=services, since=since)
    views = {(asset_id, day): count for asset_id, day, count, *_ in rows(stage)}
    assert found.days == 13
    assert found.rows == len(views)
    assert views == dict(counted_by_hand(stage, since))
    for asset_id in made:
        assert (
            sum(count for (of, _), count in views.items() if of == asset_id) >= 11 * views_a_day(asset_id) > 0
        )
    assert all(0 < viewers <= count for _, _, count, viewers, *_ in rows(stage))


def test_a_lessons_days_are_those_of_the_single_views_from_s3_and_from_mux(stage: Stage, film: Path) -> None:
    """One lesson moved twelve days ago, the other lies in S3; players name both, on most pages."""
    moved, stays = stage.lesson(), stage.lesson("Decimals")
    body, double = film.read_bytes(), stage.settings["mux_base_url"]
    with serving(lambda _: Reply(200, body, headers={"Content-Type": "video/mp4"})) as files:
        made = asset_at_double(stage, f"{files.url}/one.mp4")
    today = stage.clock().astimezone(BERLIN).date()
    since = today - timedelta(days=12)
    created_at = int(stage.clock.seconds()) - 12 * 86_400
    http.request("PATCH", f"{double}/sandbox/assets/{made}", json={"created_at": created_at})
    pages = [{"video_id": moved, "file": "one.mp4"}, {"video_id": stays, "file": "media/two.mp4"}]
    assert http.request("PUT", f"{double}/sandbox/pages", json={"pages": pages}).status == 200
    then = datetime.fromtimestamp(created_at, UTC)
    stage.ask("UPDATE mux_admin.assets SET created_at = %s, ready_at = %s RETURNING id", then, then)
    plays(stage, moved, made)
    services = stage.services
    services = replace(services, settings=replace(services.settings, school_timezone=BERLIN))
    syncing.sync(by=ADMIN, services=services, since=since)
    by_asset: Counter[tuple[str, date]] = Counter()
    by_name: Counter[tuple[str, date]] = Counter()
    for view, day in single_views(stage, since):
        by_asset[moved, day] += view["asset_id"] == made
        by_name[view["video_id"], day] += 1
    expected = {key: max(by_asset[key], by_name[key]) for key in by_asset | by_name if key[0]}
    found = stage.ask("SELECT lesson_id, day, mux_views FROM mux_admin.lesson_days")
    assert {(lesson_id, day): views for lesson_id, day, views in found} == {
        key: views for key, views in expected.items() if views
    }
    # Of eleven whole days the player is silent of one view in eight.
    assert sum(views for (name, _), views in by_name.items() if name == stays) >= 9
    assert views_a_day(f"file of {stays}") > 0
    week = [today - timedelta(days=back) for back in range(1, 8)]
    page = viewing.overview(Period.WEEK, by=ADMIN, services=services)
    assert {one.lesson_id: one.now.views for one in page.lessons} == {
        lesson_id: views
        for lesson_id in (moved, stays)
        if (views := sum(expected.get((lesson_id, day), 0) for day in week))
    }
    assert page.now.views == sum(expected.get((name, day), 0) for name in (moved, stays) for day in week) >= 5


def test_the_first_run_reads_a_hundred_days_and_the_next_one_those_that_may_change(stage: Stage) -> None:
    data = Data(watched=250)
    services = over(stage, data)
    found = syncing.sync(by=ADMIN, services=services)
    assert (found.days, found.rows) == (100, 100 * 250)
    assert data.asked.total() == 100 * 3 * 3  # of three breakdowns, three pages each
    data.asked.clear()
    assert syncing.sync(by=ADMIN, services=services).days == 4  # today, and three days before it
    assert data.asked.total() == 4 * 3 * 3
    assert len(rows(stage)) == 100 * 250


@pytest.mark.parametrize("calls", [90, 91, 92])
def test_broken_off_it_goes_on_where_it_was_and_no_day_is_asked_for_twice(stage: Stage, calls: int) -> None:
    """Between two days, and in the middle of one."""
    data = Data()
    services = over(stage, data)
    data.fails_after = calls
    with pytest.raises(Unavailable):
        syncing.sync(by=ADMIN, services=services)
    assert len(rows(stage)) == 30 * 3
    fresh = syncing.freshness(services=services)
    assert fresh.read_at is not None  # the newest thirty days are known
    missing = stage.clock().astimezone(BERLIN).date() - timedelta(days=30)
    assert (fresh.is_partly, fresh.error) == (
        True,
        f"Of {missing} there are no figures yet: Mux does not answer.",
    )
    data.fails_after = None
    syncing.sync(by=ADMIN, services=services)
    assert len(rows(stage)) == 100 * 3
    asked = [data.asked[span] for span in sorted(data.asked, key=lambda span: -span.start_s)]
    # Three breakdowns a day: those that may change twice, the one that was broken off its first once more.
    assert asked == [6, 6, 6, 6, *[3] * 26, 3 + calls - 90, *[3] * 69]
    assert syncing.freshness(services=services).error is None


def test_a_day_that_is_read_again_has_what_is_true_now(stage: Stage) -> None:
    data = Data(watched=3)
    services = over(stage, data)
    today = stage.clock().astimezone(BERLIN).date()
    syncing.sync(by=ADMIN, services=services, since=today)
    syncing.sync(by=ADMIN, services=services, since=today)
    assert [row[0] for row in rows(stage)] == ["asset-0000", "asset-0001", "asset-0002"]
    data.watched = 2
    syncing.sync(by=ADMIN, services=services, since=today)
    assert [row[:4] for row in rows(stage)] == [("asset-0000", today, 5, 2), ("asset-0001", today, 5, 2)]


def test_a_video_that_is_first_watched_between_two_pages_does_not_end_the_run(stage: Stage) -> None:
    """It moves the last row of the first page to the second."""
    data = Data(watched=150)
    data.late = "an-early-name"
    services = over(stage, data)
    today = stage.clock().astimezone(BERLIN).date()
    assert syncing.sync(by=ADMIN, services=services, since=today).rows == 150
    assert len(rows(stage)) == 150
    assert stage.ask("SELECT count(*) FROM mux_admin.video_id_days") == [(150,)]


def test_what_failed_is_told_and_the_figures_of_before_stay(stage: Stage) -> None:
    data = Data()
    services = over(stage, data)
    syncing.sync(by=ADMIN, services=services)
    before, data.fails_after = rows(stage), 0
    data.error = Refused("The token may not read Mux Data.", hint="Give it the permission.", status=403)
    with pytest.raises(Refused):
        syncing.sync(by=ADMIN, services=services)
    fresh = syncing.freshness(services=services)
    assert (fresh.error, fresh.hint) == ("The token may not read Mux Data.", "Give it the permission.")
    assert fresh.read_at is not None
    assert fresh.tried_at is not None
    assert fresh.read_at < fresh.tried_at
    assert rows(stage) == before


def of_day(stage: Stage, back: int) -> Span:
    return span_of(stage.clock().astimezone(BERLIN).date() - timedelta(days=back), BERLIN)


def test_an_old_day_that_mux_never_gives_keeps_neither_others_nor_the_newest_back(stage: Stage) -> None:
    data = Data()
    services = over(stage, data)
    data.never = {of_day(stage, 40)}
    with pytest.raises(
        Unavailable, match=f"Of {stage.clock().astimezone(BERLIN).date() - timedelta(days=40)} "
    ):
        syncing.sync(by=ADMIN, services=services)
    assert len(rows(stage)) == 99 * 3
    fresh = syncing.freshness(services=services)
    assert fresh.read_at is not None
    assert (fresh.is_partly, str(fresh.error).startswith("Of ")) == (True, True)


def test_a_day_of_the_newest_that_does_not_come_holds_the_figures_where_they_were(stage: Stage) -> None:
    data = Data()
    services = over(stage, data)
    data.never = {of_day(stage, 1)}
    with pytest.raises(Unavailable):
        syncing.sync(by=ADMIN, services=services)
    assert len(rows(stage)) == 99 * 3  # what came is kept
    fresh = syncing.freshness(services=services)
    assert (fresh.read_at, fresh.is_partly) == (None, False)


@pytest.mark.parametrize(
    ("error", "asked"), [(Unavailable("503."), 3), (Refused("No.", account_wide=True), 1)]
)
def test_mux_is_asked_for_no_more_days_where_several_fail(stage: Stage, error: Exception, asked: int) -> None:
    data = Data()
    data.never, data.error = {of_day(stage, back) for back in range(100)}, error
    with pytest.raises(type(error)):
        syncing.sync(by=ADMIN, services=over(stage, data))
    assert len(data.asked) == asked


def test_the_last_final_day_is_the_fourth_before_today(stage: Stage) -> None:
    services = over(stage, Data(), zone=ZoneInfo("UTC"))
    assert syncing.freshness(services=services).final_to is None
    syncing.sync(by=ADMIN, services=services)
    today = datetime.now(UTC).date()
    assert syncing.freshness(services=services).final_to == today - timedelta(days=4)


def test_a_teacher_fetches_no_figures(stage: Stage) -> None:
    with pytest.raises(NotAllowed):
        syncing.sync(by=TESS, services=over(stage, Data()))


def test_a_shell_reads_days_anew(stage: Stage) -> None:
    services = over(stage, Data(), zone=ZoneInfo("UTC"))
    since = datetime.now(UTC).date() - timedelta(days=5)
    words = ["sync", "analytics", "--since", f"{since}"]
    done = CliRunner().invoke(main, [*words, "--json"], obj=Session(lambda: services))
    final_to = f"{since + timedelta(days=1)}"
    assert json.loads(done.output) == {"days": 6, "rows": 18, "first": f"{since}", "final_to": final_to}
    again = CliRunner().invoke(main, words, obj=Session(lambda: services))
    assert again.output.startswith("6 days read, 18 rows, final up to ")


def test_a_day_that_mux_does_not_keep_or_that_is_to_come_is_said(stage: Stage) -> None:
    services = over(stage, Data(), zone=ZoneInfo("UTC"))
    today = datetime.now(UTC).date()
    old, to_come, wrong = (
        CliRunner().invoke(main, ["sync", "analytics", "--since", since], obj=Session(lambda: services))
        for since in ("2020-01-01", f"{today + timedelta(days=1)}", "yesterday")
    )
    assert old.output.startswith("100 days read, 300 rows, final up to ")
    assert old.output.endswith(f" Mux keeps nothing of before {today - timedelta(days=99)}.\n")
    assert (to_come.exit_code, "is a day to come" in to_come.stderr) == (1, True)
    assert wrong.exit_code == 2
    assert syncing.freshness(services=services).error is None
