"""Webhooks: signed, in order, and tried again."""

import hashlib
import hmac
import re
import time
from itertools import pairwise
from typing import Any

import pytest

from sandbox.mux import outbox
from sandbox.mux.signing import signature
from sandbox.mux.testing import running_mux
from tests.sandbox.mux.conftest import SECRET
from tests.sandbox.mux.stage import Caller, Delivery, Receiver, eventually


@pytest.fixture
def settings() -> dict[str, Any]:
    return {"retry_base_s": 0.1}


@pytest.mark.parametrize(
    ("secret", "body", "at_s", "expected"),
    [
        (
            "SuperSecret123",
            b'{"test":"body"}',
            1565125718,
            "854ece4c22acef7c66b57d4e504153bc512595e8e9c772ece2a68150548c19a7",
        ),
        (
            "SuperSecret123",
            b'{"test":{"nested":{"nanos":718234, "seconds":1691711005}}}',
            1565125718,
            "bd315c24bce1c2b8ad325696f26530c8ef7d7d830afb7c1381903705d04607be",
        ),
        (
            "SuperSecret123",
            b"payload",
            1591664030,
            "e43496b6aae982c4c2fd6f8e92935f1d90216f1f64d56024e72390acfb988272",
        ),
    ],
)
def test_signatures_match_those_of_muxs_own_libraries(secret: str, body: bytes, at_s: int, expected: str):
    assert signature(secret, body, at_s) == f"t={at_s},v1={expected}"


def is_genuine(delivery: Delivery) -> bool:
    at, given = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", delivery.signature).groups()
    expected = hmac.new(SECRET.encode(), f"{at}.".encode() + delivery.body, hashlib.sha256).hexdigest()
    return given == expected and abs(time.time() - int(at)) < 30


def test_every_delivery_is_signed_over_its_raw_bytes(mux: Caller, host: str, receiver: Receiver):
    mux.ready(f"{host}/film.mp4")
    receiver.wait("video.asset.ready")
    assert all(is_genuine(delivery) for delivery in receiver.deliveries)


def test_an_event_tells_of_the_asset_as_webhooks_do(mux: Caller, host: str, receiver: Receiver):
    asset = mux.ready(f"{host}/film.mp4", passthrough="row-7")
    event = receiver.wait("video.asset.ready")[0]
    assert event["object"] == {"type": "asset", "id": asset["id"]}
    assert event["attempts"] == []
    assert event["data"] == asset | {"created_at": int(asset["created_at"])}


def test_events_of_an_asset_come_in_order(mux: Caller, host: str, receiver: Receiver):
    made = [mux.ready(f"{host}/film.mp4")["id"] for _ in range(5)]
    receiver.wait("video.asset.ready", 5)
    for asset_id in made:
        kinds = [event["type"] for event in receiver.events() if event["object"]["id"] == asset_id]
        assert kinds == ["video.asset.created", "video.asset.ready"]


def test_a_refused_event_is_sent_again_with_growing_delay(mux: Caller, host: str, receiver: Receiver):
    receiver.answers = [500, 503, 404]
    mux.faults(ingest_s=60)
    mux.add(f"{host}/film.mp4")
    events = receiver.wait("video.asset.created", 4)
    assert {event["id"] for event in events} == {events[0]["id"]}
    tried = [attempt["response_status_code"] for attempt in events[3]["attempts"]]
    assert tried == [500, 503, 404]
    at_s = [delivery.at_s for delivery in receiver.deliveries]
    gaps_s = [later - earlier for earlier, later in pairwise(at_s)]
    assert gaps_s[0] >= 0.1
    assert gaps_s[1] >= 0.2
    assert gaps_s[2] >= 0.4
    eventually(lambda: mux.stats()["events"].get("delivered") == 1)


class TestPatience:
    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {"retry_base_s": 60}

    def test_one_refused_event_does_not_hold_up_the_others(self, mux: Caller, host: str, receiver: Receiver):
        receiver.answers = [500]
        mux.ready(f"{host}/film.mp4")
        receiver.wait("video.asset.ready")
        assert [event["type"] for event in receiver.events()] == ["video.asset.created", "video.asset.ready"]
        eventually(lambda: mux.stats()["events"] == {"delivered": 1, "pending": 1})


def test_a_receiver_that_comes_up_late_gets_everything(host: str, receiver: Receiver):
    url, receiver.url = receiver.url, ""
    receiver.answers = [502] * 6
    with running_mux(limits=False, webhook_url=url, webhook_secret=SECRET, retry_base_s=0.1) as base:
        mux = Caller(base)
        mux.ready(f"{host}/film.mp4")
        eventually(lambda: mux.stats()["events"] == {"delivered": 2})


def test_what_nobody_thought_of_holds_up_no_other_event_and_is_tried_again(
    host: str, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
):
    signed: list[int] = []

    def failing_once(secret: str, payload: bytes, at_s: int) -> str:
        signed.append(at_s)
        if len(signed) == 1:
            raise RuntimeError("nobody thought of this")
        return signature(secret, payload, at_s)

    monkeypatch.setattr(outbox, "signature", failing_once)
    told = {"webhook_url": receiver.url, "webhook_secret": SECRET, "retry_cap_s": 0.2}
    with running_mux(limits=False, **told) as base:
        mux = Caller(base)
        mux.ready(f"{host}/film.mp4")
        eventually(lambda: mux.stats()["events"] == {"delivered": 2})
    assert {event["type"] for event in receiver.events()} == {"video.asset.created", "video.asset.ready"}


def test_without_an_address_events_are_only_written_down(host: str):
    with running_mux(limits=False) as base:
        mux = Caller(base)
        mux.ready(f"{host}/film.mp4")
        listed = mux.get("/sandbox/events").json["events"]
        assert [(event["type"], event["state"]) for event in listed] == [
            ("video.asset.ready", "not sent"),
            ("video.asset.created", "not sent"),
        ]
