"""Mux Data over made-up views: stable, consistent with itself, honest about wrong questions."""

import time
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from sandbox.mux.testing import running_mux
from sandbox.mux.views.attention import heatmap
from sandbox.mux.views.made_up import Watched, views
from sandbox.mux.views.question import window
from sandbox.mux.views.trouble import DECODING
from tests.sandbox.mux.stage import Caller

MONTH = {"timeframe[]": "30:days"}


@pytest.fixture
def films(mux: Caller, host: str) -> list[dict[str, Any]]:
    """Three ready assets that the site knows as lesson-0, lesson-1 and lesson-2."""
    return [
        mux.ready(f"{host}/film.mp4", meta={"title": f"Lesson {n}", "external_id": f"lesson-{n}"})
        for n in range(3)
    ]


def ask(mux: Caller, path: str, **query: Any) -> dict[str, Any]:
    answer = mux.get(f"/data/v1/{path}?{urlencode(MONTH | query, doseq=True)}")
    assert answer.status == 200, answer.text
    return answer.json


def test_overall_counts_what_the_list_of_views_shows(mux: Caller, films: list):
    overall = ask(mux, "metrics/views/overall")["data"]
    listed = ask(mux, "video-views", limit=100)
    assert overall["value"] == overall["total_views"] == listed["total_row_count"] > 10
    playing = ask(mux, "metrics/playing_time/overall")["data"]
    assert playing["value"] == playing["total_playing_time"] > 0


def test_parts_of_a_breakdown_add_up_to_the_whole(mux: Caller, films: list):
    overall = ask(mux, "metrics/views/overall")["data"]["value"]
    for dimension in ("asset_id", "video_id", "country", "viewer_device_category"):
        rows = ask(mux, "metrics/views/breakdown", group_by=dimension, limit=100)
        assert sum(row["views"] for row in rows["data"]) == overall
        assert rows["total_row_count"] == len(rows["data"])


def test_a_breakdown_is_ordered_and_paged(mux: Caller, films: list):
    by_views = {"group_by": "country", "order_by": "views", "order_direction": "desc", "limit": 2}
    first = ask(mux, "metrics/views/breakdown", **by_views)["data"]
    second = ask(mux, "metrics/views/breakdown", **by_views, page=2)["data"]
    counts = [row["views"] for row in first + second]
    assert counts == sorted(counts, reverse=True)
    assert len({row["field"] for row in first + second}) == 4


def test_a_filter_leaves_what_a_breakdown_shows_for_it(mux: Caller, films: list):
    rows = ask(mux, "metrics/views/breakdown", group_by="video_id")["data"]
    for row in rows:
        kept = ask(mux, "metrics/views/overall", **{"filters[]": f"video_id:{row['field']}"})
        assert kept["data"]["value"] == row["views"]
    both = ask(mux, "metrics/views/overall", **{"filters[]": ["video_id:lesson-0", "video_id:lesson-1"]})
    without = ask(mux, "metrics/views/overall", **{"filters[]": "!video_id:lesson-2"})
    assert both["data"]["value"] == without["data"]["value"]


def test_a_metric_filter_compares(mux: Caller, films: list):
    whole = ask(mux, "metrics/views/overall")["data"]["value"]
    held_up, smooth = (
        ask(mux, "metrics/views/overall", **{"metric_filters[]": comparison})["data"]["value"]
        for comparison in ("rebuffer_count>=1", "rebuffer_count<1")
    )
    assert 0 < held_up < whole
    assert held_up + smooth == whole


def test_quality_counts_the_views_that_have_a_value(mux: Caller, films: list):
    """Told view by view: the time to the first picture is known only where there was one."""
    listed, page = [], 1
    while found := ask(mux, "video-views", limit=100, page=page)["data"]:
        listed, page = [*listed, *found], page + 1
    views = [mux.get(f"/data/v1/video-views/{one['id']}").data for one in listed]
    began = sorted(view["time_to_first_frame"] for view in views if view["watched"])
    half = len(began) // 2
    middle = began[half] if len(began) % 2 else (began[half - 1] + began[half]) / 2
    assert ask(mux, "metrics/video_startup_time/overall")["data"]["value"] == middle
    rows = ask(mux, "metrics/video_startup_time/breakdown", group_by="asset_id")["data"]
    assert sum(row["views"] for row in rows) == len(began) < len(views)
    rows = ask(mux, "metrics/playback_failure_percentage/breakdown", group_by="asset_id")["data"]
    assert sum(row["views"] for row in rows) == len(views)
    failed = sum(view["playback_failure"] for view in views)
    assert sum(round(row["value"] * row["views"]) for row in rows) == failed
    assert len(ask(mux, "video-views", error_id="any", limit=100)["data"]) == failed > 0


def test_some_films_often_fail_in_safari_on_phones_and_tablets(mux: Caller):
    """And say why; others now and then."""
    failed = Counter[bool]()
    for number in range(200):
        for view in views(1, watched(f"film-{number}"), 0, 20 * DAY_S):
            failed[bool(view.fault and view.fault == DECODING)] += 1
    assert 0.01 < failed[True] / failed.total() < 0.03


