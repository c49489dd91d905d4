"""Webhook deliveries: proof, tolerance, rotation, and what of an event may be kept."""

import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import WebhookRejected
from core.event import MAX_BODY_BYTES, Event, parse_signature, receive, redacted, verify

SECRET = "SuperSecret123"
SENT_S = 1565125718

VECTORS = [
    (
        b'{"test":"body"}',
        1565125718,
        "854ece4c22acef7c66b57d4e504153bc512595e8e9c772ece2a68150548c19a7",
    ),
    (
        b'{"test":{"nested":{"nanos":718234, "seconds":1691711005}}}',
        1565125718,
        "bd315c24bce1c2b8ad325696f26530c8ef7d7d830afb7c1381903705d04607be",
    ),
    (
        b"payload",
        1591664030,
        "e43496b6aae982c4c2fd6f8e92935f1d90216f1f64d56024e72390acfb988272",
    ),
]
"""From the tests of Mux's own Node and Elixir SDKs; the first came from Mux's backend."""
BODY, _, GOOD = VECTORS[0]

ENVELOPE = {
    "type": "video.asset.ready",
    "id": "evt-1",
    "created_at": "2022-06-27T20:36:34.000000Z",
    "object": {"type": "asset", "id": "a1"},
    "environment": {"name": "Development", "id": "dvlv0o"},
    "data": {"id": "a1", "status": "ready", "passthrough": "intent-1"},
    "attempts": [],
}


def sign(body: bytes, *, at_s: int = SENT_S, secret: str = SECRET) -> str:
    return f"t={at_s},v1={hmac.new(secret.encode(), b'%d.' % at_s + body, hashlib.sha256).hexdigest()}"


def deliver(envelope: object, *, now_s: float = SENT_S) -> Event:
    body = envelope if isinstance(envelope, bytes) else json.dumps(envelope).encode()
    return receive(body, sign(body), secrets=[SECRET], now_s=now_s)


@pytest.mark.parametrize(("body", "at_s", "signature"), VECTORS)
def test_signatures_made_by_mux_are_accepted(body: bytes, at_s: int, signature: str) -> None:
    verify(body, f"t={at_s},v1={signature}", secrets=[SECRET], now_s=at_s)


@pytest.mark.parametrize(
    "header",
    [
        f"t={SENT_S},v1=invalid-sig,v1={GOOD}",
        f"t={SENT_S},v2=anything,v1={GOOD}",
        f"v1={GOOD}, t={SENT_S}",
        f"t={SENT_S},v1={GOOD},v1=é",
    ],
)
def test_one_good_v1_signature_is_enough(header: str) -> None:
    verify(BODY, header, secrets=[SECRET], now_s=SENT_S)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        GOOD,
        f"v1={GOOD}",
        f"t={SENT_S}",
        f"t={SENT_S},v2={GOOD}",
        f"t=soon,v1={GOOD}",
        f"t={'9' * 5000},v1={GOOD}",
        f"t=١٢٣,v1={GOOD}",
        "t=,v1=",
        ",,,=",
    ],
)
def test_a_header_without_time_and_v1_signature_is_no_signature(header: str | None) -> None:
    with pytest.raises(WebhookRejected, match="carries no signature"):
        verify(BODY, header, secrets=[SECRET], now_s=SENT_S)


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (BODY + b" ", f"t={SENT_S},v1={GOOD}"),
        (BODY, f"t={SENT_S + 1},v1={GOOD}"),
        (BODY, f"t={SENT_S},v1={GOOD[:-1]}"),
        (BODY, f"t={SENT_S},v1={GOOD.upper()}"),
    ],
)
def test_another_body_time_or_signature_is_refused(body: bytes, header: str) -> None:
    with pytest.raises(WebhookRejected, match="does not match"):
        verify(body, header, secrets=[SECRET], now_s=SENT_S)


def test_the_old_and_the_new_secret_count_while_they_rotate() -> None:
    for secret in ("old", "new"):
        verify(BODY, sign(BODY, secret=secret), secrets=["new", "old"], now_s=SENT_S)
    with pytest.raises(WebhookRejected, match="does not match"):
        verify(BODY, sign(BODY, secret="older"), secrets=["new", "old"], now_s=SENT_S)


def test_without_any_secret_nothing_is_trusted() -> None:
    with pytest.raises(WebhookRejected):
        verify(BODY, f"t={SENT_S},v1={GOOD}", secrets=[], now_s=SENT_S)


@pytest.mark.parametrize("late_s", [-3600, 0, 299, 300])
def test_a_signature_counts_for_five_minutes_and_a_fast_clock_is_forgiven(late_s: int) -> None:
    verify(BODY, f"t={SENT_S},v1={GOOD}", secrets=[SECRET], now_s=SENT_S + late_s)


