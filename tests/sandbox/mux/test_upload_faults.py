"""What goes wrong on demand while an upload is made and while its bytes come in."""

import time

import pytest
import urllib3

from tests.sandbox.mux.sender import CHUNK, new_upload, put, put_chunks, uploaded_asset
from tests.sandbox.mux.stage import Caller, eventually

DROPPED = urllib3.exceptions.ProtocolError


def test_an_upload_is_there_though_its_answer_was_dropped(mux: Caller):
    mux.faults(drop_after_upload_create_rate=1)
    with pytest.raises(DROPPED):
        mux.post("/video/v1/uploads", {"cors_origin": "*"})
    assert [upload["status"] for upload in mux.get("/video/v1/uploads").data] == ["waiting"]


def test_the_last_bytes_of_an_upload_count_though_nobody_said_so(mux: Caller, film: bytes):
    upload = new_upload(mux)
    mux.faults(drop_after_last_put_rate=1)
    with pytest.raises(DROPPED):
        put(mux, upload, film)
    # The sender asks where it is, as it must after silence, and hears that all is there.
    assert put(mux, upload, b"", f"bytes */{len(film)}").status == 200
    assert len(mux.get(f"/video/v1/assets?upload_id={upload['id']}").data) == 1


@pytest.mark.parametrize(("fault", "status"), [("put_forbidden_rate", 403), ("put_error_rate", 503)])
def test_a_chunk_refused_in_the_middle_is_not_kept_and_can_be_sent_again(
    mux: Caller, film: bytes, fault: str, status: int
):
    upload = new_upload(mux)
    put(mux, upload, film[:CHUNK], f"bytes 0-{CHUNK - 1}/{len(film)}")
    mux.faults(**{fault: 1})
    refused = put(mux, upload, film[CHUNK:], f"bytes {CHUNK}-{len(film) - 1}/{len(film)}")
    # A page must be able to read the refusal.
    assert (refused.status, refused.headers["access-control-allow-origin"]) == (status, upload["cors_origin"])
    mux.faults()
    assert put(mux, upload, b"", f"bytes */{len(film)}").headers["range"] == f"bytes=0-{CHUNK - 1}"
    assert put_chunks(mux, upload, film, start=CHUNK)[-1].status == 200
    assert uploaded_asset(mux, upload)["status"] == "ready"


@pytest.mark.parametrize("size_bytes", [CHUNK * 2 + 10, 10])
def test_a_connection_lost_in_the_middle_of_a_body_costs_its_second_half(
    mux: Caller, film: bytes, size_bytes: int
):
    upload = new_upload(mux)
    mux.faults(put_drop_rate=1)
    with pytest.raises(DROPPED):
        put(mux, upload, film[:size_bytes], f"bytes 0-{size_bytes - 1}/{len(film)}")
    mux.faults()
    kept = size_bytes // 2 // CHUNK * CHUNK
    # The double hears of the loss a moment after the sender does.
    eventually(lambda: put(mux, upload, b"", f"bytes */{len(film)}").headers.get("range") == position(kept))
    assert put_chunks(mux, upload, film, start=kept)[-1].status == 200


def position(kept_bytes: int) -> str | None:
    return f"bytes=0-{kept_bytes - 1}" if kept_bytes else None


def test_bytes_can_come_in_slowly(mux: Caller, film: bytes):
    mux.faults(put_bytes_per_s=4 * CHUNK)
    start = time.monotonic()
    assert put(mux, new_upload(mux), film[:CHUNK], f"bytes 0-{CHUNK - 1}/{len(film)}").status == 308
    assert time.monotonic() - start >= 0.2


def test_an_upload_can_be_made_to_run_out_of_time_at_once(mux: Caller, film: bytes):
    mux.faults(upload_timeout_s=0.01)
    upload = new_upload(mux)
    assert upload["timeout"] == 3600
    eventually(lambda: mux.get(f"/video/v1/uploads/{upload['id']}").data["status"] == "timed_out")
    assert put(mux, upload, film).status == 410
