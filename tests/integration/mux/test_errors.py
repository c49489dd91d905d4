"""Every way in which Mux says no, or says nothing, over HTTP."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from core.errors import NotFound, RateLimited, Refused, Unavailable
from core.mux.api import MuxApi
from tests.fakes import FakeClock
from tests.integration.serving import Reply, Server, in_turn, serving

SECRET = "token-secret-that-must-not-show"
SIGNED = "https://bucket.s3.amazonaws.com/key.mp4?X-Amz-Signature=abcdef"
ASSET = {"id": "a1", "status": "preparing", "created_at": "1607876845"}


def error(kind: str, *messages: str) -> bytes:
    return json.dumps({"error": {"type": kind, "messages": messages}}).encode()


def api_at(url: str, **options: float) -> MuxApi:
    return MuxApi(base_url=url, token_id="id", token_secret=SECRET, clock=FakeClock(), **options)


@contextmanager
def mux_saying(*replies: Reply) -> Iterator[tuple[MuxApi, Server]]:
    with serving(in_turn(*replies)) as server:
        yield api_at(server.url), server


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (400, error("invalid_parameters", "Failed to parse ID"), "invalid_parameters: Failed to parse ID"),
        (422, json.dumps({"errors": ["One.", "Two."]}).encode(), "One.; Two"),
        (400, b"<html><body>Bad request</body></html>", "no reason given"),
        (400, b'"only text"', "no reason given"),
        (400, b"", "no reason given"),
        (400, b"\xff\xfe\x00", "no reason given"),
        (301, b"", "no reason given"),
    ],
)
def test_a_refusal_says_muxs_reason_in_one_sentence(status: int, body: bytes, words: str) -> None:
    with mux_saying(Reply(status, body)) as (mux, _), pytest.raises(Refused) as refused:
        mux.get_asset("a1")
    assert str(refused.value) == f"Mux refused to show asset a1 ({status}): {words}."
    assert refused.value.status == status


@pytest.mark.parametrize(
    ("status", "variable"), [(401, "MUX_TOKEN_ID and MUX_TOKEN_SECRET"), (403, "Mux Data read")]
)
def test_wrong_credentials_and_missing_permissions_name_the_setting(status: int, variable: str) -> None:
    with (
        mux_saying(Reply(status, error("unauthorized", "No"))) as (mux, _),
        pytest.raises(Refused) as refused,
    ):
        mux.whoami()
    assert variable in refused.value.hint
    assert (refused.value.status, refused.value.account_wide) == (status, True)


def test_what_is_not_there_is_not_found() -> None:
    with mux_saying(Reply(404, error("not_found", "Gone."))) as (mux, _), pytest.raises(NotFound):
        mux.get_asset("a1")


@pytest.mark.parametrize("body", [error("too_many", "Slow"), b'{"errors": ["Slow"]}', b"<html>slow</html>"])
def test_a_429_says_how_long_to_wait_where_mux_does(body: bytes) -> None:
    replies = Reply(429, body, {"Retry-After": "7"}), Reply(429, body)
    with mux_saying(*replies) as (mux, server):
        with pytest.raises(RateLimited) as told:
            mux.create_asset({})
        with pytest.raises(RateLimited) as untold:
            mux.create_asset({})
    assert (told.value.retry_after_s, untold.value.retry_after_s) == (7.0, None)
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    "reply",
    [
        Reply(500, error("internal_error", "Oops")),
        Reply(502, b"<html>502 Bad Gateway</html>"),
        Reply(503, b"", {"Retry-After": "30"}),
        Reply(200, b"<html>a captive portal</html>"),
        Reply(200, b'{"nothing": 1}'),
        Reply(drop=True),
        Reply(200, b'{"data"', {"Content-Length": "500"}),
        Reply(200, json.dumps({"data": ASSET}).encode(), delay_s=0.5),
    ],
    ids=["500", "HTML 502", "503", "HTML 200", "no data", "dropped", "cut off", "late"],
)
def test_an_answer_that_proves_nothing_is_unavailable_and_nothing_is_sent_again(reply: Reply) -> None:
    with serving(in_turn(reply)) as server:
        with pytest.raises(Unavailable):
            api_at(server.url, read_timeout_s=0.2).create_asset({"inputs": [{"url": SIGNED}]})
        assert len(server.asked) == 1


def test_a_closed_port_is_unavailable() -> None:
    with serving(in_turn(Reply())) as server:
        url = server.url
    with pytest.raises(Unavailable):
        api_at(url).whoami()


def test_a_tls_failure_is_unavailable() -> None:
    with serving(in_turn(Reply())) as server, pytest.raises(Unavailable):
        api_at(server.url.replace("http://", "https://")).whoami()


def test_an_unknown_status_and_unknown_fields_are_no_error() -> None:
    body = json.dumps({"data": ASSET | {"status": "dreaming", "shots": [1]}}).encode()
    with mux_saying(Reply(200, body)) as (mux, _):
        assert mux.get_asset("a1").id == "a1"


def test_what_no_database_can_hold_is_taken_out_of_an_answer() -> None:
    body = json.dumps({"data": ASSET | {"passthrough": "another system's \x00 mark"}}).encode()
    with mux_saying(Reply(200, body)) as (mux, _):
        assert mux.get_asset("a1").passthrough == "another system's  mark"


def test_no_secret_is_in_a_message_a_traceback_or_a_log_record(caplog: pytest.LogCaptureFixture) -> None:
    upload = {"id": "u1", "url": "https://storage.example/u?upload_id=opens-it"}
    replies = (
        Reply(400, error("invalid_parameters", f"Invalid url: {SIGNED} given"), {"X-Echo": SECRET}),
        Reply(201, json.dumps({"data": upload}).encode()),
    )
    caplog.set_level(logging.DEBUG)
    with mux_saying(*replies) as (mux, _):
        with pytest.raises(Refused) as refused:
            mux.create_asset({"inputs": [{"url": SIGNED}]})
        logging.getLogger("test").error("failed", exc_info=refused.value)
        shown = repr(mux.create_upload({}, cors_origin="*", timeout_s=60))
    said = caplog.text + str(refused.value) + shown
    assert "https://bucket.s3.amazonaws.com/key.mp4?…" in said
    assert [secret for secret in ("abcdef", SECRET, "opens-it") if secret in said] == []
