"""Assets by URL: created, listed, changed, deleted, and refused."""

from pathlib import Path

import pytest

from sandbox.mux.testing import running_mux
from tests.sandbox.mux.stage import Caller, Receiver


def test_an_asset_becomes_ready_with_what_its_file_truly_holds(mux: Caller, host: str):
    asset = mux.ready(f"{host}/film.mp4", passthrough="row-7", meta={"title": "Fractions"})
    assert asset["duration"] == pytest.approx(6.0, abs=0.1)
    assert asset["aspect_ratio"] == "16:9"
    assert asset["resolution_tier"] == "720p"
    assert [track["type"] for track in asset["tracks"]] == ["video", "audio"]
    assert asset["passthrough"] == "row-7"
    assert asset["meta"] == {"title": "Fractions"}
    assert asset["progress"] == {"state": "completed", "progress": 100}


def test_a_new_asset_is_preparing_and_says_so_at_once(mux: Caller, host: str):
    mux.faults(ingest_s=30)
    asset = mux.add(f"{host}/film.mp4", playback_policies=["public", "signed"])
    assert asset["status"] == "preparing"
    assert [item["policy"] for item in asset["playback_ids"]] == ["public", "signed"]
    assert "duration" not in asset


def test_an_upright_film_keeps_its_shape_and_pays_for_its_pixels(mux: Caller, host: str):
    asset = mux.ready(f"{host}/tall.mp4")
    assert (asset["aspect_ratio"], asset["resolution_tier"]) == ("9:16", "1080p")


def test_a_file_without_pictures_is_audio_only(mux: Caller, host: str):
    asset = mux.ready(f"{host}/sound.m4a")
    assert asset["resolution_tier"] == "audio-only"
    assert "aspect_ratio" not in asset


def test_a_film_browsers_cannot_play_is_made_playable_and_named_non_standard(
    mux: Caller, host: str, receiver: Receiver
):
    asset = mux.ready(f"{host}/open.webm")
    assert asset["non_standard_input_reasons"] == {"video_codec": "vp9", "audio_codec": "opus"}
    receiver.wait("video.asset.non_standard_input_detected")
    playlist = mux.get(f"/stream/{asset['playback_ids'][0]['id']}.m3u8").text
    assert "avc1." in playlist


@pytest.mark.parametrize("name", ["paper.pdf", "empty.mp4", "cut.mp4"])
def test_what_is_no_film_ends_errored(mux: Caller, host: str, receiver: Receiver, name: str):
    asset = mux.settled(mux.add(f"{host}/{name}")["id"])
    assert asset["status"] == "errored"
    assert asset["errors"]["type"] == "invalid_input"
    assert receiver.wait("video.asset.errored")[0]["data"]["errors"] == asset["errors"]


def test_a_missing_file_ends_errored_without_giving_the_url_away(mux: Caller, host: str):
    asset = mux.settled(mux.add(f"{host}/nothing.mp4?X-Amz-Signature=s3cret")["id"])
    assert asset["errors"]["type"] == "download_failed"
    assert "404" in asset["errors"]["messages"][0]
    assert "s3cret" not in str(asset)


def test_a_host_that_does_not_answer_ends_errored(mux: Caller):
    asset = mux.settled(mux.add("http://127.0.0.1:9/film.mp4")["id"])
    assert asset["errors"]["type"] == "download_failed"


def test_what_nobody_thought_of_ends_errored_too(tmp_path: Path, host: str):
    (tmp_path / "media").touch()  # where a folder should be
    with running_mux(tmp_path, limits=False) as base:
        mux = Caller(base)
        asset = mux.settled(mux.add(f"{host}/film.mp4")["id"])
    assert (asset["status"], asset["errors"]["type"]) == ("errored", "internal_error")


def test_the_list_shows_newest_first_page_by_page(mux: Caller, host: str):
    made = [mux.add(f"{host}/film.mp4", passthrough=str(n))["passthrough"] for n in range(5)]
    pages = [mux.get(f"/video/v1/assets?limit=2&page={page}").data for page in (1, 2, 3)]
    assert [asset["passthrough"] for page in pages for asset in page] == made[::-1]


def test_a_cursor_leads_to_the_end_and_is_not_moved_by_new_assets(mux: Caller, host: str):
    made = [mux.add(f"{host}/film.mp4")["id"] for _ in range(5)]
    first = mux.get("/video/v1/assets?limit=2").json
    mux.add(f"{host}/film.mp4")
    second = mux.get(f"/video/v1/assets?limit=2&cursor={first['next_cursor']}").json
    third = mux.get(f"/video/v1/assets?limit=2&cursor={second['next_cursor']}").json
    seen = [asset["id"] for page in (first, second, third) for asset in page["data"]]
    assert seen == made[::-1]
    assert third["next_cursor"] is None


def test_passthrough_and_meta_can_be_changed_and_cleared(mux: Caller, host: str, receiver: Receiver):
    asset = mux.ready(f"{host}/film.mp4", passthrough="before")
    path = f"/video/v1/assets/{asset['id']}"
    changed = mux.call("PATCH", path, json={"passthrough": "", "meta": {"title": "After"}})
    assert (changed.data["passthrough"], changed.data["meta"]) == ("", {"title": "After"})
    assert mux.asset(asset["id"])["meta"] == {"title": "After"}
    receiver.wait("video.asset.updated")


