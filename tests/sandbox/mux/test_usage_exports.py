"""Billing exports: a CSV a day, behind a URL that ends."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.sandbox.mux.stage import Caller

NOON = datetime(2026, 9, 21, 12, tzinfo=UTC).timestamp()
EARLY = datetime(2026, 9, 21, 7, 59, tzinfo=UTC).timestamp()


@pytest.fixture
def settings(now: list[float]) -> dict[str, Any]:
    clock: Callable[[], float] = lambda: now[0]  # noqa: E731 - a clock that a test may turn
    return {"clock": clock}


@pytest.fixture
def now() -> list[float]:
    return [NOON]


def days(mux: Caller, query: str = "") -> list[dict[str, Any]]:
    answer = mux.get(f"/system/v1/usage/exports?{query}")
    assert answer.status == 200, answer.text
    found: list[dict[str, Any]] = answer.json["data"]
    return found


def test_the_newest_day_is_yesterday_and_the_oldest_400_days_ago(mux: Caller):
    assert [one["date"] for one in days(mux, "limit=2")] == ["2026-09-20", "2026-09-19"]
    assert days(mux, "limit=100&page=4")[-1]["date"] == "2025-08-17"


def test_a_days_csv_says_what_each_asset_used(mux: Caller, host: str, now: list[float]):
    film = mux.ready(f"{host}/film.mp4")
    now[0] = NOON + 86_400
    (day,) = days(mux, "limit=1")
    assert day["date"] == "2026-09-21"
    (row,) = csv.DictReader(io.StringIO(mux.call("GET", day["download_url"]).text))
    assert (row["asset_id"], row["environment_id"]) == (film["id"], "sandbox")
    name = f"{film['video_quality']}_{film['resolution_tier']}_minutes"
    minutes = film["duration"] / 60
    assert float(row[f"input_{name}"]) == pytest.approx(minutes, abs=1e-6)
    # Made at noon, so there for half of the day.
    assert float(row[f"storage_{name}"]) == pytest.approx(minutes / 2, abs=1e-5)


def test_a_url_opens_until_it_ends_and_no_other_day(mux: Caller, now: list[float]):
    (day,) = days(mux, "limit=1&download_url_ttl=60")
    url = day["download_url"]
    assert mux.call("GET", url).status == 200
    assert mux.call("GET", url.replace("2026-09-20", "2026-09-19")).status == 403
    now[0] += 61
    assert mux.call("GET", url).status == 403


def test_yesterdays_csv_is_being_made_until_eight(mux: Caller, now: list[float]):
    now[0] = EARLY
    answer = mux.get("/system/v1/usage/exports")
    assert (answer.status, answer.json["error"]["type"]) == (412, "precondition_failed")
    before = f"timeframe[]=0&timeframe[]={int(EARLY) // 86_400 * 86_400 - 86_400}"
    assert days(mux, f"{before}&limit=1")[0]["date"] == "2026-09-19"


def test_days_that_are_not_over_have_none(mux: Caller):
    answer = mux.get(f"/system/v1/usage/exports?timeframe[]={int(NOON)}&timeframe[]={int(NOON) + 60}")
    assert (answer.status, answer.json["error"]["type"]) == (404, "not_found")


class TestSwitchedOff:
    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {"usage_exports": False}

    def test_where_nobody_enabled_them_they_are_forbidden(self, mux: Caller):
        answer = mux.get("/system/v1/usage/exports")
        assert (answer.status, answer.json["error"]["type"]) == (403, "forbidden")