def test_a_timeseries_has_a_point_per_step_and_adds_up(mux: Caller, films: list):
    until = int(time.time()) // 86_400 * 86_400
    frame = {"timeframe[]": [until - 10 * 86_400, until]}
    points = ask(mux, "metrics/views/timeseries", **frame, group_by="day")["data"]
    assert len(points) == 10
    assert points[0][0] < points[1][0]
    hours = ask(mux, "metrics/views/timeseries", **frame, group_by="hour")["data"]
    assert sum(float(point[1]) for point in hours) == sum(float(point[1]) for point in points)


def test_a_comparison_is_a_card_of_one_film(mux: Caller, films: list):
    card = ask(mux, "metrics/comparison", dimension="asset_id", value=films[0]["id"])["data"]
    totals = next(item for item in card if item["name"] == "totals")
    (row,) = ask(
        mux, "metrics/views/breakdown", group_by="asset_id", **{"filters[]": f"asset_id:{films[0]['id']}"}
    )["data"]
    assert (totals["view_count"], totals["watch_time"]) == (row["views"], row["total_watch_time"])
    assert {item.get("metric") for item in card} >= {"views", "viewer_experience_score", "rebuffer_score"}


def test_a_view_can_be_looked_at_closely(mux: Caller, films: list):
    listed = ask(mux, "video-views", limit=1)["data"][0]
    view = mux.get(f"/data/v1/video-views/{listed['id']}").data
    assert view["id"] == listed["id"]
    assert view["asset_id"] in [film["id"] for film in films]
    assert float(view["view_max_playhead_position"]) <= view["video_duration"]
    assert mux.get("/data/v1/video-views/nonsense").status == 404


@pytest.mark.parametrize("subject", ["assets", "videos", "playback-ids"])
def test_attention_falls_along_the_film_under_each_of_its_names(mux: Caller, films: list, subject: str):
    names = {
        "assets": films[0]["id"],
        "videos": "lesson-0",
        "playback-ids": films[0]["playback_ids"][0]["id"],
    }
    heat = ask(mux, f"engagement/{subject}/{names[subject]}/heatmap")["data"]
    assert 10 <= len(heat["value"]) <= 1000
    assert sum(heat["value"][:20]) > sum(heat["value"][-20:])
    assert heat["total_views"] > 0


def test_hotspots_lie_in_the_film_best_first(mux: Caller, films: list):
    found = ask(mux, f"engagement/assets/{films[0]['id']}/hotspots", limit=4)["data"]["hotspots"]
    scores = [spot["score"] for spot in found]
    assert len(found) == 4
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 1
    assert all(0 <= spot["start_ms"] < spot["end_ms"] <= films[0]["duration"] * 1000 + 1 for spot in found)


def test_an_unwatched_film_has_no_views_and_no_heat(mux: Caller):
    heat = ask(mux, f"engagement/assets/{'x' * 40}/heatmap")["data"]
    assert (heat["total_views"], max(heat["value"])) == (0, 0)
    assert ask(mux, f"engagement/assets/{'x' * 40}/hotspots")["data"]["hotspots"] == []
    assert ask(mux, "metrics/viewer_experience_score/overall")["data"]["value"] == 0


@pytest.mark.parametrize(
    "path",
    [
        "metrics/happiness/overall",
        "metrics/views/overall?timeframe[]=soon",
        "metrics/views/overall?timeframe[]=200&timeframe[]=100",
        "metrics/views/overall?filters[]=country",
        "metrics/views/overall?filters[]=mood:good",
        "metrics/views/breakdown?group_by=mood",
        "metrics/views/breakdown?group_by=country&order_by=mood",
        "metrics/views/timeseries?group_by=year",
        "metrics/views/overall?metric_filters[]=fast",
        "metrics/playing_time/overall?measurement=most",
    ],
)
def test_wrong_questions_are_refused(mux: Caller, films: list, path: str):
    answer = mux.get(f"/data/v1/{path}")
    assert (answer.status, answer.json["error"]["type"]) == (400, "invalid_parameters")


class TestDeliveryUsage:
    def usage(self, mux: Caller, **query: Any) -> dict[str, Any]:
        now = int(time.time())
        frame = {"timeframe[]": [now - 20 * 86_400, now]}
        answer = mux.get(f"/video/v1/delivery-usage?{urlencode(frame | query, doseq=True)}")
        assert answer.status == 200, answer.text
        return answer.json

    def test_rows_are_ordered_and_their_tiers_add_up(self, mux: Caller, films: list):
        rows = self.usage(mux)["data"]
        seconds = [row["delivered_seconds"] for row in rows]
        assert seconds == sorted(seconds, reverse=True)
        assert {row["asset_id"] for row in rows} == {film["id"] for film in films}
        for row in rows:
            assert sum(row["delivered_seconds_by_resolution"].values()) == pytest.approx(
                row["delivered_seconds"]
            )

    def test_the_newest_half_day_is_not_there_yet(self, mux: Caller, films: list):
        now = int(time.time())
        recent = self.usage(mux, **{"timeframe[]": [now - 11 * 3600, now]})
        assert recent["data"] == []
        hour = mux.get("/video/v1/delivery-usage").json["timeframe"]
        assert hour[1] - hour[0] == 3600
        assert 12 * 3600 <= now - hour[1] < 13 * 3600 + 60

    def test_deleted_assets_keep_their_rows(self, mux: Caller, films: list):
        mux.call("DELETE", f"/video/v1/assets/{films[0]['id']}")
        (row,) = self.usage(mux, asset_id=films[0]["id"])["data"]
        assert row["asset_state"] == "deleted"
        assert int(row["deleted_at"]) >= int(row["created_at"])

    def test_asset_and_live_stream_exclude_each_other(self, mux: Caller):
        assert mux.get("/video/v1/delivery-usage?asset_id=a&live_stream_id=b").status == 400


