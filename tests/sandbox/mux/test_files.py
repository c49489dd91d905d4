"""Static renditions and masters are real files."""

import io
import time
from pathlib import Path
from typing import Any

import av
import pytest

from sandbox.mux.testing import MuxProcess, running_mux
from tests.sandbox.mux.stage import Caller, Receiver, eventually


def renditions(mux: Caller, asset: dict[str, Any]) -> dict[str, Any]:
    """Files by name, once none is preparing."""

    def all_settled() -> dict[str, Any]:
        files = mux.asset(asset["id"])["static_renditions"]["files"]
        done = all(file.get("status") != "preparing" for file in files)
        return {file["name"]: file for file in files} if done else {}

    return eventually(all_settled)


def film_at(mux: Caller, path: str) -> tuple[int, int, float]:
    """Width, height and duration of what lies at a path."""
    with av.open(io.BytesIO(mux.get(path).body)) as container:
        codec = container.streams.video[0].codec_context
        return codec.width, codec.height, container.duration / av.time_base


def test_renditions_asked_for_at_creation_are_made_and_told(mux: Caller, host: str, receiver: Receiver):
    wanted = [{"resolution": "highest", "passthrough": "r-1"}, {"resolution": "audio-only"}]
    asset = mux.ready(f"{host}/film.mp4", static_renditions=wanted)
    files = renditions(mux, asset)
    assert files["highest.mp4"]["passthrough"] == "r-1"
    base = f"/stream/{asset['playback_ids'][0]['id']}"
    film = mux.get(f"{base}/highest.mp4")
    assert (film.headers["content-type"], str(len(film.body))) == (
        "video/mp4",
        files["highest.mp4"]["filesize"],
    )
    assert film_at(mux, f"{base}/highest.mp4") == (320, 180, pytest.approx(6.0, abs=0.1))
    assert mux.get(f"{base}/audio.m4a").headers["content-type"] == "audio/m4a"
    told = receiver.wait("video.asset.static_rendition.ready", 2)
    assert {event["data"]["asset_id"] for event in told} == {asset["id"]}


def test_sizes_are_scaled_down_and_never_up(mux: Caller, host: str, receiver: Receiver):
    asset = mux.ready(f"{host}/tall.mp4")
    path = f"/video/v1/assets/{asset['id']}/static-renditions"
    for resolution in ("270p", "2160p"):
        assert mux.post(path, {"resolution": resolution}).data["status"] == "preparing"
    files = renditions(mux, asset)
    assert files["2160p.mp4"]["status"] == "skipped"
    assert (files["270p.mp4"]["width"], files["270p.mp4"]["height"]) == (270, 480)
    assert film_at(mux, f"/stream/{asset['playback_ids'][0]['id']}/270p.mp4")[:2] == (270, 480)
    receiver.wait("video.asset.static_rendition.skipped")


def test_a_download_gets_its_name(mux: Caller, host: str):
    asset = mux.ready(f"{host}/film.mp4", static_renditions=[{"resolution": "highest"}])
    renditions(mux, asset)
    answer = mux.get(f"/stream/{asset['playback_ids'][0]['id']}/highest.mp4?download=lesson")
    assert answer.headers["content-disposition"] == 'attachment; filename="lesson.mp4"'


def test_players_may_ask_for_a_part(mux: Caller, host: str):
    asset = mux.ready(f"{host}/film.mp4", static_renditions=[{"resolution": "highest"}])
    renditions(mux, asset)
    path = f"/stream/{asset['playback_ids'][0]['id']}/highest.mp4"
    part = mux.get(path, headers={"range": "bytes=0-99"})
    assert (part.status, len(part.body)) == (206, 100)


