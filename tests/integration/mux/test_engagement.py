"""Engagement figures: the adapter against the double, and against answers that are not as documented."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import urllib3

from core.audience import Side
from core.audience_week import WatchedHour
from core.errors import NotFound, Unavailable
from core.figures import Figure, Metric, Span
from core.heatmap import Heatmap, Hotspot
from core.mux.api import MuxApi
from core.mux.paced import PacedMux
from core.ports import Call, Lane
from sandbox.mux.testing import running_mux
from tests.fakes import FakeClock, FakePace
from tests.integration.clips import write_film
from tests.integration.mux.double import made_ready
from tests.integration.serving import Reply, in_turn, serving

SPAN = Span(start_s=1_000, end_s=2_000)
Views = list[dict[str, Any]]


def api_at(url: str) -> MuxApi:
    return MuxApi(base_url=url, token_id="id", token_secret="secret", clock=FakeClock())


@pytest.fixture(scope="module")
def double() -> Iterator[str]:
    with running_mux(limits=False, seed=7) as url:
        yield url


def single_views(url: str, asset_id: str, span: Span) -> Views:
    """Each view by itself, as the double tells it elsewhere."""
    auth = urllib3.make_headers(basic_auth="id:secret")
    frame = f"timeframe[]={span.start_s}&timeframe[]={span.end_s}&filters[]=asset_id:{asset_id}"

    def asked(path: str) -> Any:
        return urllib3.request("GET", f"{url}/data/v1/{path}", headers=auth).json()["data"]

    rows: Views = []
    page = 1
    while listed := asked(f"video-views?limit=100&page={page}&{frame}"):
        rows += [asked(f"video-views/{one['id']}") for one in listed]
        page += 1
    return rows


def test_the_curve_follows_from_how_far_each_viewer_came(double: str, tmp_path: Path) -> None:
    film = write_film(tmp_path / "film.mp4", seconds=2, movflags="faststart")
    with serving(lambda _: Reply(200, film.read_bytes()), keeps=False) as server:
        asset = made_ready(api_at(double), f"{server.url}/film.mp4", "public")
    now = int(time.time())
    span = Span(start_s=now - 20 * 86_400, end_s=now)
    found = api_at(double).heatmap(asset.id, span=span)
    views = single_views(double, asset.id, span)
    reached = [int(view["view_max_playhead_position"]) / view["video_duration"] for view in views]
    began = [share for share in reached if share]
    assert found.total_views == len(views) > 5
    assert len(found.buckets) == 100
    for place, value in enumerate(found.buckets):
        came = sum(share >= (place + 0.5) / 100 for share in began) / len(began)
        assert value is not None
        # Played once by whoever came there, and by some of them again.
        assert came - 1e-4 <= value <= 2 * came + 1e-4
    best, *_ = api_at(double).hotspots(asset.id, span=span, limit=3)
    assert best.score == 1.0
    told = {
        Side.DEVICE: "viewer_device_category",
        Side.COUNTRY: "country_code",
        Side.BROWSER: "viewer_application_name",
    }
    for side in Side:
        groups = api_at(double).viewers_by(side, asset.id, span=span)
        viewers = {(view[told[side]], view["viewer_user_id"]) for view in views}
        assert {one.name: one.viewers for one in groups} == Counter(one for one, _ in viewers)
        of_all = {one.name: one.viewers for one in api_at(double).viewers_by(side, None, span=span)}
        assert all(of_all[one.name] >= one.viewers for one in groups)  # others' videos are at the double too
    hours = {one.start_at.timestamp(): one for one in api_at(double).hours(asset.id, span=span) if one.views}
    began = Counter(datetime.fromisoformat(view["view_start"]).timestamp() // 3600 * 3600 for view in views)
    assert {at: one.views for at, one in hours.items()} == began
    assert all(0 < one.viewers <= one.views for one in hours.values())
    assert 0.0 <= best.start_s < best.end_s <= 2.1


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ({"value": [0.5] * 10, "total_views": 3}, Heatmap(buckets=(0.5,) * 10, total_views=3)),
        ({"value": [2.25] * 1000, "total_views": "3"}, Heatmap(buckets=(2.25,) * 1000, total_views=3)),
        (
            {"value": ["0.42", None, "x"], "total_views": None},
            Heatmap(buckets=(0.42, None, None), total_views=None),
        ),
        ({"value": [0, 0], "total_views": 0}, Heatmap(buckets=(0.0, 0.0), total_views=0)),
        ({"value": None, "total_views": 0}, Heatmap(buckets=(), total_views=0)),
        ({"value": "0.4"}, Heatmap(buckets=(), total_views=None)),
        ([], Heatmap(buckets=(), total_views=None)),
    ],
    ids=["ten", "a thousand", "strings and null", "nobody", "none", "no list", "another shape"],
)
def test_figures_are_read_as_they_are_and_none_is_made_up(said: object, read: Heatmap) -> None:
    body = json.dumps({"data": said, "timeframe": [1_000, 2_000], "total_row_count": 1}).encode()
    with serving(lambda _: Reply(200, body)) as server:
        assert api_at(server.url).heatmap("a/1", span=SPAN) == read
    (asked,) = server.asked
    path = "/data/v1/engagement/assets/a%2F1/heatmap"
    assert asked.path == f"{path}?timeframe%5B%5D=1000&timeframe%5B%5D=2000"


def test_a_hotspot_that_does_not_say_where_it_is_is_left_out() -> None:
    spots = [
        {"start_ms": "30000", "end_ms": 45000, "score": "0.842"},
        {"start_ms": None, "end_ms": 3, "score": 1},
        {"start_ms": 0, "end_ms": 1500},
        "?",
    ]
    body = json.dumps({"data": {"hotspots": spots, "total_views": 9}}).encode()
    with serving(lambda _: Reply(200, body)) as server:
        found = api_at(server.url).hotspots("a1", span=SPAN, limit=3)
    assert found == (
        Hotspot(start_s=30.0, end_s=45.0, score=0.842),
        Hotspot(start_s=0.0, end_s=1.5, score=None),
    )
    assert "limit=3&order_direction=desc" in server.asked[0].path


def test_an_hour_without_a_time_is_left_out_and_text_is_a_number() -> None:
    rows = [
        ["2026-11-16T18:00:00Z", "6", "9"],
        ["2026-11-16T19:00:00", None, 0],
        ["soon", 1, 1],
        ["2026-11-16T20:00:00Z", 1],
        None,
    ]
    body = json.dumps({"data": rows, "timeframe": [1, 2], "total_row_count": 4}).encode()
    with serving(lambda _: Reply(200, body)) as server:
        found = api_at(server.url).hours("a1", span=SPAN)
    at = datetime(2026, 11, 16, 18, tzinfo=UTC)
    assert found == [
        WatchedHour(start_at=at, views=9, viewers=6),
        WatchedHour(start_at=at + timedelta(hours=1), views=0, viewers=0),
    ]
    assert "group_by=hour" in server.asked[0].path
    assert "filters%5B%5D=asset_id%3Aa1" in server.asked[0].path


def test_a_breakdown_is_read_where_its_numbers_are_text_or_none() -> None:
    rows = [
        {
            "field": "a1",
            "value": "12",
            "views": "40",
            "total_watch_time": "90500",
            "total_playing_time": 80500.4,
        },
        {"field": None, "value": None, "views": 2, "total_watch_time": None},
        {"field": "a2", "value": "NaN", "views": "many", "total_playing_time": "inf", "negative_impact": 1},
    ]
    body = json.dumps({"data": rows, "total_row_count": "250", "timeframe": [1, 2]}).encode()
    with serving(lambda _: Reply(200, body)) as server:
        found = api_at(server.url).breakdown(Metric.VIEWS, group_by="asset_id", span=SPAN, page=2, limit=100)
    assert found.total == 250
    assert found.rows == (
        Figure(field="a1", value=12.0, views=40, watch_ms=90_500, playing_ms=80_500),
        Figure(field=None, value=None, views=2, watch_ms=0, playing_ms=0),
        Figure(field="a2", value=None, views=0, watch_ms=0, playing_ms=0),
    )
    assert "page=2" in server.asked[0].path


def test_an_environment_without_engagement_says_so_and_an_outage_may_pass() -> None:
    with serving(in_turn(Reply(404), Reply(503))) as server:
        with pytest.raises(NotFound, match="Mux cannot tell which parts are watched"):
            api_at(server.url).heatmap("a1", span=SPAN)
        with pytest.raises(Unavailable):
            api_at(server.url).hotspots("a1", span=SPAN, limit=3)


def test_engagement_waits_for_the_slots_of_mux_data(double: str) -> None:
    pace = FakePace()
    paced = PacedMux(api_at(double), pace, Lane.INTERACTIVE)
    paced.heatmap("x" * 40, span=SPAN)
    paced.hotspots("x" * 40, span=SPAN, limit=3)
    paced.viewers_by(Side.DEVICE, "x" * 40, span=SPAN)
    paced.hours("x" * 40, span=SPAN)
    assert pace.taken == [(Call.DATA, Lane.INTERACTIVE)] * 4
