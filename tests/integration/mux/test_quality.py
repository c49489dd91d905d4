"""Measures of quality: the adapter against answers as Mux gives them, and against others."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from core.errors import RateLimited
from core.figures import Span
from core.mux.paced import PacedMux
from core.ports import Call, Lane
from core.quality import Measure, Reading
from core.quality_failure import FailedView
from tests.fakes import FakePace
from tests.integration.mux.test_engagement import api_at
from tests.integration.serving import Reply, in_turn, serving

SPAN = Span(start_s=1_000, end_s=2_000)
FRAME = "timeframe%5B%5D=1000&timeframe%5B%5D=2000"


def answer(data: Any, **beside: Any) -> Reply:
    return Reply(200, json.dumps({"data": data, "timeframe": [1_000, 2_000]} | beside).encode())


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ({"value": 812.5, "total_views": 40}, Reading(value=812.5, views=40)),
        ({"value": "812.5", "total_views": "40"}, Reading(value=812.5, views=40)),
        ({"value": None, "total_views": 0}, Reading(value=None, views=0)),
        ({"value": "NaN", "total_views": None}, Reading(value=None, views=0)),
        ({}, Reading(value=None, views=0)),
    ],
)
def test_a_measure_of_the_school_is_read_as_it_is(said: object, read: Reading) -> None:
    with serving(lambda _: answer(said)) as server:
        assert api_at(server.url).measured(Measure.SLOW_STARTUP, span=SPAN) == read
    (asked,) = server.asked
    path, _, query = asked.path.partition("?")
    assert path == "/data/v1/metrics/video_startup_time/overall"
    assert sorted(query.split("&")) == ["measurement=95th", *FRAME.split("&")]


def test_a_page_by_asset_has_the_most_watched_first_and_says_whether_more_follow() -> None:
    rows = [
        {"field": "film-1", "value": "0.025", "views": 120},
        {"field": None, "value": 0.5, "views": 60},
        {"field": "film-2", "value": None, "views": 0},
    ]
    with serving(lambda _: answer(rows, total_row_count="203")) as server:
        api = api_at(server.url)
        first = api.measured_by_asset(Measure.NOT_STARTED, span=SPAN, page=1, limit=100)
        last = api.measured_by_asset(Measure.NOT_STARTED, span=SPAN, page=3, limit=100)
    assert first.rows == {"film-1": Reading(value=0.025, views=120), "film-2": Reading(value=None, views=0)}
    assert (first.is_last, last.is_last) == (False, True)
    path, _, query = server.asked[0].path.partition("?")
    assert path == "/data/v1/metrics/video_startup_failure_percentage/breakdown"
    assert {"group_by=asset_id", "order_by=views", "order_direction=desc", "limit=100"} <= {*query.split("&")}
    assert "measurement" not in query


def test_a_failed_view_names_no_viewer_and_no_token() -> None:
    row = {
        "id": "v1",
        "view_end": "2026-11-20T10:00:05Z",
        "viewer_os_family": "iOS",
        "viewer_application_name": "Safari",
        "country_code": None,
        "video_title": "Fractions",
        "viewer_id": "user-7",
        "player_error_code": "2",
        "player_error_message": f"Cannot load https://stream.test/x.m3u8?token=secret {'.' * 500}",
        "playback_failure": True,
    }
    warned = row | {"id": "v2", "playback_failure": False}
    with serving(lambda _: answer([row, warned], total_row_count=2)) as server:
        (found,) = api_at(server.url).failed_views("film-1", span=SPAN, limit=100)
    message = found.message
    assert message.startswith("Cannot load https://stream.test/x.m3u8?… ...")
    assert len(message) == 200
    at = datetime(2026, 11, 20, 10, 0, 5, tzinfo=UTC)
    assert found == FailedView(id="v1", at=at, code="2", message=message, browser="Safari", system="iOS")
    path, _, query = server.asked[0].path.partition("?")
    assert path == "/data/v1/video-views"
    assert {"error_id=any", "filters%5B%5D=asset_id%3Afilm-1", "limit=100"} <= {*query.split("&")}


def test_a_failed_view_that_says_not_when_is_left_out() -> None:
    rows = [
        {"id": "v1", "view_end": None, "playback_failure": True},
        {"id": "v2", "playback_failure": True},
        {"id": None, "view_end": "2026-11-20T10:00:05Z", "playback_failure": True},
        {"id": "v4", "view_end": "2026-11-20T10:00:05", "playback_failure": True},
    ]
    with serving(lambda _: answer(rows, total_row_count=4)) as server:
        found = api_at(server.url).failed_views("film-1", span=SPAN, limit=100)
    assert found == [FailedView(id="v4", at=datetime(2026, 11, 20, 10, 0, 5, tzinfo=UTC))]


def test_quality_waits_for_the_slots_of_mux_data_and_a_refusal_slows_everybody() -> None:
    pace = FakePace()
    with serving(in_turn(answer({}), answer([]), answer([]), *[Reply(429)] * 3)) as server:
        paced = PacedMux(api_at(server.url), pace, Lane.BATCH)
        paced.measured(Measure.SCORE, span=SPAN)
        paced.measured_by_asset(Measure.SCORE, span=SPAN, page=1, limit=100)
        paced.failed_views("film-1", span=SPAN, limit=100)
        with pytest.raises(RateLimited):
            paced.measured(Measure.SCORE, span=SPAN)
    assert pace.taken == [(Call.DATA, Lane.BATCH)] * 6  # three tries
