"""The console: what happened, and the page that shows it."""

from tests.sandbox.mux.sender import CHUNK, new_upload, put
from tests.sandbox.mux.stage import Caller, eventually


def test_assets_are_listed_oldest_first_deleted_ones_too(mux: Caller, host: str):
    first = mux.ready(f"{host}/film.mp4", passthrough="one")
    second = mux.ready(f"{host}/film.mp4", passthrough="two")
    mux.call("DELETE", f"/video/v1/assets/{first['id']}")
    listed = mux.get("/sandbox/assets").json["assets"]
    found = [(a["id"], a["passthrough"], a["status"], a["deleted"]) for a in listed]
    assert found == [(first["id"], "one", "ready", True), (second["id"], "two", "ready", False)]


def test_stats_tell_states_and_requests_apart(mux: Caller, host: str):
    mux.ready(f"{host}/film.mp4")
    mux.settled(mux.add(f"{host}/paper.pdf")["id"])
    stats = mux.stats()
    assert stats["assets"] == {"alive": 2, "preparing": 0, "ready": 1, "errored": 1, "deleted": 0}
    assert stats["requests"]["video_post"] == 2
    assert stats["limited"] == {}


def test_an_asset_can_be_given_a_past(mux: Caller, host: str):
    asset = mux.ready(f"{host}/film.mp4")
    path = f"/sandbox/assets/{asset['id']}"
    assert mux.call("PATCH", path, body=b'{"created_at": 1750000000}').status == 200
    assert mux.asset(asset["id"])["created_at"] == "1750000000"
    assert mux.call("PATCH", path, json={"created_at": 9_999_999_999}).status == 400


def test_the_page_shows_assets_events_and_faults(mux: Caller, host: str):
    asset = mux.ready(f"{host}/film.mp4", passthrough="<b>row</b>")
    mux.faults(late_s=3)
    page = mux.get("/sandbox").text
    assert asset["id"] in page
    assert "&lt;b&gt;row&lt;/b&gt;" in page
    assert "video.asset.ready" in page
    assert 'name="late_s" value="3"' in page


def test_the_page_shows_how_far_an_upload_is_and_why_it_failed(mux: Caller):
    waiting, failed = new_upload(mux), new_upload(mux)
    put(mux, waiting, bytes(CHUNK), f"bytes 0-{CHUNK - 1}/*")
    put(mux, failed, b"just words")
    eventually(lambda: mux.get(f"/video/v1/uploads/{failed['id']}").data["status"] == "errored")
    page = mux.get("/sandbox").text
    assert waiting["id"] in page
    assert "262,144 bytes" in page
    assert "The input is not a media file that can be read" in page
    assert waiting["url"] not in page


def test_an_unknown_asset_has_no_past(mux: Caller):
    assert mux.call("PATCH", "/sandbox/assets/" + "x" * 40, json={}).status == 404