def test_an_old_signature_is_refused_and_the_clock_is_suspected() -> None:
    with pytest.raises(WebhookRejected, match="too old") as error:
        verify(BODY, f"t={SENT_S},v1={GOOD}", secrets=[SECRET], now_s=SENT_S + 301)
    assert error.value.hint == "Check this machine's clock."


@given(st.binary(max_size=200), st.text(max_size=60))
def test_no_forgery_gets_through_or_breaks_anything(body: bytes, header: str) -> None:
    with pytest.raises(WebhookRejected):
        receive(body, header, secrets=[SECRET], now_s=SENT_S)


def test_an_envelope_is_read() -> None:
    assert deliver(ENVELOPE) == Event(
        id="evt-1",
        type="video.asset.ready",
        created_at=datetime(2022, 6, 27, 20, 36, 34, tzinfo=UTC),
        object_id="a1",
        data=ENVELOPE["data"],
    )


def test_the_object_may_be_missing_from_the_envelope() -> None:
    assert deliver(ENVELOPE | {"object": None}).object_id == "a1"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"null",
        b"\xff\xfe",
        json.dumps({k: v for k, v in ENVELOPE.items() if k != "id"}).encode(),
        json.dumps(ENVELOPE | {"data": []}).encode(),
        json.dumps(ENVELOPE | {"created_at": "yesterday"}).encode(),
        json.dumps(ENVELOPE | {"created_at": None}).encode(),
        json.dumps(ENVELOPE | {"created_at": 1e300}).encode(),
        b"[" * 200_000,
    ],
)
def test_a_signed_body_that_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(WebhookRejected, match="signed but not readable"):
        deliver(body)


def test_what_no_database_can_hold_is_taken_out() -> None:
    said = {"id": "a1", "title": "a\x00b \ud800", "\x00key": [float("inf"), float("nan"), 1.5]}
    kept = deliver(ENVELOPE | {"id": "evt\x00-1", "data": said})
    assert kept.id == "evt-1"
    assert kept.data == {"id": "a1", "title": "ab ?", "key": [None, None, 1.5]}


@pytest.mark.parametrize(
    ("type_", "wakes"),
    [
        ("video.asset.ready", True),
        ("video.asset.errored", True),
        ("video.asset.deleted", True),
        ("video.upload.asset_created", True),
        ("video.asset.created", False),
        ("video.live_stream.active", False),
        ("robots.job.completed", False),
    ],
)
def test_only_events_that_move_something_wake_a_job(type_: str, wakes: bool) -> None:
    assert deliver(ENVELOPE | {"type": type_}).wakes is wakes


def test_the_passthrough_is_told_where_there_is_one() -> None:
    assert deliver(ENVELOPE).passthrough == "intent-1"
    assert deliver(ENVELOPE | {"data": {"id": "a1", "passthrough": ""}}).passthrough is None


def test_upload_urls_and_keys_are_not_kept_at_any_depth() -> None:
    data = {
        "url": "https://storage.test/upload?signature=abc",
        "new_asset_settings": {"inputs": [{"url": "https://bucket.test/a.mp4?X-Amz-Signature=abc"}]},
        "master": {"status": "ready", "url": None},
        "stream_key": "live-1",
        "status": "waiting",
    }
    kept = deliver(ENVELOPE | {"type": "video.upload.created", "data": data}).data
    assert kept == {
        "url": "[redacted]",
        "new_asset_settings": {"inputs": [{"url": "[redacted]"}]},
        "master": {"status": "ready", "url": None},
        "stream_key": "[redacted]",
        "status": "waiting",
    }


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=8))
def test_what_holds_no_secret_is_kept_as_it_is(value: object) -> None:
    assert redacted({"a": value}) == {"a": value}


def test_signatures_are_listed_in_order() -> None:
    assert parse_signature("t=12,v1=aa,v1=bb,v3=cc") == (12, ["aa", "bb"])


def test_the_largest_body_is_a_mebibyte() -> None:
    assert MAX_BODY_BYTES == 1_048_576


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("no URL at all?", "no URL at all?"),
        (
            "got 403 for https://b.s3.test/k.mp4?X-Amz-Signature=abc&x=1.",
            "got 403 for https://b.s3.test/k.mp4?…",
        ),
        ("see https://stream.test/p.m3u8#token=abc, twice", "see https://stream.test/p.m3u8?… twice"),
        ("HTTPS://ada:secret@host.test/path", "HTTPS://host.test/path"),
    ],
)
def test_words_of_an_event_keep_no_query_of_a_url(text: str, kept: str) -> None:
    assert redacted({"errors": {"messages": [text]}}) == {"errors": {"messages": [kept]}}