def test_the_same_seed_brings_the_same_views_and_another_seed_others(tmp_path: Path, host: str):
    def asked(folder: str, seed: int) -> list[Any]:
        frame = {"timeframe[]": [1_790_000_000 - 20 * 86_400, 1_790_000_000]}
        with running_mux(tmp_path / folder, limits=False, seed=seed, clock=lambda: 1_790_000_000.0) as base:
            mux = Caller(base)
            mux.ready(f"{host}/film.mp4")
            return ask(mux, "video-views", **frame)["data"]

    assert asked("a", 5) == asked("b", 5)
    assert asked("c", 6) != asked("a", 5)


def watched(asset_id: str = "a", **changes: Any) -> Watched:
    usual = {"seq": 1, "playback_ids": ("p",), "video_ids": (), "title": None, "creator_id": None}
    life = {"duration_s": 60.0, "height": 720, "from_s": 0.0, "until_s": float("inf")}
    return Watched(asset_id=asset_id, **(usual | life | changes))


DAY_S = 86_400


def test_a_day_in_the_past_never_changes():
    early = list(views(1, watched(), 0, 30 * DAY_S))
    late = [view for view in views(1, watched(), 0, 60 * DAY_S) if view.end_at_s <= 30 * DAY_S]
    assert early == late


def test_engagement_counts_a_view_on_the_day_it_began_and_quality_on_the_day_it_ended():
    long = watched(duration_s=6 * 3600.0)
    starts = [view.start_at_s for view in views(1, long, 10 * DAY_S, 11 * DAY_S, by_start=True)]
    ends = [view.end_at_s for view in views(1, long, 10 * DAY_S, 11 * DAY_S)]
    assert starts
    assert all(10 * DAY_S <= at_s < 11 * DAY_S for at_s in starts + ends)


@pytest.mark.parametrize("by_start", [True, False])
def test_the_days_of_a_month_add_up_to_the_month(by_start: bool):
    long = watched(duration_s=6 * 3600.0)
    month = list(views(1, long, 10 * DAY_S, 40 * DAY_S, by_start=by_start))
    days = [views(1, long, day * DAY_S, (day + 1) * DAY_S, by_start=by_start) for day in range(10, 40)]
    assert sum(len(list(day)) for day in days) == len(month) > 30


def test_nobody_has_watched_tomorrow_yet(mux: Caller, films: list):
    now = int(time.time())
    past, future = (
        ask(mux, "metrics/views/overall", **{"timeframe[]": [now - 5 * DAY_S, until]})["data"]["value"]
        for until in (now, now + 5 * DAY_S)
    )
    assert future == past > 0


def test_nobody_watches_before_or_after_an_assets_life():
    lived = watched(from_s=10.5 * DAY_S, until_s=12.5 * DAY_S)
    starts = [view.start_at_s for view in views(1, lived, 0, 60 * DAY_S)]
    assert starts
    assert all(10.5 * DAY_S <= start < 12.5 * DAY_S for start in starts)


def test_nobody_reaches_beyond_the_end():
    made = list(views(3, watched(), 0, 90 * DAY_S))
    assert all(0 <= view.reached_ms <= view.video_duration_ms for view in made)
    assert 0.3 < sum(view.reached_ms >= 0.95 * view.video_duration_ms for view in made) / len(made) < 0.7


def test_heat_is_how_often_each_part_was_played_by_those_who_began():
    made = list(views(3, watched(), 0, 60 * DAY_S))
    began = [view for view in made if view.reached_ms]
    at_ms = 42.5 / 100 * 60_000
    once = [view for view in began if view.reached_ms >= at_ms]
    twice = [view for view in once if view.again_ms[0] <= at_ms < view.again_ms[1]]
    assert heatmap(made)[42] == pytest.approx((len(once) + len(twice)) / len(began), abs=1e-4)
    heat = heatmap(made)
    assert any(later > sooner for sooner, later in pairwise(heat))  # somewhere they go back
    assert heat[0] == pytest.approx(1.0, abs=0.01)


def test_heat_is_flat_without_views():
    assert heatmap([]) == [0.0] * 100


def test_windows_are_read_in_both_spellings():
    assert window(["7:days"], 1_000_000) == (1_000_000 - 7 * DAY_S, 1_000_000)
    assert window(["100", "200"], 1_000_000) == (100, 200)
    assert window([], 1_000_000) == (1_000_000 - DAY_S, 1_000_000)
