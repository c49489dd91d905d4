"""Captions and further sound: uploaded, generated, changed, deleted, played."""

from pathlib import Path
from typing import Any

import pytest

from sandbox.mux.media import texts
from sandbox.mux.media.pull import InputRefused
from sandbox.mux.testing import MuxProcess
from tests.sandbox.mux.stage import Caller, Receiver, eventually, films

SRT = (
    "1\r\n00:00:00,500 --> 00:00:02,000\r\nHello\r\n\r\n"
    "2\r\n00:00:02,000 --> 00:00:04,000\r\nto all\r\nof you\r\n"
)


@pytest.fixture
def captions(host: str) -> str:
    """URL of a small SubRip file."""
    (films() / "captions.srt").write_text(SRT)
    return f"{host}/captions.srt"


def tracks_path(asset: dict[str, Any]) -> str:
    return f"/video/v1/assets/{asset['id']}/tracks"


def track_of(mux: Caller, asset: dict[str, Any], track_id: str) -> dict[str, Any]:
    return next(track for track in mux.asset(asset["id"])["tracks"] if track["id"] == track_id)


def settled(mux: Caller, asset: dict[str, Any], track_id: str) -> dict[str, Any]:
    return eventually(lambda: (t := track_of(mux, asset, track_id))["status"] != "preparing" and t)


def add_captions(mux: Caller, asset: dict[str, Any], url: str, **options: Any) -> dict[str, Any]:
    wanted = {"url": url, "type": "text", "text_type": "subtitles", "language_code": "en", "name": "English"}
    answer = mux.post(tracks_path(asset), wanted | options)
    assert answer.status == 201, answer.text
    return answer.data


def test_uploaded_captions_play_as_webvtt_and_read_as_a_transcript(
    mux: Caller, host: str, captions: str, receiver: Receiver
):
    asset = mux.ready(f"{host}/film.mp4")
    track = add_captions(mux, asset, captions, closed_captions=True, passthrough="row-3")
    assert (track["status"], track["text_source"]) == ("preparing", "uploaded")
    assert settled(mux, asset, track["id"])["status"] == "ready"
    base = f"/stream/{asset['playback_ids'][0]['id']}"
    vtt = mux.get(f"{base}/text/{track['id']}.vtt")
    assert vtt.headers["content-type"].startswith("text/vtt")
    assert "00:00:00.500 --> 00:00:02.000\nHello" in vtt.text
    assert mux.get(f"{base}/text/{track['id']}.txt").text == "Hello to all of you\n"
    told = receiver.wait("video.asset.track.ready")[0]["data"]
    assert (told["asset_id"], told["id"]) == (asset["id"], track["id"])


def test_the_playlist_offers_captions(mux: Caller, host: str, captions: str):
    asset = mux.ready(f"{host}/film.mp4")
    track = add_captions(mux, asset, captions)
    settled(mux, asset, track["id"])
    base = f"/stream/{asset['playback_ids'][0]['id']}"
    top = mux.get(f"{base}.m3u8").text
    assert 'TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="English",LANGUAGE="en"' in top
    assert f"{track['id']}.vtt" in mux.get(f"{base}/text/{track['id']}.m3u8").text


def test_a_name_with_quotation_marks_does_not_break_the_playlist(mux: Caller, host: str, captions: str):
    asset = mux.ready(f"{host}/film.mp4")
    track = add_captions(mux, asset, captions, name='English "CC"\nnew')
    settled(mux, asset, track["id"])
    top = mux.get(f"/stream/{asset['playback_ids'][0]['id']}.m3u8").text
    assert 'NAME="English \'CC\'\'new",LANGUAGE="en"' in top


def test_captions_that_cannot_be_read_end_errored_and_the_asset_stays_ready(
    mux: Caller, host: str, receiver: Receiver
):
    asset = mux.ready(f"{host}/film.mp4")
    track = add_captions(mux, asset, f"{host}/paper.pdf")
    assert settled(mux, asset, track["id"])["status"] == "errored"
    assert receiver.wait("video.asset.track.errored")[0]["data"]["error"]["type"] == "invalid_input"
    assert mux.asset(asset["id"])["status"] == "ready"


def test_generated_captions_come_after_the_asset_is_ready(mux: Caller, host: str, receiver: Receiver):
    inputs = [{"url": f"{host}/film.mp4", "generated_subtitles": [{"language_code": "auto", "name": "Auto"}]}]
    asset = mux.post("/video/v1/assets", {"inputs": inputs, "playback_policies": ["public"]}).data
    told = receiver.wait("video.asset.track.ready")[0]["data"]
    assert (told["text_source"], told["language_code"]) == ("generated_vod", "en")
    assert 0 < told["auto_language_confidence"] <= 1
    kinds = [event["type"] for event in receiver.events()]
    assert kinds.index("video.asset.ready") < kinds.index("video.asset.track.ready")
    path = f"/stream/{asset['playback_ids'][0]['id']}/text/{told['id']}.vtt"
    assert texts.parse(mux.get(path).text)


