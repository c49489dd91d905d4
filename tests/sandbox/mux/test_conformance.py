"""Nothing that the double can say escapes Mux's OpenAPI file.

Every call of these tests goes through `stage.Caller`, which validates the answer, and every webhook
through `stage.Receiver`. Here a walk proves that no route and no event is left out.
"""

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from sandbox.mux.announce import Event
from sandbox.mux.api.routes import ROUTES
from sandbox.mux.testing import running_mux
from tests.sandbox.mux.contract import SPEC, contract
from tests.sandbox.mux.stage import Caller, Receiver, eventually, films, hosting

pytestmark = pytest.mark.skipif(not SPEC.exists(), reason="Mux's OpenAPI file is not at hand")

EVENTS = set(Event)
DATA = ("overall", "timeseries", "breakdown?group_by=country")


class Walker(Caller):
    """Remembers which routes it has walked."""

    def __init__(self, base: str) -> None:
        super().__init__(base)
        self.walked: set[tuple[str, str]] = set()

    def call(self, method: str, path: str, **options: Any) -> Any:
        answer = super().call(method, path, **options)
        if answer.status < 300:
            self.walked.add((method, path.removeprefix(self.base).split("?")[0]))
        return answer

    def missed(self) -> list[str]:
        wanted = [
            (method, route)
            for route in ROUTES
            for method in route.methods
            if method not in ("HEAD", "OPTIONS")
        ]
        return [
            f"{method} {route.path}"
            for method, route in wanted
            if not any(method == done and route.path_regex.match(path) for done, path in self.walked)
        ]


def test_every_route_and_event_is_one_of_muxs(mux: Caller, host: str, receiver: Receiver, tmp_path: Path):
    walker = Walker(mux.base)
    (films() / "words.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:02.000\nHello\n")
    asset = walk_assets(walker, host)
    walk_tracks(walker, host, asset)
    walk_files(walker, asset)
    walk_uploads(walker)
    walk_keys(walker)
    walk_data(walker, asset)
    walker.call("DELETE", f"/video/v1/assets/{asset['id']}")
    walker.settled(walker.add(f"{host}/paper.pdf")["id"])
    walker.ready(f"{host}/open.webm")
    walk_failures(receiver, tmp_path)
    eventually(lambda: {event["type"] for event in receiver.events()} >= EVENTS)
    assert {event["type"] for event in receiver.events()} == EVENTS
    assert walker.missed() == []
    assert receiver.faults == []


def walk_assets(walker: Walker, host: str) -> dict[str, Any]:
    meta = {"title": "Fractions", "creator_id": "teacher-1", "external_id": "lesson-1"}
    asset = walker.ready(
        f"{host}/film.mp4", "public", "signed", passthrough="row", meta=meta, video_quality="plus"
    )
    path = f"/video/v1/assets/{asset['id']}"
    for page in ("?limit=1", "?limit=1&page=2", "/", ""):
        walker.get(f"/video/v1/assets{page}".rstrip("/"))
    walker.call("PATCH", path, json={"passthrough": "other", "thumbnail_time": 2.5})
    walker.call("DELETE", f"{path}/thumbnail-time")
    walker.get(f"{path}/input-info")
    made = walker.post(f"{path}/playback-ids", {"policy": "public"}).data
    walker.get(f"{path}/playback-ids/{made['id']}")
    walker.get(f"/video/v1/playback-ids/{made['id']}")
    walker.call("DELETE", f"{path}/playback-ids/{made['id']}")
    return asset


def walk_tracks(walker: Walker, host: str, asset: dict[str, Any]) -> None:
    path = f"/video/v1/assets/{asset['id']}/tracks"
    sound = next(track for track in asset["tracks"] if track["type"] == "audio")
    wanted = {"url": f"{host}/words.vtt", "type": "text", "language_code": "en", "name": "English"}
    track = walker.post(path, wanted).data
    walker.post(path, wanted | {"url": f"{host}/paper.pdf", "name": "Broken"})
    walker.post(
        f"{path}/{sound['id']}/generate-subtitles", {"generated_subtitles": [{"language_code": "auto"}]}
    )
    eventually(lambda: all(t["status"] != "preparing" for t in walker.asset(asset["id"])["tracks"]))
    walker.call("PATCH", f"{path}/{track['id']}", json={"name": "English (UK)", "closed_captions": True})
    base = f"/stream/{asset['playback_ids'][0]['id']}"
    for suffix in ("vtt", "txt"):
        assert walker.get(f"{base}/text/{track['id']}.{suffix}").status == 200
    assert walker.get(f"{base}.m3u8").status == 200
    assert walker.call("DELETE", f"{path}/{track['id']}").status == 204


def walk_files(walker: Walker, asset: dict[str, Any]) -> None:
    path = f"/video/v1/assets/{asset['id']}"
    walker.put(f"{path}/master-access", {"master_access": "temporary"})
    eventually(lambda: walker.asset(asset["id"])["master"]["status"] == "ready")
    walker.put(f"{path}/master-access", {"master_access": "none"})
    walker.put(f"{path}/mp4-support", {"mp4_support": "capped-1080p"})
    eventually(lambda: walker.asset(asset["id"])["static_renditions"]["status"] == "ready")
    walker.put(f"{path}/mp4-support", {"mp4_support": "none"})
    made = [
        walker.post(f"{path}/static-renditions", {"resolution": size}).data
        for size in ("highest", "audio-only")
    ]
    eventually(
        lambda: all(f["status"] == "ready" for f in walker.asset(asset["id"])["static_renditions"]["files"])
    )
    for file in made:
        walker.call("DELETE", f"{path}/static-renditions/{file['id']}")
    walker.post(f"{path}/static-renditions", {"resolution": "2160p"})


