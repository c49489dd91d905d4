"""The webhook's answers, and that nothing is kept without proof."""

import hashlib
import hmac
import json
import logging
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

import webhook
from core.errors import Unavailable
from core.records import Job
from core.settings import Secret
from tests.faces.memory import Memory, services

SECRET = "whsec-hunter2"
EVENT = {
    "type": "video.asset.ready",
    "id": "evt-1",
    "created_at": "2026-11-20T12:00:00.000000Z",
    "object": {"type": "asset", "id": "a1"},
    "data": {"id": "a1", "status": "ready"},
}


def body_of(**changes: object) -> bytes:
    return json.dumps(EVENT | changes).encode()


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def client(memory: Memory) -> Iterator[TestClient]:
    built = services(memory, mux_webhook_secret=(Secret(SECRET),))
    with TestClient(Starlette(routes=[webhook.route(built)])) as client:
        client.now_s = int(built.clock().timestamp())
        yield client


def deliver(client: TestClient, body: bytes, *, secret: str = SECRET, age_s: int = 0):
    at_s = client.now_s - age_s
    digest = hmac.new(secret.encode(), b"%d." % at_s + body, hashlib.sha256).hexdigest()
    return client.post(webhook.PATH, content=body, headers={"Mux-Signature": f"t={at_s},v1={digest}"})


def test_an_event_is_kept_with_its_job_and_acknowledged(client: TestClient, memory: Memory) -> None:
    answer = deliver(client, body_of())
    assert (answer.status_code, answer.json()) == (200, {"received": True, "new": True})
    assert list(memory.events) == ["evt-1"]
    assert memory.jobs == [(Job.INGEST, {"event_id": "evt-1"})]


def test_a_duplicate_is_acknowledged_and_changes_nothing(client: TestClient, memory: Memory) -> None:
    deliver(client, body_of())
    answer = deliver(client, body_of())
    assert (answer.status_code, answer.json()["new"]) == (200, False)
    assert len(memory.jobs) == 1


def test_an_event_of_a_type_unknown_to_us_is_kept_and_wakes_nothing(
    client: TestClient, memory: Memory
) -> None:
    assert deliver(client, body_of(type="robots.job.completed")).status_code == 200
    assert list(memory.events) == ["evt-1"]
    assert memory.jobs == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Mux-Signature": ""},
        {"Mux-Signature": "t=1,v1=aa"},
        {"Mux-Signature": "t=1763640000,v1=é".encode()},
    ],
)
def test_a_forgery_is_refused_and_nothing_is_kept(
    client: TestClient, memory: Memory, headers: dict[str, str]
) -> None:
    assert client.post(webhook.PATH, content=body_of(), headers=headers).status_code == 400
    assert memory == Memory()


def test_an_event_signed_with_another_secret_or_long_ago_is_refused(
    client: TestClient, memory: Memory
) -> None:
    assert deliver(client, body_of(), secret="other").status_code == 400
    assert deliver(client, body_of(), age_s=301).status_code == 400
    assert memory == Memory()


def test_mux_is_asked_to_come_again_while_the_database_is_down(client: TestClient, memory: Memory) -> None:
    memory.down = Unavailable("The database does not answer.")
    assert deliver(client, body_of()).status_code == 503
    memory.down = None
    assert deliver(client, body_of()).json()["new"] is True


def test_a_body_over_a_mebibyte_is_refused_before_it_is_read_whole(
    client: TestClient, memory: Memory
) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 64:
            sent += 1
            yield b"x" * 65_536

    answer = client.post(webhook.PATH, content=endless(), headers={"Mux-Signature": "t=1,v1=aa"})
    assert answer.status_code == 413
    assert memory == Memory()


def test_a_body_of_just_a_mebibyte_is_taken(client: TestClient) -> None:
    padding = 1_048_576 - len(body_of(data={"id": "a1", "pad": ""}))
    body = body_of(data={"id": "a1", "pad": "x" * padding})
    assert len(body) == 1_048_576
    assert deliver(client, body).status_code == 200
    assert deliver(client, body + b" ").status_code == 413


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
def test_only_post_is_answered(client: TestClient, method: str) -> None:
    assert client.request(method, webhook.PATH).status_code == 405


def test_there_is_no_other_route(client: TestClient) -> None:
    assert client.post("/").status_code == 404


def test_no_secret_and_no_body_reach_the_log(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        deliver(client, body_of(data={"id": "a1", "url": "https://uploads.test/hunter3"}))
        deliver(client, body_of(data={"id": "hunter3"}), secret="hunter4")
    assert "hunter" not in caplog.text
    assert "The signature does not match." in caplog.text
