"""Direct uploads: sent whole or in pieces, resumed, cancelled, too late."""

import http.client
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from sandbox.mux.testing import MuxProcess, running_mux
from sandbox.mux.transfers import BadRange, ByteRange
from tests.sandbox.mux.sender import CHUNK, new_upload, put, put_chunks, uploaded_asset
from tests.sandbox.mux.stage import Caller, Receiver, eventually


def test_a_file_put_in_one_piece_becomes_an_asset(mux: Caller, film: bytes, receiver: Receiver):
    upload = new_upload(mux)
    assert upload["status"] == "waiting"
    assert put(mux, upload, film).status == 200
    asset = uploaded_asset(mux, upload)
    assert asset["status"] == "ready"
    assert (asset["upload_id"], asset["passthrough"]) == (upload["id"], "row-1")
    assert asset["ingest_type"] == "on_demand_direct_upload"
    receiver.wait("video.asset.ready")
    kinds = {event["type"] for event in receiver.events()}
    assert {"video.upload.created", "video.upload.asset_created", "video.asset.created"} <= kinds


def test_a_file_put_in_chunks_becomes_one_asset(mux: Caller, film: bytes):
    upload = new_upload(mux)
    answers = put_chunks(mux, upload, film)
    assert [answer.status for answer in answers] == [308] * (len(answers) - 1) + [200]
    assert answers[0].headers["range"] == f"bytes=0-{CHUNK - 1}"
    assert uploaded_asset(mux, upload)["status"] == "ready"
    assert len(mux.get(f"/video/v1/assets?upload_id={upload['id']}").data) == 1


def test_a_sender_who_lost_count_asks_and_goes_on(mux: Caller, film: bytes):
    upload = new_upload(mux)
    asked = put(mux, upload, b"", f"bytes */{len(film)}")
    assert (asked.status, "range" in asked.headers) == (308, False)
    put(mux, upload, film[:CHUNK], f"bytes 0-{CHUNK - 1}/{len(film)}")
    asked = put(mux, upload, b"", f"bytes */{len(film)}")
    assert (asked.status, asked.headers["range"]) == (308, f"bytes=0-{CHUNK - 1}")
    assert put_chunks(mux, upload, film, start=CHUNK)[-1].status == 200
    assert put(mux, upload, b"", f"bytes */{len(film)}").status == 200


def test_a_chunk_sent_twice_is_kept_once(mux: Caller, film: bytes):
    upload = new_upload(mux)
    for _ in range(2):
        answer = put(mux, upload, film[:CHUNK], f"bytes 0-{CHUNK - 1}/{len(film)}")
        assert answer.headers["range"] == f"bytes=0-{CHUNK - 1}"
    put_chunks(mux, upload, film, start=CHUNK)
    assert uploaded_asset(mux, upload)["status"] == "ready"


def test_a_hole_is_refused(mux: Caller, film: bytes):
    upload = new_upload(mux)
    answer = put(mux, upload, film[CHUNK : 2 * CHUNK], f"bytes {CHUNK}-{2 * CHUNK - 1}/{len(film)}")
    assert answer.status == 400
    assert put_chunks(mux, upload, film)[-1].status == 200


def test_only_whole_granules_of_an_odd_chunk_are_kept(mux: Caller, film: bytes):
    upload = new_upload(mux)
    odd = CHUNK + 1000
    answer = put(mux, upload, film[:odd], f"bytes 0-{odd - 1}/{len(film)}")
    assert answer.headers["range"] == f"bytes=0-{CHUNK - 1}"


def test_a_total_may_stay_unknown_until_the_last_chunk(mux: Caller, film: bytes):
    upload = new_upload(mux)
    assert put(mux, upload, film[:CHUNK], f"bytes 0-{CHUNK - 1}/*").status == 308
    last = put(mux, upload, film[CHUNK:], f"bytes {CHUNK}-{len(film) - 1}/{len(film)}")
    assert last.status == 200