def test_a_rendition_can_be_deleted(mux: Caller, host: str, receiver: Receiver):
    asset = mux.ready(f"{host}/film.mp4", static_renditions=[{"resolution": "highest"}])
    file = renditions(mux, asset)["highest.mp4"]
    path = f"/video/v1/assets/{asset['id']}/static-renditions/{file['id']}"
    assert mux.call("DELETE", path).status == 204
    assert mux.call("DELETE", path).status == 404
    assert mux.get(f"/stream/{asset['playback_ids'][0]['id']}/highest.mp4").status == 404
    receiver.wait("video.asset.static_rendition.deleted")


def test_the_same_or_a_conflicting_rendition_is_refused(mux: Caller, host: str):
    asset = mux.ready(f"{host}/film.mp4", static_renditions=[{"resolution": "highest"}])
    path = f"/video/v1/assets/{asset['id']}/static-renditions"
    for resolution in ("highest", "270p"):
        assert mux.post(path, {"resolution": resolution}).status == 400


def test_the_old_mp4_support_still_works(mux: Caller, host: str, receiver: Receiver):
    asset = mux.ready(f"{host}/film.mp4")
    path = f"/video/v1/assets/{asset['id']}/mp4-support"
    assert mux.put(path, {"mp4_support": "capped-1080p"}).data["static_renditions"]["status"] == "preparing"
    receiver.wait("video.asset.static_renditions.ready")
    assert mux.asset(asset["id"])["static_renditions"]["status"] == "ready"
    assert mux.get(f"/stream/{asset['playback_ids'][0]['id']}/capped-1080p.mp4").status == 200
    mux.put(path, {"mp4_support": "none"})
    assert mux.get(f"/stream/{asset['playback_ids'][0]['id']}/capped-1080p.mp4").status == 404


def master_of(mux: Caller, asset: dict[str, Any]) -> dict[str, Any]:
    return eventually(lambda: (m := mux.asset(asset["id"])["master"])["status"] == "ready" and m)


def test_a_master_is_a_film_behind_a_signed_url(mux: Caller, host: str, receiver: Receiver):
    asset = mux.ready(f"{host}/film.mp4")
    path = f"/video/v1/assets/{asset['id']}/master-access"
    assert mux.put(path, {"master_access": "temporary"}).data["master"] == {"status": "preparing"}
    url = master_of(mux, asset)["url"]
    assert film_at(mux, url)[:2] == (320, 180)
    assert mux.get(url.split("?")[0]).status == 403
    receiver.wait("video.asset.master.ready")
    assert "master" not in mux.put(path, {"master_access": "none"}).data
    assert mux.get(url).status == 403
    receiver.wait("video.asset.master.deleted")


def test_a_master_asked_for_at_creation_is_made(mux: Caller, host: str):
    asset = mux.ready(f"{host}/film.mp4", master_access="temporary")
    assert master_of(mux, asset)["url"]


def test_a_master_of_sound_alone_ends_errored(mux: Caller, host: str, receiver: Receiver):
    asset = mux.ready(f"{host}/sound.m4a", master_access="temporary")
    receiver.wait("video.asset.master.errored")
    assert mux.asset(asset["id"])["master"] == {"status": "errored"}


def test_master_access_ends_after_a_day(tmp_path: Path, host: str):
    with running_mux(tmp_path, limits=False) as base:
        mux = Caller(base)
        asset = mux.ready(f"{host}/film.mp4", master_access="temporary")
        master_of(mux, asset)
    with running_mux(tmp_path, limits=False, clock=lambda: time.time() + 24 * 3600 + 60) as base:
        mux = Caller(base)
        eventually(lambda: mux.asset(asset["id"])["master_access"] == "none")


def test_files_killed_while_preparing_are_made_after_all(tmp_path: Path, host: str):
    process = MuxProcess(tmp_path, "--no-limits")
    with process:
        mux = Caller(process.url)
        mux.faults(ingest_s=60)
        wanted = [{"resolution": "highest"}]
        asset = mux.add(f"{host}/film.mp4", static_renditions=wanted, master_access="temporary")
        process.kill()
        process.start()
        mux.settled(asset["id"])
        assert renditions(mux, asset)["highest.mp4"]["status"] == "ready"
        assert master_of(mux, asset)["url"]