def test_a_deleted_asset_is_gone_and_its_playback_with_it(mux: Caller, host: str, receiver: Receiver):
    asset = mux.ready(f"{host}/film.mp4")
    assert mux.call("DELETE", f"/video/v1/assets/{asset['id']}").status == 204
    assert mux.get(f"/video/v1/assets/{asset['id']}").status == 404
    assert mux.get(f"/stream/{asset['playback_ids'][0]['id']}.m3u8").status == 404
    assert mux.get("/video/v1/assets").data == []
    receiver.wait("video.asset.deleted")


def test_an_asset_deleted_while_it_is_prepared_stays_deleted(mux: Caller, host: str, receiver: Receiver):
    mux.faults(ingest_s=1)
    asset = mux.add(f"{host}/film.mp4")
    mux.call("DELETE", f"/video/v1/assets/{asset['id']}")
    # Asked for later, so ready later: the deleted one's work is over by then.
    mux.ready(f"{host}/film.mp4")
    assert mux.get(f"/video/v1/assets/{asset['id']}").status == 404
    ready = [event["object"]["id"] for event in receiver.events("video.asset.ready")]
    assert asset["id"] not in ready


def test_input_info_shows_the_input_as_it_was_sent_and_read(mux: Caller, host: str):
    asset = mux.ready(f"{host}/film.mp4")
    (info,) = mux.get(f"/video/v1/assets/{asset['id']}/input-info").data
    assert info["settings"] == {"url": f"{host}/film.mp4"}
    assert info["file"]["container_format"] == "mp4"
    assert info["file"]["tracks"][0]["encoding"] == "h.264"


def test_playback_ids_can_be_added_and_taken_away(mux: Caller, host: str):
    asset = mux.ready(f"{host}/film.mp4")
    path = f"/video/v1/assets/{asset['id']}/playback-ids"
    added = mux.post(path, {"policy": "signed"}).data
    assert mux.get(f"{path}/{added['id']}").data == added
    assert mux.get(f"/video/v1/playback-ids/{added['id']}").data["object"]["id"] == asset["id"]
    assert mux.call("DELETE", f"{path}/{added['id']}").status == 204
    assert mux.get(f"{path}/{added['id']}").status == 404
    assert len(mux.asset(asset["id"])["playback_ids"]) == 1


@pytest.mark.parametrize(
    ("wrong", "about"),
    [
        ({"inputs": [{"url": "ftp://host/film.mp4"}]}, "url"),
        ({"inputs": []}, "inputs"),
        ({}, "inputs[0].url is required"),
        ({"playback_policies": ["private"]}, "playback_policies"),
        ({"passthrough": "x" * 256}, "255"),
        ({"meta": {"external_id": "x" * 129}}, "128"),
        ({"video_quality": "best"}, "video_quality"),
        ({"normalize_audio": "yes"}, "normalize_audio"),
        ({"static_renditions": [{"resolution": "highest"}, {"resolution": "720p"}]}, "highest"),
        ({"static_renditions": [{"resolution": "highest"}], "mp4_support": "standard"}, "mp4_support"),
        ({"wish": 1}, "wish"),
    ],
)
def test_wrong_parameters_are_named(mux: Caller, host: str, wrong: dict, about: str):
    usual = {} if wrong == {} else {"inputs": [{"url": f"{host}/film.mp4"}]}
    answer = mux.post("/video/v1/assets", usual | wrong)
    assert answer.status == 400
    assert answer.json["error"]["type"] == "invalid_parameters"
    assert about in str(answer.json["error"]["messages"])


@pytest.mark.parametrize(
    ("kind", "body"),
    [("application/json", b"{inputs"), ("text/plain", b'{"inputs": [{"url": "http://x/y"}]}')],
)
def test_a_body_that_is_no_json_or_is_not_said_to_be_is_refused(mux: Caller, kind: str, body: bytes):
    answer = mux.call("POST", "/video/v1/assets", body=body, headers={"content-type": kind})
    assert (answer.status, answer.json["error"]["type"]) == (400, "invalid_parameters")


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/video/v1/assets/short", 400, "invalid_parameters"),
        ("/video/v1/assets/" + "x" * 40, 404, "not_found"),
        ("/video/v1/assets?limit=101", 400, "invalid_parameters"),
        ("/video/v1/assets?page=0", 400, "invalid_parameters"),
        ("/video/v1/nowhere", 404, "not_found"),
    ],
)
def test_wrong_questions_get_muxs_error_shape(mux: Caller, path: str, status: int, kind: str):
    answer = mux.get(path)
    assert (answer.status, answer.json["error"]["type"]) == (status, kind)


class TestTestAssets:
    def test_a_test_asset_is_cut_to_ten_seconds(self, mux: Caller, host: str):
        asset = mux.ready(f"{host}/long.mp4", test=True)
        assert (asset["test"], asset["duration"]) == (True, 10.0)
        playback_id = asset["playback_ids"][0]["id"]
        playlist = mux.get(f"/stream/{playback_id}/rendition.m3u8").text
        lengths = [
            float(line[8:].rstrip(",")) for line in playlist.splitlines() if line.startswith("#EXTINF")
        ]
        assert sum(lengths) == pytest.approx(10.0, abs=0.2)

    def test_other_assets_say_nothing_of_tests(self, mux: Caller, host: str):
        assert "test" not in mux.add(f"{host}/long.mp4")