def test_a_sender_cut_off_in_the_middle_goes_on_from_the_last_granule(tmp_path: Path, film: bytes):
    with running_mux(tmp_path, limits=False) as base:
        mux = Caller(base)
        upload = new_upload(mux)
        connection = begin_put(upload, film, sent=CHUNK + 5000)
        received = tmp_path / "uploads" / upload["id"]
        eventually(lambda: received.exists() and received.stat().st_size >= CHUNK)
        connection.close()
        asked = put(mux, upload, b"", f"bytes */{len(film)}")
        assert asked.headers["range"] == f"bytes=0-{CHUNK - 1}"
        assert put_chunks(mux, upload, film, start=CHUNK)[-1].status == 200
        assert uploaded_asset(mux, upload)["status"] == "ready"


def begin_put(upload: dict[str, Any], film: bytes, *, sent: int) -> http.client.HTTPConnection:
    """A connection that announced the whole film and sent only its beginning."""
    address = urlsplit(upload["url"])
    connection = http.client.HTTPConnection(address.hostname, address.port)
    connection.putrequest("PUT", address.path)
    connection.putheader("content-length", str(len(film)))
    connection.putheader("content-range", f"bytes 0-{len(film) - 1}/{len(film)}")
    connection.endheaders(film[:sent])
    return connection


def test_browsers_of_the_named_origin_may_send_and_read_the_position(mux: Caller, film: bytes):
    upload = new_upload(mux)
    preflight = mux.call("OPTIONS", upload["url"])
    assert preflight.status == 204
    assert preflight.headers["access-control-allow-origin"] == "http://school.example"
    assert "content-range" in preflight.headers["access-control-allow-headers"]
    answer = put(mux, upload, film[:CHUNK], f"bytes 0-{CHUNK - 1}/{len(film)}")
    assert "range" in answer.headers["access-control-expose-headers"]


def test_a_cancelled_upload_takes_no_bytes_and_makes_no_asset(mux: Caller, film: bytes, receiver: Receiver):
    upload = new_upload(mux)
    cancelled = mux.put(f"/video/v1/uploads/{upload['id']}/cancel").data
    assert cancelled["status"] == "cancelled"
    assert put(mux, upload, film).status == 410
    assert mux.get("/video/v1/assets").data == []
    assert mux.put(f"/video/v1/uploads/{upload['id']}/cancel").status == 403
    receiver.wait("video.upload.cancelled")


def test_a_finished_upload_can_no_longer_be_cancelled(mux: Caller, film: bytes):
    upload = new_upload(mux)
    put(mux, upload, film)
    assert mux.put(f"/video/v1/uploads/{upload['id']}/cancel").status == 403


def test_uploads_are_listed_newest_first_and_abandoned_ones_leave_no_asset(mux: Caller):
    made = [new_upload(mux)["id"] for _ in range(3)]
    listed = mux.get("/video/v1/uploads?limit=2").data
    assert [upload["id"] for upload in listed] == made[:0:-1]
    assert mux.get("/video/v1/assets").data == []


def test_an_upload_runs_out_of_time_without_an_event(tmp_path: Path, film: bytes, receiver: Receiver):
    later_s = [0.0]
    told = {"webhook_url": receiver.url, "webhook_secret": "x"}
    with running_mux(tmp_path, limits=False, clock=lambda: time.time() + later_s[0], **told) as base:
        mux = Caller(base)
        upload = new_upload(mux, timeout=60)
        later_s[0] = 61
        assert mux.get(f"/video/v1/uploads/{upload['id']}").data["status"] == "timed_out"
        assert put(mux, upload, film).status == 410
        receiver.wait("video.upload.created")
        assert [event["type"] for event in receiver.events()] == ["video.upload.created"]


def test_a_kill_between_chunks_costs_no_bytes(tmp_path: Path, film: bytes):
    process = MuxProcess(tmp_path, "--no-limits")
    with process:
        mux = Caller(process.url)
        upload = new_upload(mux)
        put(mux, upload, film[:CHUNK], f"bytes 0-{CHUNK - 1}/{len(film)}")
        process.kill()
        process.start()
        asked = put(mux, upload, b"", f"bytes */{len(film)}")
        assert asked.headers["range"] == f"bytes=0-{CHUNK - 1}"
        put_chunks(mux, upload, film, start=CHUNK)
        assert uploaded_asset(mux, upload)["status"] == "ready"


