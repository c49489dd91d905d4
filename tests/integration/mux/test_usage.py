"""Deliveries and bills: the adapter against the double, and against answers that are not as documented."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.billed import Export, read_export
from core.errors import NotFound, RateLimited, Refused, Unavailable
from core.figures import Span
from core.forms import Secret
from core.mux.paced import PacedMux
from core.ports import Call, Lane
from core.usage_delivery import read_rows
from sandbox.mux.testing import running_mux
from tests.fakes import FakePace
from tests.integration.clips import write_film
from tests.integration.mux.double import made_ready
from tests.integration.mux.test_engagement import api_at
from tests.integration.serving import Reply, in_turn, serving

SPAN = Span(start_s=3_600, end_s=7_200)
DAY = date(2026, 3, 1)
NOON = datetime(2026, 9, 21, 12, tzinfo=UTC)


@pytest.fixture
def now() -> list[float]:
    return [NOON.timestamp()]


@pytest.fixture
def double(now: list[float]) -> Iterator[str]:
    with running_mux(limits=False, seed=7, clock=lambda: now[0]) as url:
        yield url


def test_a_day_at_the_double_is_what_its_billing_export_says(
    double: str, now: list[float], tmp_path: Path
) -> None:
    film = write_film(tmp_path / "film.mp4", seconds=2, movflags="faststart")
    mux = api_at(double)
    with serving(lambda _: Reply(200, film.read_bytes()), keeps=False) as server:
        made = made_ready(mux, server.url, "public")
    now[0] += 3 * 86_400
    watched = NOON.date() + timedelta(days=1)
    start_s = int(datetime(watched.year, watched.month, watched.day, tzinfo=UTC).timestamp())
    span = Span(start_s=start_s, end_s=start_s + 86_400)
    page = mux.deliveries(span=span, page=1, limit=100)
    assert page.total == 1
    delivered = read_rows(page.rows)
    assert {one.asset_id for one in delivered} == {made.id}
    exports = mux.exports(NOON.date(), watched, page=1, limit=100)
    assert [one.day for one in exports] == [watched, NOON.date()]
    billed = {
        one.name: one.quantity
        for one in read_export(mux.export_lines(exports[0]), environment_id=None).columns
    }
    for one in delivered:
        name = f"delivery_{one.quality}_{one.tier}_minutes"
        assert billed[name] == pytest.approx(one.seconds / 60, abs=Decimal("0.00001"))
    # Kept all day: its length in minutes.
    kept = billed[f"storage_{made.video_quality}_{made.resolution_tier}_minutes"]
    assert float(kept) == pytest.approx((made.duration_s or 0) / 60, abs=1e-5)


def test_deliveries_are_asked_for_by_whole_hours_a_page_at_a_time() -> None:
    rows = [{"asset_id": "film", "delivered_seconds": "90.5"}]
    answer = {"data": rows, "total_row_count": "201", "timeframe": [3_600, 7_200], "page": 2, "limit": 100}
    with serving(lambda _: Reply(200, json.dumps(answer).encode())) as server:
        found = api_at(server.url).deliveries(span=SPAN, page=2, limit=100)
    assert (list(found.rows), found.total) == (rows, 201)
    path, _, query = server.asked[0].path.partition("?")
    assert path == "/video/v1/delivery-usage"
    wanted = ["limit=100", "page=2", "timeframe%5B%5D=3600", "timeframe%5B%5D=7200"]
    assert sorted(query.split("&")) == wanted


def test_deliveries_wait_for_a_slot_of_the_video_api_and_exports_for_none() -> None:
    listed: Any = [Reply(200, b'{"data": []}'), Reply(200, b'{"data": [], "meta": {}}')]
    pace = FakePace()
    with serving(in_turn(*listed)) as server:
        mux = PacedMux(api_at(server.url), pace, Lane.BATCH)
        assert mux.deliveries(span=SPAN, page=1, limit=100).total is None
        assert pace.taken == [(Call.OTHER, Lane.BATCH)]
        assert mux.exports(DAY, DAY, page=1, limit=100) == []
    assert pace.taken == [(Call.OTHER, Lane.BATCH)]


@pytest.mark.parametrize(
    ("status", "error"),
    [(403, Refused), (404, NotFound), (412, Refused), (429, RateLimited), (502, Unavailable)],
)
def test_why_there_are_no_exports_is_told_apart(status: int, error: type[Exception]) -> None:
    body = json.dumps({"error": {"type": "x", "messages": ["Usage CSV export is not enabled."]}}).encode()
    with serving(lambda _: Reply(status, body)) as server, pytest.raises(error) as raised:
        api_at(server.url).exports(DAY, DAY, page=1, limit=100)
    assert getattr(raised.value, "status", status) == status


@pytest.mark.parametrize(
    "data", [{}, ["row"], [{"date": "soon", "download_url": "x"}], [{"date": "2026-03-01"}]]
)
def test_a_list_that_is_none_is_told_as_that(data: object) -> None:
    with serving(lambda _: Reply(200, json.dumps({"data": data}).encode())) as server:
        with pytest.raises(Unavailable, match="list of billing exports was not readable"):
            api_at(server.url).exports(DAY, DAY, page=1, limit=100)
        if data in ({}, ["row"]):
            with pytest.raises(Unavailable, match="what was delivered was not readable"):
                api_at(server.url).deliveries(span=SPAN, page=1, limit=100)


@pytest.mark.parametrize("status", [403, 503])
def test_the_url_of_an_export_is_in_no_words(status: int, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(lambda _: Reply(status, b"<html>Request has expired</html>")) as server:
        export = Export(day=DAY, url=Secret(f"{server.url}/usage.csv?X-Amz-Signature=hush"))
        with pytest.raises(Unavailable) as raised:
            list(api_at(server.url).export_lines(export))
    assert "hush" not in f"{raised.value} {raised.value!r} {export!r} {caplog.text}"


def test_an_export_that_breaks_off_is_no_export() -> None:
    short = Reply(
        200, b"asset_id,delivery_plus_1080p_minutes\n", {"Content-Length": "5000", "Connection": "close"}
    )
    with serving(lambda _: short) as server:
        export = Export(day=DAY, url=Secret(f"{server.url}/usage.csv"))
        with pytest.raises(Unavailable):
            list(api_at(server.url).export_lines(export))


def test_an_export_is_read_line_by_line_across_pieces_and_letters() -> None:
    text = "\ufeffasset_id,note\r\na,Größe\r\nb,last"
    with serving(lambda _: Reply(200, text.encode())) as server:
        export = Export(day=DAY, url=Secret(f"{server.url}/usage.csv"))
        lines = list(api_at(server.url).export_lines(export))
    assert lines == ["asset_id,note\r\n", "a,Größe\r\n", "b,last"]