def walk_failures(receiver: Receiver, folder: Path) -> None:
    """A double that needs its bytes only later, when they are gone."""
    film = folder / "film.mp4"
    film.write_bytes((films() / "film.mp4").read_bytes())
    told = {"webhook_url": receiver.url, "webhook_secret": "x"}
    with hosting(folder) as host, running_mux(instant=True, limits=False, **told) as base:
        mux = Caller(base)
        modern, old = (f"/video/v1/assets/{mux.ready(f'{host}/film.mp4')['id']}" for _ in range(2))
        film.unlink()
        mux.post(f"{modern}/static-renditions", {"resolution": "highest"})
        mux.put(f"{modern}/master-access", {"master_access": "temporary"})
        mux.put(f"{old}/mp4-support", {"mp4_support": "standard"})
        for what in ("static_rendition", "master", "static_renditions"):
            receiver.wait(f"video.asset.{what}.errored")


def walk_uploads(walker: Walker) -> None:
    """One sent, one cancelled, one that was no film."""
    settings = {"playback_policies": ["public"], "meta": {"title": "By hand"}, "passthrough": "row"}
    wanted = {"cors_origin": "*", "new_asset_settings": settings, "timeout": 60}
    sent, dropped, wrong = (walker.post("/video/v1/uploads", wanted).data for _ in range(3))
    walker.call("PUT", sent["url"], body=(films() / "film.mp4").read_bytes())
    walker.call("PUT", wrong["url"], body=b"just words")
    eventually(lambda: walker.get(f"/video/v1/uploads/{wrong['id']}").data["status"] == "errored")
    walker.put(f"/video/v1/uploads/{dropped['id']}/cancel")
    walker.get(f"/video/v1/uploads/{sent['id']}")
    walker.get("/video/v1/uploads")


def walk_keys(walker: Walker) -> None:
    walker.get("/system/v1/whoami")
    for base in ("/system/v1/signing-keys", "/video/v1/signing-keys"):
        key = walker.post(base).data
        walker.get(base)
        walker.get(f"{base}/{key['id']}")
        walker.call("DELETE", f"{base}/{key['id']}")


def walk_data(walker: Walker, asset: dict[str, Any]) -> None:
    month = "timeframe[]=30:days"
    for metric in (
        "views",
        "playing_time",
        "viewer_experience_score",
        "video_startup_time",
        "ad_error_count",
    ):
        for kind in DATA:
            walker.get(f"/data/v1/metrics/{metric}/{kind}{'&' if '?' in kind else '?'}{month}")
    walker.get(f"/data/v1/metrics/comparison?dimension=asset_id&value={asset['id']}&{month}")
    view = walker.get(f"/data/v1/video-views?{month}").data[0]
    walker.get(f"/data/v1/video-views/{view['id']}")
    for kind in ("heatmap", "hotspots"):
        walker.get(f"/data/v1/engagement/assets/{asset['id']}/{kind}?{month}")
    walker.get("/video/v1/delivery-usage")
    past = "&".join(f"timeframe[]={int(time.time()) - days * 86_400}" for days in (20, 2))
    walker.get(f"/system/v1/usage/exports?{past}")


class TestContract:
    """The yardstick itself measures."""

    def refusal(self, **changes: Any) -> str:
        asset = {
            "id": "a",
            "created_at": "1",
            "status": "ready",
            "max_resolution_tier": "1080p",
            "encoding_tier": "baseline",
            "master_access": "none",
            "progress": {"state": "completed", "progress": 100},
        }
        body = json.dumps({"data": asset | changes}).encode()
        with pytest.raises(AssertionError) as refused:
            contract().check_answer("GET", "/video/v1/assets/abc", 200, "application/json", body)
        return str(refused.value)

    def test_it_sees_wrong_types_values_and_names(self):
        assert "created_at" in self.refusal(created_at=1)
        assert "status" in self.refusal(status="done")
        assert "titel" in self.refusal(titel="x")

    def test_it_sees_a_status_that_mux_does_not_send(self):
        with pytest.raises(AssertionError, match="not documented to answer 202"):
            contract().check_answer("POST", "/video/v1/assets", 202, "application/json", b"{}")

    def test_it_sees_a_path_that_mux_does_not_have(self):
        with pytest.raises(AssertionError, match="no /video/v1/wishes"):
            contract().check_answer("GET", "/video/v1/wishes", 200, "application/json", b"{}")

    def test_it_sees_an_error_in_no_known_shape(self):
        with pytest.raises(AssertionError):
            contract().check_answer("GET", "/video/v1/assets", 404, "application/json", b'{"detail": "no"}')


def test_the_events_the_code_can_send_are_all_in_muxs_file():
    known = set(re.findall(r'"(video\.[a-z_.]+)"', SPEC.read_text()))
    assert known >= EVENTS