def test_a_test_upload_makes_a_test_asset(mux: Caller, film: bytes):
    upload = new_upload(mux, test=True)
    put(mux, upload, film)
    assert uploaded_asset(mux, upload)["test"] is True


def test_an_uploaded_thing_that_is_no_film_ends_errored_and_so_does_its_upload(
    mux: Caller, receiver: Receiver
):
    upload = new_upload(mux)
    assert put(mux, upload, b"just words " * 500).status == 200
    (told,) = receiver.wait("video.upload.errored")
    found = mux.get(f"/video/v1/uploads/{upload['id']}").data
    assert (told["data"]["status"], found["status"]) == ("errored", "errored")
    assert found["error"]["type"] == "invalid_input"
    assert mux.asset(found["asset_id"])["errors"]["type"] == "invalid_input"
    assert put(mux, upload, b"once more").status == 410


@pytest.mark.parametrize(
    ("wrong", "about"),
    [
        ({"cors_origin": None}, "cors_origin"),
        ({"timeout": 59}, "timeout"),
        ({"timeout": 604_801}, "timeout"),
        ({"new_asset_settings": {"passthrough": "x" * 256}}, "passthrough"),
    ],
)
def test_wrong_parameters_are_named(mux: Caller, wrong: dict, about: str):
    answer = mux.post("/video/v1/uploads", {"cors_origin": "*"} | wrong)
    assert answer.status == 400
    assert about in str(answer.json["error"]["messages"])


def test_two_senders_at_once_make_one_asset(mux: Caller, film: bytes):
    upload = new_upload(mux)
    first = begin_put(upload, film, sent=CHUNK)
    with ThreadPoolExecutor() as threads:
        # It has to wait for the first, whether it sends before or after that one's last bytes.
        second = threads.submit(put, mux, upload, film)
        first.send(film[CHUNK:])
        assert first.getresponse().status == 200
        assert second.result().status == 200
    first.close()
    assert len(mux.get(f"/video/v1/assets?upload_id={upload['id']}").data) == 1
    assert uploaded_asset(mux, upload)["status"] == "ready"


def test_an_upload_cancelled_while_bytes_come_in_takes_none_and_keeps_none(tmp_path: Path, film: bytes):
    with running_mux(tmp_path, limits=False) as base:
        mux = Caller(base)
        upload = new_upload(mux)
        connection = begin_put(upload, film, sent=CHUNK + 5000)
        received = tmp_path / "uploads" / upload["id"]
        eventually(lambda: received.exists() and received.stat().st_size >= CHUNK)
        assert mux.put(f"/video/v1/uploads/{upload['id']}/cancel").status == 200
        connection.send(film[CHUNK + 5000 :])
        assert connection.getresponse().status == 410
        connection.close()
        assert not received.exists()
        assert mux.get("/video/v1/assets").data == []


def test_more_bytes_than_announced_are_refused_and_none_of_them_kept(mux: Caller, film: bytes):
    upload = new_upload(mux)
    assert put(mux, upload, film[: CHUNK + 1], f"bytes 0-{CHUNK - 1}/{len(film)}").status == 400
    asked = put(mux, upload, b"", f"bytes */{len(film)}")
    assert (asked.status, "range" in asked.headers) == (308, False)


def test_asking_about_an_empty_file_is_refused(mux: Caller):
    assert put(mux, new_upload(mux), b"", "bytes */0").status == 400


def test_unknown_sessions_are_not_found(mux: Caller):
    assert mux.call("PUT", "/upload/unknown", body=b"x").status == 404


@pytest.mark.parametrize("header", ["bytes 5-4/9", "bytes 0-9/9", "bytes 9-9/9"])
def test_a_range_that_contradicts_itself_is_refused(header: str):
    with pytest.raises(BadRange, match="contradicts itself"):
        ByteRange.parse(header)


@pytest.mark.parametrize("header", ["bytes", "0-1/2", "bytes 0-1", "bytes -1/2"])
def test_a_malformed_range_is_refused(header: str):
    with pytest.raises(BadRange):
        ByteRange.parse(header)