def test_captions_can_be_generated_later_from_the_sound_only(mux: Caller, host: str):
    asset = mux.ready(f"{host}/film.mp4")
    picture, sound = asset["tracks"]
    wanted = {"generated_subtitles": [{"language_code": "de", "name": "Deutsch"}]}
    (track,) = mux.post(f"{tracks_path(asset)}/{sound['id']}/generate-subtitles", wanted).data
    assert settled(mux, asset, track["id"])["language_code"] == "de"
    assert mux.post(f"{tracks_path(asset)}/{picture['id']}/generate-subtitles", wanted).status == 400


def test_a_second_language_of_sound_plays(mux: Caller, host: str):
    asset = mux.ready(f"{host}/film.mp4")
    wanted = {"url": f"{host}/sound.m4a", "type": "audio", "language_code": "fr", "name": "Français"}
    track = mux.post(tracks_path(asset), wanted).data
    assert settled(mux, asset, track["id"])["max_channels"] == 2
    base = f"/stream/{asset['playback_ids'][0]['id']}"
    assert f"audio/{track['id']}/rendition.m3u8" in mux.get(f"{base}.m3u8").text
    assert mux.get(f"{base}/audio/{track['id']}/0.ts").status == 200


def test_tracks_wait_for_a_ready_asset(mux: Caller, host: str, captions: str):
    mux.faults(ingest_s=30)
    asset = mux.add(f"{host}/film.mp4")
    wanted = {"url": captions, "type": "text", "language_code": "en"}
    answer = mux.post(tracks_path(asset), wanted)
    assert (answer.status, answer.json["error"]["type"]) == (412, "precondition_failed")


def test_a_name_is_taken_once(mux: Caller, host: str, captions: str):
    asset = mux.ready(f"{host}/film.mp4")
    add_captions(mux, asset, captions)
    wanted = {"url": captions, "type": "text", "language_code": "en", "name": "English"}
    assert mux.post(tracks_path(asset), wanted).status == 400


@pytest.mark.parametrize(
    "tracks",
    [
        [{"type": "text", "name": "English"}, {"type": "text", "name": "English"}],
        [{"type": "text", "language_code": "de"}, {"type": "text", "language_code": "de"}],
        [{"type": "text", "name": "en (generated)"}],
    ],
)
def test_two_inputs_of_one_name_are_refused(mux: Caller, host: str, captions: str, tracks: list[dict]):
    film = {"url": f"{host}/film.mp4", "generated_subtitles": [{"language_code": "en"}]}
    inputs = [film, *({"url": captions} | track for track in tracks)]
    answer = mux.post("/video/v1/assets", {"inputs": inputs})
    assert answer.status == 400
    assert "must not have two text tracks named" in answer.text


def test_an_input_named_as_the_films_own_sound_is_left_out_and_the_rest_is_made(mux: Caller, host: str):
    inputs = [{"url": f"{host}/film.mp4"}, {"url": f"{host}/sound.m4a", "type": "audio", "name": "Default"}]
    wanted = {"inputs": inputs, "static_renditions": [{"resolution": "highest"}]}
    asset = mux.settled(mux.post("/video/v1/assets", wanted).data["id"])
    assert asset["status"] == "ready"
    files = eventually(lambda: mux.asset(asset["id"])["static_renditions"]["files"])
    eventually(lambda: mux.asset(asset["id"])["static_renditions"]["files"][0]["status"] == "ready")
    assert [file["name"] for file in files] == ["highest.mp4"]
    assert [track["type"] for track in mux.asset(asset["id"])["tracks"]] == ["video", "audio"]


def test_a_track_can_be_renamed_and_deleted(mux: Caller, host: str, captions: str, receiver: Receiver):
    asset = mux.ready(f"{host}/film.mp4")
    track = add_captions(mux, asset, captions)
    settled(mux, asset, track["id"])
    path = f"{tracks_path(asset)}/{track['id']}"
    assert mux.call("PATCH", path, json={"name": "English (UK)"}).data["name"] == "English (UK)"
    assert mux.call("DELETE", path).status == 204
    assert receiver.wait("video.asset.track.deleted")[0]["data"]["status"] == "deleted"
    assert mux.get(f"/stream/{asset['playback_ids'][0]['id']}/text/{track['id']}.vtt").status == 404


def test_picture_and_main_sound_cannot_be_deleted(mux: Caller, host: str):
    asset = mux.ready(f"{host}/film.mp4")
    for track in asset["tracks"]:
        assert mux.call("DELETE", f"{tracks_path(asset)}/{track['id']}").status == 400


def test_a_track_killed_while_preparing_becomes_ready(tmp_path: Path, host: str, captions: str):
    process = MuxProcess(tmp_path, "--no-limits")
    with process:
        mux = Caller(process.url)
        asset = mux.ready(f"{host}/film.mp4")
        mux.faults(ingest_s=60)
        track = add_captions(mux, asset, captions)
        process.kill()
        process.start()
        assert settled(mux, asset, track["id"])["status"] == "ready"


def test_subrip_and_webvtt_are_both_read():
    from_srt = texts.parse(SRT)
    assert from_srt == texts.parse(texts.as_vtt(from_srt))
    assert from_srt[1].text == "to all\nof you"


def test_a_file_without_cues_is_refused():
    with pytest.raises(InputRefused):
        texts.parse("just words\n\nand more")
