"""The API: who may ask what, and errors as problems with a hint."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.app import create
from api.routes import ENDPOINTS
from core.access import Action
from core.errors import AppError, ConfigError, IllegalMove, RateLimited, Refused, StaleState, Unavailable
from core.ports import Services
from core.settings import Secret
from tests.faces.memory import Memory, services

KEY = "key-hunter2"
UPLOAD = "/api/videos/mux/upload-url"
AUTHORISED = {"Authorization": f"Bearer {KEY}"}


@pytest.fixture
def memory() -> Memory:
    return Memory(host={("lessons", "7"): {}})


@pytest.fixture
def built(memory: Memory) -> Services:
    return services(memory, api_key=Secret(KEY), mux_signing_key="key1", mux_private_key=Secret("pem"))


@pytest.fixture
def client(built: Services) -> Iterator[TestClient]:
    with TestClient(create(built), raise_server_exceptions=False) as client:
        yield client


def test_a_live_process_says_so_even_without_a_database(client: TestClient, memory: Memory) -> None:
    memory.down = Unavailable("The database does not answer.")
    assert client.get("/api/health/live").json() == {"status": "ok"}


def test_it_is_ready_while_the_database_answers(client: TestClient, memory: Memory) -> None:
    assert client.get("/api/health/ready").status_code == 200
    memory.down = Unavailable("The database does not answer.")
    answer = client.get("/api/health/ready")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "The database does not answer."


def test_every_endpoint_but_health_webhook_and_what_proves_itself_needs_a_right() -> None:
    assert {e.path for e in ENDPOINTS if e.action is None} == {
        "/api/health/live",
        "/api/health/ready",
        "/api/openapi.json",
        "/api/videos/{lesson_id}/hls/{name}",
    }


@pytest.mark.parametrize("endpoint", [e for e in ENDPOINTS if e.action], ids=lambda e: f"{e.method} {e.path}")
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer "},
        {"Authorization": f"Basic {KEY}"},
        {"Authorization": KEY},
        {"Authorization": "Bearer " + KEY + "x"},
        {"Authorization": "Bearer é".encode()},
    ],
)
def test_without_the_key_nothing_is_told(client: TestClient, endpoint, headers: dict[str, str]) -> None:
    answer = client.request(endpoint.method, endpoint.path, headers=headers)
    if endpoint.for_strangers and not headers:
        assert answer.status_code == 404
        return
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert KEY not in answer.text


def test_without_a_key_of_its_own_nobody_gets_in_by_an_empty_one() -> None:
    with TestClient(create(services())) as closed:
        answer = closed.post(UPLOAD, json={"lesson_id": 7}, headers={"Authorization": "Bearer "})
        assert answer.status_code == 401
        assert closed.get("/api/health/live").status_code == 200


def test_an_upload_is_opened_for_a_lesson_and_named_on_its_row(
    client: TestClient, memory: Memory, built: Services
) -> None:
    headers = AUTHORISED | {"Origin": "https://school.test"}
    answer = client.post(UPLOAD, json={"lesson_id": 7}, headers=headers)
    assert answer.status_code == 200
    assert answer.json() == {
        "upload_url": "https://uploads.test/upload-1?secret",
        "upload_id": "upload-1",
    }
    assert answer.headers["cache-control"] == "no-store"
    assert memory.host["lessons", "7"] == {
        "mux_upload_id": "upload-1",
        "processing_status": "pending",
        "video_status": "pending",
    }
    assert memory.audits == [("api-key", "open upload", "lesson 7")]
    [upload] = memory.uploads.kept.values()
    assert built.mux_now.settings["upload-1"]["passthrough"] == f"upload:{upload.id}"


def test_an_upload_waits_in_the_lane_of_people(client: TestClient, built: Services) -> None:
    client.post(UPLOAD, json={"lesson_id": "7"}, headers=AUTHORISED)
    assert built.pace.taken == [("post", "interactive")]


def test_an_upload_for_a_lesson_that_is_not_there_hands_out_no_address(
    client: TestClient, memory: Memory
) -> None:
    answer = client.post(UPLOAD, json={"lesson_id": "8"}, headers=AUTHORISED)
    assert answer.status_code == 404
    assert "uploads.test" not in answer.text
    assert memory.audits == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"[" * 60_000,
        b"{}",
        b'{"lesson_id": null}',
        b'{"lesson_id": " "}',
        b'{"lesson_id": {}}',
    ],
)
def test_a_request_that_says_too_little_is_told_what_is_missing(client: TestClient, body: bytes) -> None:
    answer = client.post(UPLOAD, content=body, headers=AUTHORISED)
    assert answer.status_code == 400
    assert answer.json()["hint"]


@pytest.mark.parametrize("seconds", [b"1" + b"0" * 400, b"1e999", b"NaN", b"true", b'"1"'])
def test_a_time_that_is_none_is_refused(client: TestClient, seconds: bytes) -> None:
    session = b"00000000-0000-0000-0000-000000000001"
    body = b'{"session": "%s", "position_s": %s, "watched_s": 1}' % (session, seconds)
    answer = client.post("/api/videos/7/progress", content=body, headers=AUTHORISED)
    assert answer.status_code == 400, answer.text


def test_a_large_body_is_refused(client: TestClient) -> None:
    answer = client.post(UPLOAD, content=b" " * 65_537, headers=AUTHORISED)
    assert (answer.status_code, answer.json()["title"]) == (400, "The body is over 64 KiB.")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RateLimited("Mux asks us to slow down.", retry_after_s=2.4), 429),
        (Refused("Mux refuses the token."), 502),
        (Unavailable("Mux does not answer."), 503),
        (StaleState("Somebody was faster."), 409),
        (IllegalMove("Not from here."), 409),
        (ConfigError("A setting is wrong."), 500),
    ],
)
def test_an_error_of_mux_becomes_a_problem_with_a_hint(
    client: TestClient, built: Services, error: AppError, status: int
) -> None:
    built.mux_now.errors += [error] * 2  # no answer is asked for twice: it made nothing
    answer = client.post(UPLOAD, json={"lesson_id": 7}, headers=AUTHORISED)
    assert answer.json() == {"title": str(error), "status": status, "hint": error.hint}


def test_a_rate_limit_says_for_how_long(client: TestClient, built: Services) -> None:
    built.mux_now.errors.append(RateLimited("Mux asks us to slow down.", retry_after_s=2.4))
    answer = client.post(UPLOAD, json={"lesson_id": 7}, headers=AUTHORISED)
    assert answer.headers["retry-after"] == "3"


def test_a_bug_is_logged_under_an_id_that_the_caller_can_quote(
    client: TestClient, built: Services, caplog: pytest.LogCaptureFixture
) -> None:
    built.mux_now.errors.append(ZeroDivisionError("hunter3"))
    answer = client.post(UPLOAD, json={"lesson_id": 7}, headers=AUTHORISED)
    assert answer.status_code == 500
    assert "hunter3" not in answer.text
    assert answer.json()["hint"].removeprefix("Quote the id ").rstrip(".") in caplog.text


def test_no_such_path_and_no_such_method_are_problems_too(client: TestClient) -> None:
    assert client.get("/api/nothing").json()["status"] == 404
    assert client.get(UPLOAD).status_code == 405
    assert client.post("/api/health/live").headers["content-type"] == "application/problem+json"


def test_the_database_tells_its_health_to_whoever_may_see_it(client: TestClient, memory: Memory) -> None:
    memory.waiting_rows = 17
    answer = client.get("/api/database/health", headers=AUTHORISED)
    assert answer.json() == {"status": "ok", "last_event_at": None, "rows_waiting_for_columns": 17}


def test_the_webhook_is_mounted_too(client: TestClient) -> None:
    assert client.post("/api/videos/mux/webhook", content=b"{}").status_code in (400, 503)


def test_nothing_is_served_but_the_registry_and_the_webhook(built: Services) -> None:
    served = {(method, route.path) for route in create(built).routes for method in route.methods or ["any"]}
    wanted = {(endpoint.method, endpoint.path) for endpoint in ENDPOINTS}
    reads = {("HEAD", endpoint.path) for endpoint in ENDPOINTS if endpoint.method == "GET"}
    assert served == wanted | reads | {("POST", "/api/videos/mux/webhook")}


def test_a_head_request_asks_for_the_same_right(client: TestClient) -> None:
    assert client.head("/api/schema").status_code == 401
    assert client.head("/api/schema", headers=AUTHORISED).status_code == 200


def test_each_path_and_method_stands_in_the_registry_once() -> None:
    keys = [(endpoint.method, endpoint.path) for endpoint in ENDPOINTS]
    assert len(keys) == len(set(keys))
    assert all(isinstance(e.action, Action | None) for e in ENDPOINTS)
