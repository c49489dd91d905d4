"""Players of the site's pages say which lesson they play, from a file in S3 and from the asset made of it."""

import time
from collections import Counter
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.sandbox.mux.stage import Caller


def breakdown(mux: Caller, dimension: str, *only: str) -> Counter[str | None]:
    query = {"group_by": dimension, "timeframe[]": "90:days", "limit": 100, "filters[]": only}
    answer = mux.get(f"/data/v1/metrics/views/breakdown?{urlencode(query, doseq=True)}")
    assert answer.status == 200, answer.text
    return Counter({row["field"]: row["views"] for row in answer.json["data"]})


def tell(mux: Caller, *pages: dict[str, Any]) -> None:
    answer = mux.put("/sandbox/pages", {"pages": list(pages)})
    assert answer.json == {"pages": len(pages)}, answer.text


def test_views_of_an_asset_name_the_lessons_whose_pages_play_its_file(mux: Caller, host: str) -> None:
    asset = mux.ready(f"{host}/film.mp4")["id"]
    long_ago = {"created_at": int(time.time()) - 80 * 86_400}
    mux.call("PATCH", f"/sandbox/assets/{asset}", json=long_ago)
    file = urlsplit(f"{host}/film.mp4").path.strip("/")
    tell(mux, {"video_id": "7", "title": "Fractions", "file": file}, {"video_id": "8", "file": file})
    named = breakdown(mux, "video_id", f"asset_id:{asset}")
    assert {"7", "8"} <= set(named)
    silent = sum(named.values()) - named["7"] - named["8"]
    assert 0 < silent < named["7"]  # some pages say nothing
    tell(mux)
    assert set(breakdown(mux, "video_id", f"asset_id:{asset}")) <= {None, ""}


def test_a_file_without_an_asset_is_watched_by_the_lessons_name(mux: Caller) -> None:
    tell(mux, {"video_id": "7", "file": "media/a.mp4"}, {"video_id": "8", "file": "media/b.mp4"})
    named = breakdown(mux, "video_id")
    assert set(named) == {"7", "8"}
    assert sum(breakdown(mux, "asset_id", "video_id:7").values()) == named["7"]
    assert not any(breakdown(mux, "asset_id").keys() - {None, ""})
    usage = mux.get("/video/v1/delivery-usage")
    assert (usage.status, usage.json["data"]) == (200, [])


def test_a_page_of_no_name_is_refused(mux: Caller) -> None:
    assert mux.put("/sandbox/pages", {"pages": [{"file": "media/a.mp4"}]}).status == 400
